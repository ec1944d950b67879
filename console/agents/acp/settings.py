"""Owns the mode and the model that an agent is to have: which request sets it, among what its session offers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errors import UsageError

__all__ = ("request_for",)


def request_for(what: str, wanted: str, offered: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """(method, params without the session) that sets `mode` or `model` to `wanted`; None where it stands so already.

    `offered` is the answer to `session/new` or `session/load`. Raises UsageError with what there is, where it is not there.
    """
    known: list[str] = []
    option = _option(what, offered)
    if option is not None:
        values = _values(option.get("options"))
        known += values
        if option.get("currentValue") == wanted:
            return None
        if wanted in values:
            return "session/set_config_option", {"configId": option["id"], "value": wanted}
    state = _map(offered.get(f"{what}s"))
    listed = state.get(f"available{what.capitalize()}s")
    names = ("id", "modelId", "modeId")
    values = [
        next((one[name] for name in names if isinstance(one.get(name), str)), "")
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict)
    ]
    if state.get(f"current{what.capitalize()}Id") == wanted:
        return None
    if wanted in values:
        return f"session/set_{what}", {f"{what}Id": wanted}
    known = [name for name in dict.fromkeys((*known, *values)) if name]
    there = ", ".join(known[:40]) if known else f"no {what}s to choose from"
    raise UsageError(f"its program knows no {what} {wanted[:80]!r}; it has {there}")


def _option(what: str, offered: Mapping[str, Any]) -> Mapping[str, Any] | None:
    options = offered.get("configOptions")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, dict) and what in (option.get("category"), option.get("id")) and option.get("id"):
            return option
    return None


def _values(options: object) -> list[str]:
    """Of a list, or of groups of them."""
    found: list[str] = []
    for one in options if isinstance(options, list) else ():
        if isinstance(one, dict):
            found += _values(one.get("options"))
            if isinstance(one.get("value"), str):
                found.append(one["value"])
    return found


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
