"""Owns how guardrails look to people and to programs: the rules that hold, the budgets, and what was decided on a task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.in_words import in_words
from console.redact import redact

if TYPE_CHECKING:
    from console.api.config import Guardrails
    from console.api.guardrail import ActRule
    from console.api.task import Decided
    from console.home import Home

__all__ = ("decision_line", "guardrail_rows", "guardrails_record")


def guardrails_record(home: Home, project_folder: Path | None) -> Guardrails:
    """The guardrails that hold in a project, or in the home, as they leave the house. Raises ConfigError."""
    from dataclasses import asdict

    from console.api.config import Guardrails, Rule
    from console.api.guardrail import ActRule
    from console.settings.guardrails import load_guardrails

    loaded = load_guardrails(home, project_folder)
    found = loaded.guardrails
    return Guardrails(
        file=loaded.document.file,
        default=found.default,
        rules=tuple(
            Rule(
                name=rule.name,
                effect=rule.effect,
                stages=tuple(sorted(rule.stages)),
                protocol=rule.protocol or None,
                reason=redact(rule.reason),
                where=loaded.where(n, ()),
            )
            for n, rule in enumerate(found.rules)
        ),
        acts=tuple(_hidden(ActRule.of(act, "guardrails")) for act in found.acts),
        budgets=asdict(found.budgets),
    )


def _hidden(rule: ActRule) -> ActRule:
    from msgspec.structs import replace

    return replace(rule, match=redact(rule.match), reason=redact(rule.reason))


def guardrail_rows(record: Guardrails) -> Iterator[dict[str, Any]]:
    """The same as rows of `config show`: setting, value, from."""
    yield {"setting": "guardrails.default", "value": record.default, "from": record.file}
    for rule in record.rules:
        what = f"{rule.effect}{' ' + rule.protocol if rule.protocol else ''} at {', '.join(rule.stages)}"
        yield {"setting": f"guardrails.{rule.name}", "value": what, "from": rule.where}
    for act in record.acts:
        yield {"setting": f"guardrails.acts.{act.name}", "value": f"{act.effect} {act.match}", "from": record.file}
    for scope, limit in record.budgets.items():
        told = ", ".join(f"{most:g} {unit}" for unit, most in limit.items() if most is not None)
        yield {"setting": f"guardrails.budgets.{scope}", "value": told or "-", "from": record.file}


def decision_line(record: Decided) -> str:
    """One decision on a task for people."""
    why = f": {in_words(record.reason)}" if record.reason else ""
    return f"{record.rule}: {record.effect} ({record.stage}), {record.at}{why}"
