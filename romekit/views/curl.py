"""A curl command as people paste it: what it asks of whom, whatever its quoting and its spelling.

The words are split as bash does it: '…', "…", $'…', backslashes, lines continued by a backslash; or, if it looks like a
command for Windows' cmd, with carets. Options are a table. Secrets are dropped while reading, so that nobody downstream
can keep one by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from romekit.core.errors import BadInput

#: Options that carry data, and whether several are joined by an ampersand (as curl does) or not at all.
DATA: Final = {"--data": "&", "--data-raw": "&", "--data-binary": "&", "--data-ascii": "&", "--json": ""}
FILES: Final = {"--data", "--data-binary", "--data-ascii", "--json"}  # in these @name means a file
SHORT: Final = {
    "-X": "--request", "-H": "--header", "-d": "--data", "-u": "--user", "-b": "--cookie", "-G": "--get",
    "-I": "--head", "-F": "--form", "-T": "--upload-file", "-A": "--user-agent", "-e": "--referer", "-o": "--output",
    "-m": "--max-time", "-w": "--write-out", "-x": "--proxy", "-E": "--cert", "-K": "--config", "-c": "--cookie-jar",
    "-D": "--dump-header", "-r": "--range", "-y": "--speed-time", "-Y": "--speed-limit", "-z": "--time-cond",
    "-C": "--continue-at", "-U": "--proxy-user", "-h": "--help", "-t": "--telnet-option", "-Q": "--quote",
    "-P": "--ftp-port",
}  # fmt: skip
SECRETS: Final = {"--user", "--cookie", "--oauth2-bearer", "--proxy-user", "--cert"}
BODIES: Final = {"--form", "--form-string", "--upload-file", "--data-urlencode"}
#: Options with a word behind them that a form has no use for.
TAKES_A_WORD: Final = SECRETS | BODIES | {
    "--user-agent", "--referer", "--output", "--max-time", "--write-out", "--proxy", "--config", "--cookie-jar",
    "--dump-header", "--range", "--speed-time", "--speed-limit", "--time-cond", "--continue-at", "--telnet-option",
    "--quote", "--ftp-port", "--connect-timeout", "--cacert", "--capath", "--resolve", "--retry", "--retry-delay",
    "--retry-max-time", "--limit-rate", "--max-redirs", "--key", "--pass", "--noproxy", "--interface", "--ciphers",
    "--connect-to", "--tls-max", "--url-query", "--unix-socket", "--stderr", "--trace", "--trace-ascii", "--help",
    "--expand-data", "--variable", "--aws-sigv4", "--proto", "--doh-url", "--http3-only-port",
}  # fmt: skip
#: A value that stands for a token without being one: a variable of a shell, or a word in brackets.
VARIABLE: Final = re.compile(r"[\"']?(\$\{?\w+\}?|%\w+%|\{+[\w .-]*\}+|<[\w .-]*>|\.{3}|…)[\"']?")
AUTHORIZATION: Final = re.compile(r"(authorization\s*:\s*(?:bearer|basic)?\s*)([^\s'\"^]+)", re.IGNORECASE)


@dataclass(slots=True)
class Curl:
    """What a curl command asks for. `dropped` names the secrets that were in it, `notes` what was not understood."""

    url: str = ""
    method: str = ""
    body: str | None = None
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_curl(text: str) -> Curl:
    """Read a curl command; BadInput when it is none, or when what it sends is not in it."""
    words = _words(_without_carets(text.strip().removeprefix("$ ").strip()))
    if not words or words[0].rpartition("/")[2].lower() not in {"curl", "curl.exe"}:
        raise _bad("This is not a curl command.", "It begins with the word curl.")
    found = Curl()
    for option, value in _options(words[1:]):
        _take(found, option, value)
    if not found.url:
        raise _bad("The command has no address.", "It ends with /me/devices/{id}/commands.")
    found.method = found.method or ("GET" if found.body is None else "POST")
    return found


def without_tokens(text: str) -> str:
    """A text with a variable in the place of each token, for showing it again."""

    def hide(found: re.Match[str]) -> str:
        return found[0] if VARIABLE.fullmatch(found[2]) else f"{found[1]}$TOKEN"

    shown = AUTHORIZATION.sub(hide, text)
    shown = re.sub(r"\b(EwB|eyJ)[\w.+/=-]{20,}", "$TOKEN", shown)
    secret = r"((?:--(?:user|cookie|oauth2-bearer|proxy-user)|(?<!\S)-[ub])\s*)(\"[^\"]*\"|'[^']*'|[^\s\"']+)"
    return re.sub(secret, lambda found: found[0] if VARIABLE.fullmatch(found[2]) else f"{found[1]}$TOKEN", shown)


def _take(found: Curl, option: str, value: str) -> None:
    match option:
        case "--url" if not found.url:
            found.url = value
        case "--url":
            raise _bad("The command has more than one address.", "Paste one that sends one command.")
        case "--request":
            found.method = value.upper()
        case "--get" | "--head":
            found.method = found.method or "GET"
        case "--header":
            _header(found, value)
        case _ if option in DATA:
            _data(found, option, value)
        case _ if option in SECRETS:
            if not VARIABLE.fullmatch(value):
                found.dropped.append("token" if option == "--oauth2-bearer" else "secret")
        case _ if option in BODIES:
            raise _bad(f"{option} sends a form or a file, not JSON.", "Paste a command with -d or --json.")


def _header(found: Curl, value: str) -> None:
    name, _, rest = value.partition(":")
    if name.strip().lower() in {"authorization", "cookie", "proxy-authorization"}:
        secret = rest.strip().partition(" ")[2].strip() or rest.strip()
        if secret and not VARIABLE.fullmatch(secret):
            found.dropped.append("token" if name.strip().lower() == "authorization" else "secret")


def _data(found: Curl, option: str, value: str) -> None:
    if option in FILES and value.startswith("@"):
        raise _bad(f"The message is in a file, {value[1:]}.", "Put what is in the file in its place.")
    found.body = value if found.body is None else f"{found.body}{DATA[option]}{value}"


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its word, by its long name; what belongs to no option is an address."""
    left = iter(words)
    for word in left:
        if word.startswith("--") and len(word) > 2:
            yield word, next(left, "") if _takes_a_word(word) else ""
        elif word.startswith("-") and len(word) > 1 and word != "--":
            yield from _short(word, left)
        elif word != "--":
            yield "--url", word


