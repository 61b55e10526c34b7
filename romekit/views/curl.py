"""A curl command as people paste it, and what it means to a form: a device, a kind of order and its parts.

Words are split as bash splits them, by the standard library's `shlex`. A command that is written for cmd or PowerShell
is refused in words. Secrets are dropped while reading, so that nobody downstream can keep one by accident.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from romekit.core.errors import BadInput
from romekit.views.snippets import as_json, json_object

#: Options that carry data, and whether several are joined by an ampersand (as curl does) or not at all.
DATA: Final = {"--data": "&", "--data-raw": "&", "--data-binary": "&", "--data-ascii": "&", "--json": ""}
SECRETS: Final = {"--user", "--cookie", "--oauth2-bearer", "--proxy-user", "--cert"}
#: Options that send something else than JSON.
BODIES: Final = {"--form", "--form-string", "--upload-file", "--data-urlencode"}
#: Options that are not used here, but whose word could be taken for an address.
IGNORED: Final = {"--referer", "--proxy", "--user-agent", "--doh-url", "--preproxy", "--output", "--url-query"}
WITH_WORD: Final = {"--url", "--request", "--header"} | DATA.keys() | SECRETS | BODIES | IGNORED
SHORT: Final = {
    "X": "--request", "H": "--header", "d": "--data", "u": "--user", "b": "--cookie", "U": "--proxy-user",
    "F": "--form", "T": "--upload-file", "E": "--cert", "G": "--get", "I": "--head",
}  # fmt: skip
#: Short options with a word that is not used here.
SHORT_IGNORED: Final = "AeomwxKcDryYzChtQP"
SECRET_HEADERS: Final = {"authorization": "token", "cookie": "secret", "proxy-authorization": "secret"}
#: A value that stands for a token without being one: a variable of a shell, or a word in brackets.
VARIABLE: Final = re.compile(r"[\"']?(\\?\$\{?\w+\}?|%\w+%|\{+[\w .-]*\}+|<[\w .-]*>|\.{3}|…)[\"']?")
AUTHORIZATION: Final = re.compile(r"(authorization\s*:\s*(?:bearer|basic)?\s*)([^\s'\"^]+)", re.IGNORECASE)
#: What other shells write at the end of a line or before a quote, and how to say what was seen.
OTHER_SHELLS: Final = {
    r"\^[ \t]*\r?\n|(?<!\S)\^\"": "It is written for Windows' cmd: there are carets (^) in it.",
    r"`[ \t]*\r?\n": "It is written for PowerShell: a backtick (`) ends a line.",
}
BASH: Final = "Copy it as cURL for bash, or write it in one line with the JSON in single quotes."
#: Every character that a page may show as a blank, and the byte order mark.
BLANKS: Final = " \t\u00a0\u1680\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_PLACE: Final = re.compile(r"/devices(?:/(?P<device>[^/]*))?(?:/(?P<commands>commands)(?:/(?P<more>.*))?)?/?$", re.I)
_KEYED: Final = re.compile(r"/devices\('(?P<device>[^']*)'\)/(?P<commands>commands)/?$", re.I)
PLACEHOLDER: Final = re.compile(r"[{<].*[}>]|\$\{?\w+\}?|:\w+")
ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[abfnrtv\\'\"])")


@dataclass(slots=True)
class Curl:
    """What a curl command asks for. `dropped` names the secrets that were in it."""

    url: str = ""
    method: str = ""
    body: str | None = None
    dropped: list[str] = field(default_factory=list)


def read_curl(text: str) -> Curl:
    """Read a curl command; BadInput when it is none, or when what it sends is not in it."""
    words = _split(text)
    if not words or words[0].rpartition("/")[2].lower() not in {"curl", "curl.exe"}:
        raise bad_curl("This is not a curl command.", "It begins with the word curl.")
    found = Curl()
    for option, value in _options(words[1:]):
        _take(found, option, value)
    if not found.url:
        raise bad_curl("The command has no address.", "It ends with /me/devices/{id}/commands.")
    found.method = found.method or ("GET" if found.body is None else "POST")
    return found


def without_tokens(text: str) -> str:
    """A text with a variable in the place of each token, for showing it again."""

    def hide(found: re.Match[str]) -> str:
        return found[0] if VARIABLE.fullmatch(found[2]) else f"{found[1]}$TOKEN"

    text = re.sub(r"\b(EwB|eyJ)[\w.+/=-]{20,}", "$TOKEN", AUTHORIZATION.sub(hide, text))
    secret = r"((?:--(?:user|cookie|oauth2-bearer|proxy-user)|(?<!\S)-[ub])\s*)(\"[^\"]*\"|'[^']*'|[^\s\"']+)"
    return re.sub(secret, hide, text)


def _split(text: str) -> list[str]:
    """The words of the command, as bash splits them; what follows a pipe or a redirection is left out."""
    text = _joined_surrogates(text).strip(f"\r\n{BLANKS}")
    text = re.sub(rf"^(\$|%|!)[{BLANKS}]*", "", text)  # a prompt, or a notebook's mark for the shell
    text = re.sub(rf"\\[{BLANKS}]*\r?\n", "", text)
    for pattern, message in OTHER_SHELLS.items():
        if re.search(pattern, text):
            raise bad_curl(message, BASH)
    text = re.sub(r"(?<!\S)\$'((?:\\.|[^'\\])*)'", lambda found: shlex.quote(_ansi(found[1])), text, flags=re.DOTALL)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|;&")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = f"\r\n{BLANKS}", True, ""
    words: list[str] = []
    try:
        for word in lexer:
            if re.fullmatch(r"[|;&]+|\d?[<>].*", word):
                break
            words.append(word)
    except ValueError:
        raise bad_curl("A quote is never closed.", "Copy the whole command.") from None
    return words


def _ansi(text: str) -> str:
    """What is meant by the inside of $'…', bash's quoting with escapes."""
    try:
        text = ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), text)
    except ValueError:
        raise bad_curl("The command has an escape for a character that does not exist.", BASH) from None
    return _joined_surrogates(text)


