"""Owns the output of mini-swe-agent: what it prints is for people; its trajectory, one object in a file, tells the run.

Seen with 2.4.6. It ends with 0 also where its own limit stopped it; only `exit_status` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.agents.forms.causes import judged
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage

__all__ = ("MINI",)


def _read(objects: Objects, now: int) -> Said | None:
    run = next((said for said in objects if isinstance(said.get("info"), Mapping)), None)
    if run is None:
        return None
    info, messages = run["info"], [one for one in run.get("messages") or () if isinstance(one, Mapping)]
    used, status = _used(info, messages), text_of(info.get("exit_status"))
    if status == "Submitted":
        text = text_of(info.get("submission")) or _last(messages)
        return Said(kind=Kind.RESULT if text else Kind.EMPTY, text=text, usage=used)
    told = next((text_of(one.get("content")) for one in reversed(messages) if one.get("role") == "exit"), "")
    if "Error" in status and told != status:
        return judged(told or status, now, usage=used)
    return Said(kind=Kind.ERROR, text=status or told or "it failed", usage=used)


def _used(info: Mapping[str, Any], messages: list[Mapping[str, Any]]) -> Usage:
    """Each answer has its own count, also one that could not be used."""
    stats = info.get("model_stats")
    cost = number(stats.get("instance_cost")) if isinstance(stats, Mapping) else 0.0
    return Usage(tokens=sum(tokens_of(_answer(one).get("usage"), "total_tokens") for one in messages), cost=cost)


def _answer(message: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = message.get("extra")
    answer = extra.get("response") if isinstance(extra, Mapping) else None
    return answer if isinstance(answer, Mapping) else {}


def _last(messages: list[Mapping[str, Any]]) -> str:
    texts = (text_of(one.get("content")) for one in reversed(messages) if one.get("role") == "assistant")
    return next((text for text in texts if text), "")


MINI = Form(read=_read, words=lambda said: "", leaves="mini.traj.json", plain=True)
