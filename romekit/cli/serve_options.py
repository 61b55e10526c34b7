"""The options of `romekit serve` that let others in: a class, and how the server is reached."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from romekit.core.errors import BadInput
from romekit.core.private_files import others_can_read

if TYPE_CHECKING:  # `romekit --help` is to answer at once
    from romekit.cloud.classroom.roster import Opening
    from romekit.cloud.http.reverse_proxy import ReverseProxy

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)


def for_others(command: F) -> F:
    return reduce(lambda made, option: option(made), reversed(OPTIONS), command)


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--class", "class_name", metavar="NAME", help="Open a class: students join with a code."),
    click.option(
        "--class-code", metavar="CODE", help="The code students join with.  [default: the one it has, or a new one]"
    ),
    click.option(
        "--admin-secret-file",
        type=FILE,
        help="The teacher's secret; ROMEKIT_ADMIN_SECRET does it too.  [default: made in your data folder]",
    ),
    click.option(
        "--quota",
        "quotas",
        multiple=True,
        metavar="NAME=NUMBER",
        help="What a student may use, such as commands_per_minute=60. Can be given more than once.",
    ),
    click.option("--public-url", default="", metavar="URL", help="The address people open, also with a path."),
    click.option(
        "--token-lifetime",
        type=click.IntRange(1, 86_400),
        default=3600,
        show_default=True,
        help="Seconds an access token is good for.",
    ),
    click.option("--tls", is_flag=True, help="Speak https on this machine, with a certificate that is made and kept."),
    click.option("--tls-cert", type=FILE, help="Speak https with this certificate."),
    click.option("--tls-key", type=FILE, help="Its key."),
    click.option(
        "--behind-proxy",
        multiple=True,
        metavar="ADDRESS",
        help="Believe what the proxy at this address says about who asks. Can be given more than once.",
    ),
)


def proxy_from(
    host: str,
    *,
    public_url: str,
    tls: bool = False,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: Sequence[str],
    has_class: bool,
) -> ReverseProxy:
    """How the server is reached; an error in words when that would not be safe."""
    from romekit.cloud.http.reverse_proxy import ReverseProxy, check_reach, checked_url, proxies_from

    if tls and (tls_cert or tls_key):
        raise BadInput("--tls makes a certificate of its own.", field="tls", hint="Leave --tls out.")
    _check_tls(tls_cert, tls_key)
    proxy = ReverseProxy(
        public_url=checked_url(public_url) if public_url else "",
        certificate=tls_cert,
        key=private(tls_key),
        proxies=proxies_from(behind_proxy),
    )
    check_reach(host, proxy, has_class=has_class)
    if tls:
        from romekit.cloud.http.certificate import own_certificate
        from romekit.cloud.store.url import usual_path

        certificate, key = own_certificate(usual_path().parent)
        return replace(proxy, certificate=certificate, key=key)
    return proxy


def private(file: Path | None) -> Path | None:
    """The file of a secret, with a warning on stderr if others on this machine can read it."""
    if file is not None and others_can_read(file):
        click.echo(f"romekit: others on this machine can read {file}: chmod 600 {file}", err=True)
    return file


def _check_tls(certificate: Path | None, key: Path | None) -> None:
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        missing = "--tls-key" if key is None else "--tls-cert"
        raise BadInput("A certificate and its key come together.", field="tls", hint=f"Give {missing} as well.")
    for file in (certificate, key):
        if not file.is_file():
            raise BadInput(f"There is no file {file}.", field="tls", hint="Name the PEM files of your certificate.")
    import ssl

    asked: list[bool] = []

    def password() -> str:  # otherwise OpenSSL asks the terminal for it
        asked.append(True)
        return ""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password)
    except (OSError, ValueError) as problem:
        raise _no_tls(certificate, key, problem, is_encrypted=bool(asked)) from None


def _no_tls(certificate: Path, key: Path, problem: Exception, *, is_encrypted: bool) -> BadInput:
    """What is wrong with the files of a certificate, and what to do about it."""
    reason = getattr(problem, "reason", None) or ""
    if is_encrypted:
        words = f"The key {key} is encrypted, and a server has nobody to ask for its password."
        return BadInput(words, field="tls", hint=f"Decrypt it: openssl pkey -in {key} -out plain.pem")
    if "MISMATCH" in reason:
        words = f"{key} is not the key of the certificate {certificate}."
        return BadInput(words, field="tls", hint="Give the two that were made together.")
    if isinstance(problem, PermissionError):
        words = f"{certificate} and {key} cannot both be read: {problem.strerror}."
        return BadInput(words, field="tls", hint="Let the user who runs romekit read them.")
    words = f"No certificate and key could be read from {certificate} and {key}."
    hint = "Name two PEM files: --tls-cert the certificate, --tls-key its private key."
    return BadInput(words, field="tls", hint=hint)


def class_from(
    name: str | None, *, class_code: str | None, admin_secret_file: Path | None, quotas: Sequence[str]
) -> tuple[Opening | None, str]:
    """The class to open, and what is to be told of its secret; None without a name."""
    if name is None:
        if class_code or admin_secret_file or quotas:
            raise BadInput("There is no class.", field="class", hint="Give it a name with --class.")
        return None, ""
    from romekit.cloud.classroom.credentials import admin_secret
    from romekit.cloud.classroom.roster import Opening
    from romekit.cloud.engine.classroom.names import tidied
    from romekit.cloud.engine.classroom.state import quotas_from

    if not name.strip():
        hint = "Write --class NAME, or leave --class out. If a variable stands there, it is empty."
        raise BadInput("The class has no name.", field="class", hint=hint)
    try:
        name = tidied(name)
    except BadInput as problem:
        raise BadInput(problem.message, field="class", hint="Give the class another with --class.") from None
    secret = admin_secret(name, admin_secret_file)
    wanted = quotas_from(dict([_quota(text) for text in quotas]))
    opening = Opening(name, secret.value, _code(class_code or ""), wanted)
    if secret.is_new and sys.stdout.isatty():  # never into a log
        return opening, f"{secret.value.decode()}  (shown this once; it is {secret.where})"
    return opening, secret.where


def _quota(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not number.isdecimal() or not number.isascii() or len(number) > 12:
        raise BadInput(f"{text!r} is not NAME=NUMBER.", field="quota", hint="Write it as commands_per_minute=60.")
    return name.strip().replace("-", "_"), int(number)


def _code(text: str) -> str:
    from romekit.core.names import as_typed

    if text and not 4 <= len(as_typed(text)) <= 20:
        hint = "Use 4 to 20 letters and digits, such as WREN-42."
        raise BadInput(f"{text!r} is not a class code.", field="class_code", hint=hint)
    return text.strip().upper()
