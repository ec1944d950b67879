"""Owns what the error of an agent comes to: refused for now, not signed in, a full conversation, or simply failed.

Is asked only of an error that the agent itself reports as its end, never of what it says on the way.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from console.agents.forms.resets import named_time, reset_time
from console.agents.forms.said import Kind, Said
from console.days import LOCAL
from console.records.budget import Usage

__all__ = ("is_full", "judged")

LONGEST = 2_000
"""Characters of an error that are kept and looked at."""
_SIGN_IN = re.compile(
    r"\bnot (?:logged|signed) in\b|\b(?:log|sign) in again\b"
    r"|please (?:run )?[`'\"]?(?:/login|log ?in|sign ?in|(?:\w+ )?login\b)"
    r"|\b(?:invalid|incorrect|expired|missing|no)\b[\w -]{0,20}\bapi[ _-]?key\b|\binvalid x-api-key\b"
    r"|\bapi[ _-]?key (?:is )?(?:invalid|not valid|expired)"
    r"|\b(?:status|http|error|code)\W{0,3}(?:code\W{1,2})?401\b|\(401\)|\b401 \w*unauth"
    r"|\bunauthori[sz]ed\b|\bunauthenticated\b|\bauthentication[ _](?:failed|error|required)\b"
    r"|\b(?:oauth|access|refresh|auth)\w* token\b[^.]{0,60}\b(?:expired|revoked|invalid|could not be refreshed)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:status|http|error|code)\W{0,3}(?:code\W{1,2})?(?:429|529)\b|\((?:429|529)\)"
    r"|\btoo many requests\b|\boverloaded\b|\brate[ _-]?limit|\bresource_exhausted\b"
    r"|\b(?:usage|session|weekly|daily|monthly|hourly|\d+-hour|spend|spending|request|credit|opus|sonnet)s? limit\b"
    r"|\bhit your (?:[\w-]+ ){0,3}limit\b|\blimit (?:reached|will reset)\b|\bquota\b|\bcredit balance\b"
    r"|\bout of (?:extra )?(?:usage|credits?)\b",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\b(?:prompt|input|context) is too long\b|\bcontext[ _]length[ _]exceeded\b|\bmaximum context length\b"
    r"|\bexceeds? the (?:model'?s? )?(?:context (?:window|length)|maximum number of tokens)\b"
    r"|\bout of room in the model'?s? context\b|\bcontext (?:window|length) (?:is )?(?:full|exceeded)\b",
    re.IGNORECASE,
)
_LIMITED = (429, 529)
_SIGNED_OUT = (401,)


def judged(
    text: str,
    now: int,
    *,
    status: object = None,
    at: object = None,
    usage: Usage | None = None,
    zone: tzinfo = LOCAL,
    whole: frozenset[str] = frozenset(),
) -> Said:
    """The end of an agent that reports the error `text`.

    `status` is the provider's HTTP status where the agent gives it apart, `at` the time of a reset where it gives that
    apart; both are looked at before the text.
    """
    text = text[:LONGEST]
    used = usage or Usage()
    if status in _LIMITED or (status not in _SIGNED_OUT and _LIMIT.search(text)):
        until = named_time(at, now) or reset_time(text, now, zone)
        return Said(kind=Kind.LIMITED, text=text, usage=used, until=until, whole=whole)
    if status in _SIGNED_OUT or _SIGN_IN.search(text):
        return Said(kind=Kind.SIGNED_OUT, text=text, usage=used, whole=whole)
    return Said(kind=Kind.ERROR, text=text, usage=used, whole=whole)


def is_full(text: str) -> bool:
    """Whether an error says that the conversation has no room left in its model: it would be the same for whoever goes on."""
    return _FULL.search(text[:LONGEST]) is not None
