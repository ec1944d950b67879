"""Owns the patterns of secrets, and how they are hidden before text is stored or shown. It never sees what is not text.

What a terminal would not show (escapes, overstrikes, marks without width) is taken out first: it could stand inside a
secret. Patterns find what looks like one; a value that this process knows to be one is hidden wherever it stands.
Nothing here is a promise that a secret of an unknown form is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from console.secrets import digests, known
from console.text import bare

__all__ = ("HIDDEN", "Redactor", "hide_known", "hide_values", "redact")

HIDDEN = "[redacted]"

_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-[A-Za-z0-9_-]{16,}"  # OpenAI, Anthropic and those who copied them
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|glpat-[A-Za-z0-9_-]{20,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,}"
    r"|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{50,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON web token
    r")"
)
_HEADER = re.compile(
    r"(?i)(authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:(?:basic|bearer|token|digest)\s{1,3})?)[^\s\"',]{4,}"
)
_BEARER = re.compile(r"(?i)(\bbearer\s{1,3})(?=[^\s]{0,300}\d|[^\s]{20})[A-Za-z0-9._~+/=-]{8,}")
_PASSWORD = re.compile(
    r"(?i)((?:password|passwd|passphrase|\bpwd)[\"']?\s{0,3}[:=]\s{0,3})"
    r"(\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"',;&]{3,})"
)
_NAMED = re.compile(
    r"(?i)((?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key)s?"
    r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?)(?![\d.,]+(?![^\s\"',;&]))(?=[^\s\"',;&]{0,300}\d)[^\s\"',;&]{8,}"
)
_IN_URL = re.compile(
    r"(?i)([?&#](?:access_token|refresh_token|id_token|token|key|api_?key|sig|signature|auth|password|secret)=)"
    r"[^&\s#\"']+"
)
_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@\"']{0,200}:)[^\s/@\"']{1,400}(?=@)")
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_SIGNS = re.compile(r"[:=_.-]")
"""A line without any of these, or of the words in `_may_hold`, holds nothing that the patterns find."""

_TOKEN_WORDS = (
    *("sk-", "k_live_", "k_test_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "ASIA"),
    *("xox", "AIza", "ya29.", "npm_", "hf_", "pypi-", "eyJ"),
)
"""One of them begins each token."""
_ODD = re.compile("[\u017f\u0130\u0131\u212a]")
"""Letters that count as `s`, `i` and `k` where the case does not, and are none of them in lower case."""

_SECRET_KEY = re.compile(r"(?i)(?:password|passwd|passphrase|secret|credential|api_?key|access_?key|private_?key)s?$")
_TOKEN_KEY = re.compile(r"(?i)(?:^|_)token$")
_PEM_LINES = 200
"""A key block that has not ended after so many lines is none: a lone BEGIN must not swallow a log."""


class Redactor:
    """Hides secrets in a stream, line by line: a private key spans lines, so each stream needs one of its own."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """`known` values are hidden beside those that the process knows; under 6 characters they would hide ordinary words."""
        self._known = sorted({value for value in known if len(value) >= 6}, key=len, reverse=True)
        self._inside = 0
        self._before = ""
        """The end of the line before, as it came: a value may go on in this one."""

    def line(self, text: str) -> str:
        """One line (or a piece of one) with its secrets hidden, and nothing in it that a terminal acts on. Its end stays."""
        text = bare(text)
        return self._by_form(hide_known(self._without_rest(text), self._known))

    def _without_rest(self, text: str) -> str:
        """Without the rest of a known value that began in the line before; its beginning alone gives it to nobody."""
        values = (*self._known, *known())
        longest = max(map(len, values), default=0)
        before, self._before = self._before, (self._before + text.rstrip("\r\n"))[-longest:] if longest else ""
        spanning = before + text[:longest] if before else ""
        for value in values if before else ():
            if value in spanning:
                at = spanning.find(value, max(0, len(before) - len(value) + 1))
                if 0 <= at < len(before) < at + len(value):
                    return HIDDEN + text[at + len(value) - len(before) :]
        return text

    def text(self, text: str) -> str:
        """A whole text, line by line."""
        return "".join(map(self._by_form, hide_known(bare(text), self._known).splitlines(keepends=True)))

    def _by_form(self, text: str) -> str:
        if self._inside or "-----BEGIN" in text:
            text = self._without_key(text)
        return _hidden(text) if _may_hold(text) else text

    def _without_key(self, text: str) -> str:
        kept: list[str] = []
        while text:
            if self._inside:
                end = _PEM_END.search(text)
                if end is None:
                    self._inside -= 1
                    return "".join(kept) + ("\n" if text.endswith("\n") and kept else "")
                self._inside, text = 0, text[end.end() :]
            begin = _PEM_BEGIN.search(text)
            if begin is None:
                break
            kept += [text[: begin.start()], HIDDEN]
            self._inside, text = _PEM_LINES, text[begin.end() :]
        return "".join(kept) + text


def redact(text: str, known: Iterable[str] = ()) -> str:
    """`text`, one line or many, with its secrets hidden, and nothing in it that a terminal acts on."""
    return Redactor(known).text(text)


def hide_known(text: str, more: Iterable[str] = ()) -> str:
    """`text` without the values that are known to be secret; what only looks like one stays."""
    values = (*more, *known(), *digests(text))
    for value in values:
        if value in text:
            text = text.replace(value, HIDDEN)
    return _hide_broken(text, values) if values and "\n" in text else text


def _hide_broken(text: str, values: Iterable[str]) -> str:
    """Without the values that a line break stands in the middle of."""
    joined = text.replace("\r", "").replace("\n", "")
    for value in values:
        if value in joined:
            text = re.sub(r"[\r\n]{0,3}".join(map(re.escape, value)), HIDDEN, text)
    return text


def hide_values(tree: Any, key: str = "") -> Any:
    """A copy of a tree of plain values in which secrets are hidden: by the name of their key, and by their own form."""
    if isinstance(tree, Mapping):
        return {redact(str(name)): hide_values(value, str(name)) for name, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [hide_values(value, key) for value in tree]
    if tree is not None and (_SECRET_KEY.search(key) or _TOKEN_KEY.search(key)):
        return HIDDEN
    return redact(tree) if isinstance(tree, str) else tree


def _may_hold(text: str) -> bool:
    if _SIGNS.search(text) is not None or "AKIA" in text or "ASIA" in text or "AIza" in text:
        return True
    return "bearer" in text.lower()


def _hidden(text: str) -> str:
    """Each pattern is tried only where a word stands that it cannot do without: to look for these costs next to nothing."""
    folded, every = text.lower(), not text.isascii() and _ODD.search(text) is not None
    if every or any(word in text for word in _TOKEN_WORDS):
        text = _TOKENS.sub(HIDDEN, text)
    if "://" in text:
        text = _LOGIN.sub(rf"\1{HIDDEN}", text)
    if "=" in text:
        text = _IN_URL.sub(rf"\1{HIDDEN}", text)
    if every or "authorization" in folded:
        text = _HEADER.sub(rf"\1{HIDDEN}", text)
    if every or "bearer" in folded:
        text = _BEARER.sub(rf"\1{HIDDEN}", text)
    if every or "passw" in folded or "passphrase" in folded or "pwd" in folded:
        text = _PASSWORD.sub(_hide_password, text)
    if every or "key" in folded or "token" in folded or "secret" in folded or "credential" in folded:
        text = _NAMED.sub(rf"\1{HIDDEN}", text)
    return text


def _hide_password(found: re.Match[str]) -> str:
    """Quotes stay, so that JSON with a hidden password is still JSON."""
    quote = found[2][0] if found[2][0] in "\"'" else ""
    return f"{found[1]}{quote}{HIDDEN}{quote}"
