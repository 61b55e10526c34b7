"""The commands, a thin list: each one's options are here, what it does is in a module of its own.

Those modules are imported when their command runs, so that `romekit --help` answers at once. Whatever goes wrong in a
way a person can mend is one line on stderr and exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click

from romekit import __version__
from romekit.errors import RomeError

STOPPED = 130  # as the shell says it after Ctrl-C


class Commands(click.Group):
    """A group whose errors are one line, never a traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command and leave with its exit code."""
        run: Callable[[], Any] = partial(super().main, args, *rest, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        try:
            code = run()
        except click.ClickException as problem:
            code = complain(problem.format_message())
        except RomeError as problem:
            code = complain(str(problem))
        except (click.Abort, KeyboardInterrupt):
            code = STOPPED
        sys.exit(code if isinstance(code, int) else 0)


def complain(message: str) -> int:
    """One line on stderr; returns the exit code for it."""
    click.echo(f"romekit: {' '.join(message.split())}", err=True)
    return 2


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="romekit %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Project Rome's device commands, alive again for learning. Everything is simulated."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command()
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen here, or not at all.  [default: one that is free]")
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS FOR JUPYTER]")
def lab(*, no_browser: bool, port: int | None, jupyter: tuple[str, ...]) -> int:
    """Open JupyterLab on the first notebook."""
    from romekit.lab_command import open_lab

    return open_lab(browser=not no_browser, port=port, extra=jupyter, say=click.echo)
