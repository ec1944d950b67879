"""Owns the word, and its colour role, for how the gateway stands. What it means is told by whoever speaks to the gateway."""

from __future__ import annotations

from console.i18n import _

__all__ = ("gateway_word",)


def gateway_word(kind: str) -> tuple[str, str]:
    """In a few words, and how bad it is; a kind that is not known here is shown as it is."""
    return {
        "up": (_("is up"), "success"),
        "connecting": (_("has not answered yet"), "dim"),
        "starting": (_("is starting"), "dim"),
        "draining": (_("is shutting down"), "warning"),
        "struggling": (_("fails again and again"), "warning"),
        "down": (_("does not answer"), "error"),
        "token_missing": (_("wants a token"), "error"),
        "token_refused": (_("refuses our token"), "error"),
        "scopes_missing": (_("gives us too few rights"), "error"),
        "agent_unknown": (_("does not know an agent"), "error"),
        "protocol_too_new": (_("too new for this moziplus"), "error"),
        "protocol_too_old": (_("too old for this moziplus"), "error"),
        "not_a_gateway": (_("something else answers"), "error"),
    }.get(kind, (kind, "error"))
