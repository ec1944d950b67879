"""Owns the prompt of one session: the components that it gets, each with its text, put together. Pure.

The one way from facts to a prompt: what `task prompt` shows and what an agent gets both come from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.prompts.assemble import Part, Prompt, assemble, fill
from console.prompts.components import Component, Wording
from console.prompts.facts import Facts, values
from console.prompts.quoting import lowered, named, quoted
from console.prompts.skills import placed, skills_text, whole
from console.records.experience import Attached
from console.records.skill import Skill

__all__ = ("Composed", "compose")

BLACKBOARD = "blackboard"
"""Where a part comes from that no file has."""
_READ = "`blackboard read` has all"
_FILES = "its file has all"
_SHARE = 1000
"""Characters of one experience, so that a long one leaves room for the others."""
_EXPERIENCES = "## Experiences\n\nWhat was learnt in earlier work, with why it is shown to you. Use what fits."


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A prompt, and what of it is to be recorded with the session."""

    prompt: Prompt
    total: int
    """Characters that it may have."""
    components: str
    """The file that says what it is made of."""
    skills: tuple[Skill, ...]
    """Those that stand in it whole."""
    experiences: tuple[int, ...]
    """Ids of those that stand in it whole."""


def compose(facts: Facts, wording: Wording) -> Composed:
    """The prompt, exactly as the agent gets it."""
    known = values(facts)
    chosen = [part for part in wording.components.parts if part.holds(facts.audiences, facts.holding)]
    parts = [_part(component, facts, wording, known) for component in chosen]
    total = wording.components.total
    prompt = assemble(parts, total=total)
    return Composed(
        prompt=prompt,
        total=total,
        components=wording.file,
        skills=tuple(skill for skill in facts.skills if whole(skill) in prompt.text),
        experiences=tuple(a.experience.id for a in facts.experiences if _experience(a) in prompt.text),
    )


def _part(component: Component, facts: Facts, wording: Wording, known: Mapping[str, str]) -> Part:
    if component.template:
        template = wording.templates[component.template]
        text, files = fill(template.text, known), (template.file, *facts.files.get(component.name, ()))
        rest = _FILES
    else:
        text, files = _TEXTS[component.source](facts, component.cap), _files(component.source, facts, component.cap)
        rest = _READ if files == (BLACKBOARD,) else _FILES
    return Part(name=component.name, text=text, cap=component.cap, cut=component.cut, files=files, rest=rest)


def _files(source: str, facts: Facts, cap: int) -> tuple[str, ...]:
    if source in ("soul", "run"):
        return facts.files.get(source, ())
    if source == "skills":
        return tuple(f"{skill.folder}/SKILL.md" for skill in placed(facts, cap))
    return (BLACKBOARD,)


def _soul(facts: Facts, _: int) -> str:
    return f"## Who you are\n\n{lowered(facts.soul.strip(), 2)}" if facts.soul.strip() else ""


def _run(facts: Facts, _: int) -> str:
    return facts.bootstrap


def _experiences(facts: Facts, _: int) -> str:
    return "\n\n".join([_EXPERIENCES, *map(_experience, facts.experiences)]) if facts.experiences else ""


def _experience(attached: Attached) -> str:
    found, body = attached.experience, attached.experience.body.strip()
    if len(body) > _SHARE:
        body = f"{body[:_SHARE].rstrip()}\n[cut: experiences/{found.id:04}-*.md in the project's folder has all of it]"
    return f"#{found.id} {named(found.title)} ({named(attached.reason)})\n{quoted(body)}"


def _of_briefing(name: str) -> Callable[[Facts, int], str]:
    return lambda facts, _: facts.briefing.get(name, "")


_TEXTS: Mapping[str, Callable[[Facts, int], str]] = {
    "soul": _soul,
    "run": _run,
    "skills": skills_text,
    "experiences": _experiences,
} | {
    name: _of_briefing(name)
    for name in ("task", "review", "findings", "needed", "outputs", "attempts", "comments", "decisions")
}
"""Every key of `SOURCES`."""
