"""Owns what is told of which alert, and when: urgent each by itself, attention together at once, the rest in batches.

Pure: what is new comes in, letters go out. How a letter reaches a person is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.clock import iso
from console.records.alert import Level, Observation
from console.redact import redact
from console.text import one_line

__all__ = ("Letter", "Mark", "News", "letters", "marks_after")

OWN_CAUSE = "notify"
"""The alert that nothing can be told; telling of it would go in a circle."""
_ALONE = 5
"""So many urgent ones get a letter each; more of them at once share one."""
_SHOWN = 10
"""Alerts whose words are in the text of a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far the alerts of one place were told."""

    epoch: str
    told: int = 0
    """Of urgent and attention, the highest number."""
    batched: int = 0
    """Of routine and optional, the highest number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a place has that is open and beyond its mark."""

    place: str
    """A project, or empty for the home."""
    epoch: str
    newest: int
    """The highest number of all its observations."""
    alerts: tuple[Observation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to the operator."""

    level: Level
    """The worst of its alerts."""
    alerts: tuple[tuple[str, Observation], ...]
    """Place and alert."""

    @property
    def title(self) -> str:
        """A few words."""
        places = {place or "home" for place, _ in self.alerts}
        where = places.pop() if len(places) == 1 else f"{len(places)} places"
        return f"moziplus: {self.level} in {where}"

    @property
    def text(self) -> str:
        """One line: safe to show, free of secrets, never beginning like an option."""
        told = [f"[{alert.level}] {_name(place, alert)}: {_words(alert)}" for place, alert in self.alerts[:_SHOWN]]
        if len(self.alerts) > _SHOWN:
            told.append(f"and {len(self.alerts) - _SHOWN} more: `moziplus alert list`")
        return " | ".join(told)

    def as_dict(self) -> dict[str, object]:
        """The whole of it, for programs."""
        alerts = [
            {
                "project": place or None,
                "id": alert.id,
                "level": str(alert.level),
                "cause": alert.cause,
                "body": redact(alert.body),
                "task": alert.task_id,
                "at": iso(alert.at),
            }
            for place, alert in self.alerts
        ]
        return {"level": str(self.level), "title": self.title, "text": self.text, "alerts": alerts}


def letters(news: Sequence[News], *, batch: bool, subscribe: Sequence[str] = ()) -> list[Letter]:
    """What to tell now; `batch` says that the time for routine alerts has come."""
    every = [(n.place, alert) for n in news for alert in n.alerts if alert.cause != OWN_CAUSE]
    every.sort(key=lambda entry: entry[1].at)
    urgent = [entry for entry in every if entry[1].level == Level.URGENT]
    found = [_letter([entry]) for entry in urgent] if len(urgent) <= _ALONE else [_letter(urgent)]
    if attention := [entry for entry in every if entry[1].level == Level.ATTENTION]:
        found.append(_letter(attention))
    if batch and (rest := [entry for entry in every if _batched(entry[1], subscribe)]):
        found.append(_letter(rest))
    return found


def marks_after(mark: Mark | None, news: News, *, batch: bool) -> Mark:
    """The place's mark once everything of `news` was told."""
    if mark is None or mark.epoch != news.epoch:
        return Mark(epoch=news.epoch, told=news.newest, batched=news.newest)
    batched = max(mark.batched, news.newest) if batch else mark.batched
    return replace(mark, told=max(mark.told, news.newest), batched=batched)


def _batched(alert: Observation, subscribe: Sequence[str]) -> bool:
    """Routine alerts, and optional ones that somebody wants to hear of. A mere remark has no cause and is no alert."""
    if alert.cause is None:
        return False
    return alert.level == Level.ROUTINE or (alert.level == Level.OPTIONAL and alert.cause.startswith(tuple(subscribe)))


def _letter(entries: Sequence[tuple[str, Observation]]) -> Letter:
    worst = min((alert.level for _, alert in entries), key=list(Level).index)
    return Letter(level=worst, alerts=tuple(entries))


def _name(place: str, alert: Observation) -> str:
    if alert.task_id is None:
        return place or "home"
    return f"{place}#{alert.task_id}"


def _words(alert: Observation) -> str:
    return one_line(redact(alert.body), 300)
