"""Owns which skills go into a prompt and how they stand there: some whole, of the others a line and the path. Pure.

Never cuts a skill in half: one that does not fit its part is named like the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.prompts.facts import Facts
from console.prompts.quoting import closed, lowered, named
from console.records.skill import Skill
from console.text import safe

__all__ = ("applies", "placed", "skills_text", "whole")

_HEAD = "## Skills\n\nHow work of a kind is done here. Where one applies, follow it."
_OTHERS = "Others, to be read from their file when the work calls for one:"
EVERYBODY = "*"
REVIEWER = "reviewer"


def applies(skill: Skill, facts: Facts) -> bool:
    """Whether the session gets it whole: by its role (`reviewer` on every review seat), or by a tag or need of the task."""
    role = REVIEWER if facts.reviewer else facts.role
    roles = {EVERYBODY, role} - {""}
    return not roles.isdisjoint(skill.roles) or not {*facts.tags, *facts.needs}.isdisjoint(skill.tags)


def placed(facts: Facts, most: int) -> tuple[Skill, ...]:
    """Those that stand whole in a part of `most` characters, in the order in which they were found."""
    found: list[Skill] = []
    for skill in facts.skills:
        if applies(skill, facts) and len(_text(facts.skills, [*found, skill])) <= most:
            found.append(skill)
    return tuple(found)


def skills_text(facts: Facts, most: int) -> str:
    """The part; empty where there are no skills."""
    return _text(facts.skills, placed(facts, most)) if facts.skills else ""


def _text(every: Sequence[Skill], shown: Sequence[Skill]) -> str:
    """The others come first: who cuts the part, cuts its end, and a line for each is worth more than the last skill."""
    others = [skill for skill in every if skill not in shown]
    lines = [
        f"- `{skill.id}` ({skill.version}): {named(skill.description)} `{skill.folder}/SKILL.md`" for skill in others
    ]
    parts = [_HEAD, *([_OTHERS + "\n\n" + "\n".join(lines)] if lines else []), *map(whole, shown)]
    return "\n\n".join(parts)


def whole(skill: Skill) -> str:
    """One skill, whole, as it stands in a prompt."""
    template = f"\n\nIts template: `{skill.folder}/template.md`" if skill.template else ""
    beside = (
        f"\n\nIts files, below `{skill.folder}`: {', '.join(f'`{named(f)}`' for f in skill.files)}"
        if skill.files
        else ""
    )
    body = closed(lowered(safe(skill.body).strip(), 3))
    return f"### Skill `{skill.id}` ({skill.version})\n\n{body}{template}{beside}"
