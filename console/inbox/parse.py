"""Owns the way from a line of the inbox to a message or a reject with its reason. Reads no file, no clock, no settings.

A line never raises, whatever is in it. What comes out is made safe for a terminal and free of secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from console.inbox.kinds import KINDS, Alert, SessionEvent, TaskCreate, Written
from console.redact import redact
from console.secrets import known
from console.text import cut, one_line, safe, same_name

__all__ = ("ANONYMOUS", "LINE_MAX", "Good", "Reject", "harmless", "parse", "too_long", "understood")

LINE_MAX = 1024 * 1024
"""Bytes of one line."""
KEPT = 20_000
"""Characters of a rejected line that are kept."""
OBJECTS_MAX = 1000
"""Objects on one line; what follows is rejected as one."""
ANONYMOUS = "unknown"
NOTHING = "there is nothing to read in it"

_decoder: msgspec.json.Decoder[Written] = msgspec.json.Decoder(Written)
_decode = _decoder.decode
_scan = json.JSONDecoder().raw_decode
_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_JOINED = re.compile(rb"\}\s*\{")
_WRITER = re.compile(rb'"from"\s{0,5}:\s{0,5}"([A-Za-z0-9][A-Za-z0-9._@-]{0,62})"')
_WHERE = re.compile(r"\A(.{1,2000}) - at `\$\.([\w.\[\]]{1,80})`\Z", re.S)
_PATTERNS = {
    "project": "not the id of a project: 1 to 63 of a-z, 0-9, - and _",
    "id": "expected 1 to 128 visible ASCII characters",
    "from": "expected a name of 1 to 63 letters, digits and . _ @ -",
    "session": "expected the whole id of a session",
    "title": NOTHING,
    "body": NOTHING,
}
_TEXTS = {
    "task.create": ("title", "body", "assignee", "undo"),
    "comment": ("body",),
    "observation": ("body",),
    "alert": ("body", "cause"),
    "message": ("body",),
    "session.event": ("text",),
    "wake": (),
    "pause": ("reason",),
    "resume": (),
}
"""The fields of each kind that people or agents read."""
_NEEDED = {"task.create": "title", "comment": "body", "observation": "body", "message": "body"}
_ONE_LINE = frozenset({"title", "assignee", "cause", "text", "reason"})
# fmt: off
_MARKS = (
    *(b"sk-", b"sk_", b"rk_", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_", b"glpat-"),
    *(b"akia", b"asia", b"xox", b"aiza", b"ya29.", b"npm_", b"hf_", b"pypi-", b"eyj", b"authorization"),
    *(b"bearer", b"passw", b"passphrase", b"pwd", b"secret", b"token", b"key", b"credential", b"sig=", b"signature="),
    *(b"auth=", b"://", b"-----begin"),
)
# fmt: on
"""Without any of these (in lower case) `redact` finds nothing; looking for them costs a fiftieth of it. Held by a test."""


class Good(NamedTuple):
    """A message."""

    at: int
    """Where its object begins in the line, in bytes."""
    message: Written
    kind: str
    project: str
    """Empty where it is for the home itself."""
    writer: str
    body: str
    """Its JSON as it is stored."""


class Reject(NamedTuple):
    """A line, or the rest of one, that is no message."""

    at: int
    reason: str
    writer: str
    """As far as it could be made out."""
    body: str


def parse(line: bytes, *, plain: bool = False) -> list[Good | Reject]:
    """What a line holds: one message as a rule, nothing where it is blank, several where a line end was lost.

    `plain` says that it is known to be `harmless`, as where that was asked once of many lines.
    """
    begin = 0
    if line[:1] != b"{" or line[-1:] != b"}":
        whole = len(line)
        line = line.lstrip(_BLANK + b"\0").removeprefix(_BOM).lstrip(_BLANK)  # NULs: a hole left by a truncation
        begin = whole - len(line)
        line = line.rstrip(_BLANK)
        if not line:
            return []
    if len(line) > LINE_MAX:
        return [too_long(line, begin)]
    found = _one(line, begin, plain)
    if isinstance(found, Reject) and _JOINED.search(line):
        return list(_several(line, begin))
    return [found]


def harmless(text: bytes) -> bool:
    """Plain ASCII without escapes acts on no terminal, and needs no cleaning where it also has no mark of a secret."""
    if not text.isascii() or b"\\" in text or b"\x7f" in text:
        return False
    lowered = text.lower()
    return not any(mark in lowered for mark in _MARKS) and not any(value.encode() in text for value in known())


def understood(body: str) -> Written:
    """The message of a body that `parse` made. Raises msgspec.MsgspecError where this version no longer knows it."""
    return _decode(body)


def too_long(line: bytes, at: int = 0) -> Reject:
    """The reject of a line that exceeds LINE_MAX, of which `line` is the beginning."""
    reason = f"longer than {LINE_MAX} bytes; write a file and send its path"
    return Reject(at, reason, _writer(line), _shown(line))


def _several(line: bytes, begin: int) -> Iterator[Good | Reject]:
    """Objects side by side; where one cannot be made out, the rest is one reject."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        yield _reject(line, begin, "it is not UTF-8")
        return
    at, end, reached = 0, 0, begin
    for _ in range(OBJECTS_MAX):
        try:
            _, end = _scan(text, at)
        except (ValueError, RecursionError):
            break
        part = text[at:end].encode()
        yield _one(part, reached, False)
        following = len(text) - len(text[end:].lstrip())
        reached += len(part) + len(text[end:following].encode())
        at = following
    if at < len(text):
        yield _reject(text[at:].encode(), reached, "it is not JSON behind the objects before it")