def _short(word: str, left: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Short options in one word: -sSXPOST is -s, -S and -X POST."""
    for place, letter in enumerate(word[1:], start=2):
        option = SHORT.get(f"-{letter}", f"-{letter}")
        if _takes_a_word(option):
            yield option, word[place:] or next(left, "")
            return
        yield option, ""


def _takes_a_word(option: str) -> bool:
    return option in TAKES_A_WORD or option in DATA or option in {"--url", "--request", "--header"}


def _without_carets(text: str) -> str:
    """A command for Windows' cmd as bash would write it: a caret there is what a backslash is here."""
    if not re.search(r"\^\r?\n|\^\"", text):
        return text
    joined = re.sub(r"\^\r?\n\s*", " ", text)
    return re.sub(r"\^(.)", r"\1", joined) if '^"' in joined else joined


_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "E": "\x1b",
}
_WORD: Final = re.compile(
    r"""
      (?P<gap>(?:[ \t\r\n]|\\\r?\n)+)
    | '(?P<single>[^']*)'
    | \$'(?P<ansi>(?:\\.|[^'\\])*)'
    | "(?P<double>(?:\\.|[^"\\])*)"
    | \\(?P<escaped>.)
    | (?P<end>[;|&<>])
    | (?P<plain>[^\s'"\\;|&<>$]+|\$)
    """,
    re.VERBOSE | re.DOTALL,
)


def _words(text: str) -> list[str]:
    """Split as bash does; BadInput when a quote is never closed. What follows ; | & or < > is not ours."""
    words: list[str] = []
    word: str | None = None
    place = 0
    while place < len(text):
        found = _WORD.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise _bad(f"A quote in line {line} is never closed.", "Copy the whole command.")
        kind, piece = found.lastgroup or "", found[found.lastgroup or ""]
        place = found.end()
        if kind == "end" and not (word or "").startswith(("http://", "https://")):
            break
        if kind == "gap":
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + _meant(kind, piece)
    return words if word is None else [*words, word]


def _meant(kind: str, piece: str) -> str:
    """What is meant by a piece of a word, without its quoting."""
    if kind == "double":
        return re.sub(r'\\(\r?\n|["\\$`])', lambda found: "" if "\n" in found[1] else found[1], piece)
    if kind == "ansi":
        return re.sub(r"\\(u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|x[0-9a-fA-F]{1,2}|.)", _ansi, piece, flags=re.DOTALL)
    return piece


def _ansi(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "uUx" and len(code) > 1:
        return chr(min(int(code[1:], 16), 0x10FFFF))
    return _ESCAPES.get(code, code)


def _bad(message: str, hint: str) -> BadInput:
    return BadInput(message, field="curl", hint=hint)
