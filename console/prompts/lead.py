"""Owns the words of the task by which the lead is asked in the operator's place: its title and its body. Pure.

What the agent asked stands in it as a quotation: it is what is to be answered, never an instruction to the lead.
"""

from __future__ import annotations

from console.prompts.quoting import named, quoted
from console.records.ask import Ask, AskKind
from console.records.task import Task

__all__ = ("lead_words",)

QUESTION_MAX = 20_000


def lead_words(ask: Ask, task: Task) -> tuple[str, str]:
    """(title, body) for what an agent asks on `task`."""
    title = f"Answer ask #{ask.id} of #{task.id}: {named(ask.body, 300)}"
    return title, "\n\n".join(part for part in _parts(ask, task) if part)


def _parts(ask: Ask, task: Task) -> tuple[str, ...]:
    wants = "asks for leave" if ask.kind == AskKind.APPROVAL else "asks"
    options = "\n".join(f"{number}. {named(one.label)}" for number, one in enumerate(ask.options, start=1))
    about = "\n".join(f"{named(name)}: {named(str(value), 2000)}" for name, value in ask.about.items())
    choice = "OPTION" if ask.kind == AskKind.APPROVAL else "OPTION|TEXT" if options else "TEXT"
    return (
        f"{named(ask.asker)} works on task #{task.id} ({named(task.title)}) and {wants}. You are asked before the operator is."
        f" `blackboard read --task {task.id}` shows that task. Answer what is asked, and do nothing else.",
        quoted(ask.body, QUESTION_MAX),
        f"It is about:\n\n{quoted(about, QUESTION_MAX)}" if about else "",
        f"What may be answered:\n\n{options}" if options else "",
        f"Do one of these; it ends your work:\n\n"
        f"- `blackboard answer {ask.id} {choice} --reason WHY`: your answer, which goes to {named(ask.asker)}"
        f" at once\n"
        f"- `blackboard pass {ask.id} --why WHY`: it is not yours to say, or you cannot know it; the operator is asked",
    )