def _joined_surrogates(text: str) -> str:
    """A text whose halves of characters are joined; BadInput for a half without its other half."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise bad_curl("There is half a character in the command.", "Write it as itself, or as both halves.") from None


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its word, by its long name; an address that belongs to no option is a --url."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            yield word, next(rest, "") if word in WITH_WORD else ""
        elif word.startswith("-"):
            yield from _short(word[1:], rest)
        elif "://" in word or "/me/" in word or "/devices" in word:
            yield "--url", word


def _short(letters: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Short options in one word: -sSXPOST is -s, -S and -X POST."""
    for place, letter in enumerate(letters, start=1):
        option = SHORT.get(letter, letter)
        if option in WITH_WORD or letter in SHORT_IGNORED:
            yield option, letters[place:] or next(rest, "")
            return
        yield option, ""


def _take(found: Curl, option: str, value: str) -> None:
    match option:
        case "--url" if not found.url:
            found.url = value
        case "--url":
            raise bad_curl("The command has more than one address.", "Paste one that sends one command.")
        case "--request":
            found.method = value.upper()
        case "--get" | "--head":
            found.method = found.method or "GET"
        case "--header":
            name, _, value = value.partition(":")
            if kind := SECRET_HEADERS.get(name.strip().lower()):
                _drop(found, kind, value.strip().partition(" ")[2].strip() or value.strip())
        case _ if option in DATA:
            _take_data(found, option, value)
        case _ if option in SECRETS:
            _drop(found, "token" if option == "--oauth2-bearer" else "secret", value)
        case _ if option in BODIES:
            raise bad_curl(f"{option} sends a form or a file, not JSON.", "Paste a command with -d or --json.")


def _take_data(found: Curl, option: str, value: str) -> None:
    if value.startswith("@") and option != "--data-raw":
        raise bad_curl(f"The message is in a file, {value[1:]}.", "Put what is in the file in its place.")
    found.body = value if found.body is None else f"{found.body}{DATA[option]}{value}"


def _drop(found: Curl, kind: str, secret: str) -> None:
    if secret and not VARIABLE.fullmatch(secret):
        found.dropped.append(kind)


def bad_curl(message: str, hint: str) -> BadInput:
    return BadInput(message, field="curl", hint=hint)


