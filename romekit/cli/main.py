"""The commands, a thin list: each one's options are here, what it does is in a module of its own.

Those modules are imported when their command runs, so that `romekit --help` answers at once. Whatever goes wrong in a
way a person can mend is one line on stderr and exit code 2.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from romekit import __version__
from romekit.cli.serve_options import FILE, for_others
from romekit.core.errors import RomeError

option = partial(click.option, show_default=True)
store_option = click.option(
    "--store",
    envvar="ROMEKIT_STORE",
    metavar="memory|sqlite:///FILE|postgresql://…",
    help="Where everything is kept; ROMEKIT_STORE says it too.  [default: a file in your data folder]",
)
seed_option = option("--seed", default="romekit", help="Another seed is another world.")
file_argument = click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
STOPPED = 130  # as the shell says it after Ctrl-C
DASH = Path("-")  # a file of that name is ./-


class CommandGroup(click.Group):
    """A group whose errors are one line, never a traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command and leave with its exit code."""
        run: Callable[[], Any] = partial(super().main, args, *rest, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # what a terminal or a file has no letter for is a ? there
        try:
            code = run()
            click.echo(nl=False)  # flushes, also where there is no output at all
        except click.ClickException as problem:
            code = complain(problem.format_message())
        except RomeError as problem:
            code = complain(str(problem))
        except BrokenPipeError:  # whoever read has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = STOPPED
        except OSError as problem:
            code = complain(f"The output cannot be written: {problem.strerror or problem}.")
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (click.Abort, KeyboardInterrupt):
            code = STOPPED
        sys.exit(code if isinstance(code, int) else 0)


def complain(message: str) -> int:
    """One line on stderr; returns the exit code for it."""
    click.echo(f"romekit: {' '.join(message.split())}", err=True)
    return 2


@click.group(cls=CommandGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="romekit %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Project Rome's device commands, alive again for learning. Everything is simulated.

    To begin: romekit lab. Each command explains itself: romekit COMMAND --help.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command()
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port only.  [default: one that is free]")
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS FOR JUPYTER]")
def lab(*, no_browser: bool, port: int | None, jupyter: tuple[str, ...]) -> int:
    """Open JupyterLab on the first notebook.

    You work on copies in this folder: what you change is kept.
    """
    from romekit.cli.lab import open_lab

    return open_lab(browser=not no_browser, port=port, extra=jupyter, say=click.echo)


@main.command()
@option("--host", default="127.0.0.1", help="Listen on this address.")
@option("--port", type=click.IntRange(0, 65535), default=8765, help="Listen on this port; 0 takes a free one.")
@seed_option
@option(
    "--casing",
    type=click.Choice(["camel", "pascal"]),
    default="camel",
    help="How names are written: camel as today's SDKs read them, pascal as the live service did.",
)
@click.option(
    "--status-monitor", is_flag=True, help="Also take commands as Azure does (ours, at …/romekit.operations)."
)
@click.option("--retired", is_flag=True, help="Be the service as it is since 30 September 2020.")
@click.option(
    "--post-back-to",
    multiple=True,
    metavar="HOST:PORT",
    help="A postBackUri may lead there as well as to this machine. Can be given more than once.",
)
@store_option
@click.option(
    "--secret-file",
    type=FILE,
    help="Opens the keys in the store; ROMEKIT_SECRET does it too.  [default: a file beside the store]",
)
@click.option("--reads", type=click.IntRange(0), help="Reads an account has in a window.  [default: no limit]")
@click.option("--writes", type=click.IntRange(0), help="Writes an account has in a window.  [default: no limit]")
@option(
    "--window",
    type=click.IntRange(1, 86_400),
    default=300,
    help="Seconds a window lasts; what is too much is answered 429.",
)
@click.option("--fractions", is_flag=True, help="Say Retry-After: 3.988, as a page of Graph's once printed it.")
@for_others
def serve(*, reads: int | None, writes: int | None, window: int, fractions: bool, **where_and_how: Any) -> int:
    """Serve the simulated cloud on this machine.

    For any client that speaks HTTP, on a loopback address; with --class for a class, which the teacher sees at /class.
    """
    from romekit.cli.serve import serve
    from romekit.cloud.graph.throttling import Limits

    return serve(**where_and_how, limits=Limits(reads, writes, window, fractions), say=click.echo)


@main.command()
@store_option
@click.option("--replace", is_flag=True, help="Overwrite a file that is there.")
@file_argument
def export(*, file: Path, store: str | None, replace: bool) -> int:
    """Copy all that a server has kept into a text file.

    FILE may be - for standard output; what is said then goes to standard error. A server may go on meanwhile.
    """
    from romekit.cli.backup import export

    say = partial(click.echo, err=file == DASH)  # what is said must not stand among the lines
    return export(target=sys.stdout.buffer if file == DASH else file, store=store, replace=replace, say=say)


@main.command("import")
@store_option
@click.option("--replace", is_flag=True, help="Throw away what is in the store.")
@file_argument
def bring_in(*, file: Path, store: str | None, replace: bool) -> int:
    """Fill a store from a text file that `romekit export` made.

    FILE may be - for standard input. All of it is brought in, or nothing.
    """
    from romekit.cli.backup import bring_in

    source = sys.stdin.buffer if file == DASH else file
    return bring_in(source=source, store=store, replace=replace, say=click.echo)


@main.command()
@option(
    "--pace",
    type=click.FloatRange(0, 10),
    default=0.0,
    help="Real seconds per simulated second; 1 feels like the real thing.",
)
@seed_option
def demo(*, pace: float, seed: str) -> int:
    """Play the whole journey in this terminal.

    Sign in, list devices, launch an address, call an app service, and a timeline of both.
    """
    from romekit.cli.demo import demo

    return demo(pace=pace, seed=seed, say=click.echo)


@main.group(cls=click.Group)
def challenge() -> None:
    """Play a program of yours against days on which things go wrong."""


@challenge.command("list")
def challenge_list() -> int:
    """The challenges, their stories and levels."""
    from romekit.cli.challenge import list_challenges

    return list_challenges()


@challenge.command("run")
@click.argument("name")
@click.option("--level", default="", help="Days of this level only: calm, busy, lossy, late, everything.")
@option("--days", default=20, type=click.IntRange(1, 1000), help="So many days.")
@click.option("--student", default="", help="Draw days of one's own, which nobody else can look up.")
@click.option("--card", default="", metavar="JSON", help="Play exactly the day of this card.")
@click.option("--speed", default=0.0, help="For a program that really sleeps: simulated seconds in a real one.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--junit", type=FILE, help="Write a JUnit report for a CI.")
@click.argument("program", nargs=-1, type=click.UNPROCESSED, metavar="-- PROGRAM [ARGUMENTS]")
def challenge_run(name: str, program: tuple[str, ...], **options: Any) -> int:
    """Play PROGRAM against a challenge. The exit code is 0 only if every mark passed."""
    from romekit.cli.challenge import run_challenge

    return run_challenge(name, program, **options)
