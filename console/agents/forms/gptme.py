"""Owns the output of gptme: plain text, in which nothing says what it used; its exit status names three causes.

By its source of 0.35.1: 75 a limit, 76 a sign-in, 77 a model that is not there.
"""

from __future__ import annotations

from console.agents.forms.said import Form, Kind

__all__ = ("GPTME",)

_STATUSES = {75: Kind.LIMITED, 76: Kind.SIGNED_OUT, 77: Kind.ERROR}

GPTME = Form(read=lambda objects, now: None, words=lambda said: "", exits=_STATUSES.get, plain=True)
