"""Owns which keys a guardrails.yaml may have and what each may hold. What they mean together is in `guardrails`."""

from __future__ import annotations

from dataclasses import replace

from console.records.act import Say
from console.records.guardrail import Effect, Stage
from console.settings.kinds import Kind, Many, Schema, choice, number, one_or_more, text, whole

__all__ = ("ACTS", "CAP", "GUARDRAILS")

_GLOB = text(300)
_PATTERN = text(500)


def _globs(what: str) -> Kind:
    return one_or_more(_GLOB, most=200, says=f"one or a list of {what}; * covers anything")


def _patterns(what: str) -> Kind:
    return one_or_more(_PATTERN, most=100, says=f"one or a list of regular expressions over {what}")


def _or_nothing(kind: Kind) -> Kind:
    return replace(kind, optional=True, json={"anyOf": [dict(kind.json), {"type": "null"}]})


_LIMIT: Schema = {
    "tokens": _or_nothing(whole(0, 10**15)),
    "cost": _or_nothing(number(0, 10**9)),
    "sessions": _or_nothing(whole(0, 10**9)),
}

_TIME = {"seconds": _or_nothing(whole(1, 365 * 86_400))}
CAP: Schema = {name: kind for name, kind in _LIMIT.items() if name != "sessions"} | _TIME
"""What an agent may use on one task."""

_NAME = text(60, pattern=r"[a-z0-9][a-z0-9_.-]*", says="a name of a-z, 0-9, -, _ and ., as in no-prod")

ACTS = Many(
    {
        "name": _NAME,
        "effect": choice(*map(str, Say)),
        "reason": text(400),
        "match": {
            "agent": _globs("agents"),
            "role": _globs("roles"),
            "project": _globs("projects"),
            "tags": _globs("tags"),
            "tool": _globs("tools"),
            "command": one_or_more(
                text(2000, lines=True),
                most=200,
                says="one or a list of commands, word by word; * at the end stands for any further words",
            ),
            "path": _globs("files, or inside, or outside"),
            "host": _globs("hosts"),
            "cost_over": number(0, 10**9),
            "tokens_over": whole(0, 10**15),
        },
    },
    most=500,
)
"""Rules on what agents do; a project.yaml may have them, too."""

GUARDRAILS: Schema = {
    "default": choice(str(Effect.ALLOW), str(Effect.HOLD), str(Effect.DENY)),
    "rules": Many(
        {
            "name": _NAME,
            "stage": choice(str(Stage.DISPATCH), str(Stage.SUBMIT)),
            "effect": choice(*map(str, Effect)),
            "protocol": text(80, pattern=r"[A-Za-z0-9][A-Za-z0-9_-]*", says="the name of a review protocol"),
            "reason": text(400),
            "match": {
                "agent": _globs("agents"),
                "role": _globs("roles"),
                "project": _globs("projects"),
                "tags": _globs("tags"),
                "prompt": _patterns("what was written for the task"),
                "command": _globs("commands"),
                "path": _globs("folders"),
                "cost_over": number(0, 10**9),
                "tokens_over": whole(0, 10**15),
                "output": _globs("paths of outputs"),
                "output_text": _patterns("outputs that are text"),
            },
        },
        most=500,
    ),
    "acts": ACTS,
    "budgets": {"task": {**_LIMIT, **_TIME}, "project": _LIMIT, "project_day": _LIMIT, "day": _LIMIT},
}
