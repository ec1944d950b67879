"""Owns how links are told of in the status, and read from it again by whoever is not in charge. It asks none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.backends import traits_of
from console.clock import iso
from console.days import written
from console.records.agent import Agent
from console.records.link import Link

__all__ = ("as_json", "links_of", "published", "state_of")


def as_json(links: Mapping[str, Link]) -> dict[str, dict[str, Any]]:
    """Each by its name, as it is published."""
    return {
        name: {
            # A start that only has to wait for its turn needs nobody's doing.
            "up": link.up or link.kind == "up",
            "since": iso(link.since),
            "kind": link.kind,
            "why": link.why,
            "advice": link.advice,
            "version": link.version,
        }
        for name, link in sorted(links.items())
    }


def published(status: Mapping[str, Any]) -> dict[str, Link]:
    """The links as whoever is in charge has told; an older moziplus tells of one in words of its own."""
    told = {name: _link(name, fields) for name, fields in (status.get("links") or {}).items()}
    for key, state in status.items():
        name, is_state, _ = key.partition("_state")
        if is_state and state and name not in told:
            up = state.get("kind") == "up"
            told[name] = _link(name, {"up": up, "why": state.get("sentence"), **state})
    return told


def state_of(link: Link | None) -> dict[str, str | None] | None:
    """How one stands, as `gateway_state` has it; None where nobody needs it."""
    if link is None:
        return None
    return {"kind": link.kind, "sentence": link.why, "advice": link.advice, "version": link.version}


def links_of(agents: Iterable[Agent]) -> set[str]:
    """The links that these agents need, by name."""
    return {name for agent in agents if (name := traits_of(agent.backend).link) is not None}


def _link(name: str, fields: Mapping[str, Any]) -> Link:
    since = fields.get("since")
    return Link(
        name=name,
        up=bool(fields.get("up")),
        since=None if since is None else written(since),
        kind=fields.get("kind") or "",
        why=fields.get("why") or "",
        advice=fields.get("advice") or "",
        version=fields.get("version"),
    )