@dataclass(slots=True)
class Pasted:
    """`values` are texts for the fields that were found, `problems` what is to be said at a field."""

    kind: str
    device: str
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, BadInput] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def read_pasted(text: str) -> Pasted:
    """Read a curl command; BadInput when there is nothing in it that a form could show."""
    curl = read_curl(text)
    if curl.method != "POST":
        asks = " and asks for something" if curl.method in ("GET", "HEAD") else ""
        raise bad_curl(f"This is a {curl.method}{asks}.", "A command to a device is sent with POST.")
    body = _body(curl)
    kind = _kind(body)
    pasted = Pasted(kind, "")
    _device(pasted, curl.url)
    (_launch if kind == "launchuri" else _call)(pasted, body)
    if "postbackuri" in body:
        pasted.said.append("Its postBackUri is left out: the form has no field for it.")
    pasted.said += [f"The {what} in it was not kept." for what in dict.fromkeys(curl.dropped)]
    return pasted


def _body(curl: Curl) -> dict[str, Any]:
    """The body, its own names in small letters: clients have written them in any case."""
    text = curl.body or ""
    if not text.strip():
        raise bad_curl("The command sends no body.", "It needs -d or --json with the order in it.")
    try:
        body = json_object(text, "body", "curl")
    except BadInput:  # a page may have made no-break spaces of blanks, and bash wants `$` and a backtick escaped
        body = json_object(re.sub(r"\\([$`])", r"\1", re.sub(f"[{BLANKS}]", " ", text)), "body", "curl")
    return {key.lower(): value for key, value in body.items()}


def _kind(body: Mapping[str, Any]) -> str:
    kind = body.get("type")
    if not isinstance(kind, str):
        said = "The type in the body is no text." if "type" in body else "The body has no type."
        raise bad_curl(said, 'It needs "type": "LaunchUri" or "AppService".')
    if kind.lower() not in {"launchuri", "appservice"}:
        raise bad_curl(f"The type {kind!r} is no order to a device.", "It is LaunchUri or AppService.")
    return kind.lower()


def _device(pasted: Pasted, url: str) -> None:
    """The device's id, from the path: …/devices/{id}/commands."""
    try:
        path = urlsplit(url if "//" in url else f"//{url}").path
    except ValueError:
        pasted.problems["device"] = bad_curl("The pasted address is no address.", "Choose which device here.")
        return
    found = _KEYED.search(path) or _PLACE.search(path)
    parts = found.groupdict() if found else {}
    if parts.get("more"):
        hint = "A new one goes to /me/devices/{id}/commands."
        raise bad_curl("This is the address of a command that was sent.", hint)
    device = unquote(parts.get("device") or "")
    pasted.device = "" if device.lower() == "commands" else device
    if not pasted.device:
        problem, hint = "The pasted address names no device.", "It should end with /me/devices/{id}/commands."
    elif PLACEHOLDER.fullmatch(pasted.device):
        problem, hint = f"{pasted.device} in the pasted address stands for a device.", "Choose which one here."
    elif not parts.get("commands"):
        problem, hint = "The pasted address does not end with /commands.", "The device is taken from it all the same."
    else:
        return
    pasted.problems["device"] = bad_curl(problem, hint)


def _launch(pasted: Pasted, body: Mapping[str, Any]) -> None:
    payload = body.get("payload")
    small = {key.lower(): value for key, value in payload.items()} if isinstance(payload, Mapping) else {}
    _take_text(pasted, "uri", small.get("uri"), "payload.uri", "It is the address to open.")


def _call(pasted: Pasted, body: Mapping[str, Any]) -> None:
    for name, word in ("service", "appServiceName"), ("package", "packageFamilyName"):
        _take_text(pasted, name, body.get(word.lower()), word, "Fill it in here.")
    payload = body.get("payload")
    pasted.values["payload"] = as_json(payload) if "payload" in body else ""
    if not isinstance(payload, Mapping):
        what = "is not a JSON object" if "payload" in body else "is missing"
        pasted.problems["payload"] = bad_curl(f"The payload in the pasted body {what}.", 'Write {"key": value}.')


def _take_text(pasted: Pasted, name: str, value: object, word: str, hint: str) -> None:
    pasted.values[name] = value if isinstance(value, str) else ""
    if not pasted.values[name]:
        pasted.problems[name] = bad_curl(f"The pasted body has no {word}.", hint)