def _one(line: bytes, at: int, plain: bool) -> Good | Reject:
    try:
        message = _decode(line)
        missing = _contradiction(message)
    except msgspec.ValidationError as error:
        return _reject(line, at, _why(str(error)))
    except UnicodeDecodeError:
        return _reject(line, at, "it is not UTF-8")
    except RecursionError:
        return _reject(line, at, "it is nested too deeply")
    except (msgspec.MsgspecError, ValueError):
        return _reject(line, at, "it holds NUL bytes" if b"\0" in line else "it is not one JSON object")
    if missing:
        return _reject(line, at, missing)
    return _good(line, at, message, plain)


def _good(line: bytes, at: int, message: Written, plain: bool) -> Good | Reject:
    kind = message.__struct_config__.tag
    assert isinstance(kind, str)
    body = line.decode()
    if not (plain or harmless(line)):
        message, body = _cleaned(message, kind)
        if not body:
            return _reject(line, at, NOTHING)
    return Good(at, message, kind, message.project or "", message.from_ or ANONYMOUS, body)


def _cleaned(message: Written, kind: str) -> tuple[Written, str]:
    """The message with its texts made safe; an empty body where nothing is left of one that is needed."""
    changes: dict[str, Any] = {}
    for name in _TEXTS[kind]:
        text = getattr(message, name)
        if text:
            clean = safe(redact(text)).strip()
            changes[name] = " ".join(clean.split()) if name in _ONE_LINE else clean
            if not clean and name == _NEEDED.get(kind):
                return message, ""
    for name in ("needs", "tags", "expect"):
        words = getattr(message, name, ())
        if words:
            clean_words = (same_name(" ".join(safe(redact(word)).split())) for word in words)
            changes[name] = tuple(dict.fromkeys(word for word in clean_words if word))
    message = msgspec.structs.replace(message, **changes)
    return message, msgspec.json.encode(message).decode()


def _contradiction(message: Written) -> str:
    """What the form of the fields cannot say; empty where all is well."""
    if (message.session is None) != (message.fence is None):
        return "session and fence belong together: the fence says which claim the session writes under"
    if isinstance(message, TaskCreate) and message.on_failure == "undo" and not message.undo.strip():
        return "on_failure undo needs the field undo: what the task that undoes it is told"
    if isinstance(message, Alert):
        if message.ended and not message.cause:
            return "the end of an alert needs its cause"
        if not message.ended and not message.body.strip():
            return "an alert needs a body"
    if isinstance(message, SessionEvent) and message.session is None:
        return "a session.event needs session and fence"
    return ""


def _reject(line: bytes, at: int, reason: str) -> Reject:
    return Reject(at, one_line(redact(reason), 300), _writer(line), _shown(line))


def _writer(line: bytes) -> str:
    found = _WRITER.search(line[:LINE_MAX])
    return found[1].decode() if found else ANONYMOUS


def _shown(line: bytes) -> str:
    """What is kept of it, for people: bytes that are no text are written out."""
    return cut(safe(redact(line[: KEPT * 4].decode("utf-8", "backslashreplace"))), KEPT)


def _why(error: str) -> str:
    """msgspec's words, with the field first."""
    if (found := _WHERE.match(error)) is None:
        return error.replace("Object missing required field", "missing field").replace(
            "Object contains unknown", "unknown"
        )
    what, field = found.groups()
    if field == "kind":
        return f"kind: {what.replace('Invalid value', 'unknown kind')}; known: {', '.join(KINDS)}"
    if field == "v":
        return "v: expected 1, the only version that there is"
    if "matching regex" in what:
        return f"{field}: {_PATTERNS.get(field, 'not of the expected form')}"
    return f"{field}: {what[0].lower()}{what[1:]}"
