"""Owns what of our environment each program that we start may see: agents, tools like git and ps, the operator's own.

Every start of a program takes its environment from here; none inherits ours as it is, but a scheduler that goes on for us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from console.secrets import looks_secret

__all__ = ("for_agent", "for_operator", "for_tool")

_GATEWAY = "OPENCLAW_GATEWAY_"
_OURS = (_GATEWAY, "MOZIPLUS_")
_OF_A_SHELL = "GIT_"
"""A GIT_DIR of the shell that started us would lead an agent's git elsewhere."""
_PLACES = ("PWD", "OLDPWD")
"""Where we were started: a program that believes them (opencode) would work there, and not in its own folder."""
_ALWAYS = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_*", "TMPDIR", "TERM", "TZ")
"""Without these hardly a program runs."""


def for_agent(
    inherited: Mapping[str, str], allowed: Iterable[str] = ("*",), required: Iterable[str] = ()
) -> dict[str, str]:
    """What an agent inherits: what `allowed` (names, or patterns with *) lets pass, and what it requires.

    What is ours, and the shell's GIT_*, passes only where its whole name is given; where we were started never does.
    """
    patterns, named = (*allowed, *_ALWAYS), {*allowed, *required}
    return {
        name: value
        for name, value in inherited.items()
        if name not in _PLACES
        and (
            name in named
            or (not name.startswith((*_OURS, _OF_A_SHELL)) and any(fnmatchcase(name, pattern) for pattern in patterns))
        )
    }


def for_tool(inherited: Mapping[str, str]) -> dict[str, str]:
    """What a tool inherits that needs no secret for what we ask of it."""
    return {n: v for n, v in inherited.items() if not n.startswith((*_OURS, _OF_A_SHELL)) and not looks_secret(n)}


def for_operator(inherited: Mapping[str, str]) -> dict[str, str]:
    """What a program that the operator chose inherits (notify.command, $EDITOR, a service manager): all but the gateway's."""
    return {n: v for n, v in inherited.items() if not n.startswith(_GATEWAY)}
