"""Owns the words for a link: its name, and how it stands, with its colour role. What that means the link tells itself."""

from __future__ import annotations

from console.i18n import _

__all__ = ("link_name", "link_title", "link_version", "link_word")

_PRODUCTS = {"gateway": "OpenClaw"}


def link_name(name: str) -> str:
    """Within a line; a link that is not known here is called as it is."""
    return {"gateway": _("gateway")}.get(name, name)


def link_title(name: str) -> str:
    """Above its facts."""
    return {"gateway": _("GATEWAY")}.get(name, name.upper())


def link_version(name: str, version: str) -> str:
    """What is at its other end, by the name that people know it by."""
    return f"{_PRODUCTS.get(name, '')} {version}".lstrip()


def link_word(kind: str) -> tuple[str, str]:
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
