"""Owns what an action of the console is: id, title, keys, where it is offered, its danger, why not now, what it does.

An action with `perform` asks for something by a command; one without is done by the screen itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from console.i18n import _
from console.records.actor import OPERATOR, Actor, Origin
from console.text import one_line

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.commands import context as commands
    from console.commands.context import Team
    from console.records.alert import Observation
    from console.records.ask import Ask
    from console.records.need import Need
    from console.records.review import Review
    from console.records.session import Session
    from console.records.task import Task

__all__ = ("CONSOLE", "Act", "Action", "Context", "Done", "Target", "Undo", "always", "name_of", "undo_of", "what")

CONSOLE = Actor(name=OPERATOR, origin=Origin.CONSOLE)
"""Who acts when a key is pressed."""


class Context(StrEnum):
    """What must be under the cursor for an action to be offered."""

    ANY = "any"
    LIST = "list"
    BOARD = "board"
    PROJECT = "project"
    TASK = "task"
    REVIEW = "review"
    SESSION = "session"
    ALERT = "alert"
    ASK = "ask"
    NEED = "need"
    """A row of what waits for the operator."""
    TEXT = "text"
    MARKS = "marks"
    """A list whose rows can be marked."""
    FOUND = "found"
    """A text in which something is looked for."""
    WORK = "work"
    FOLDS = "folds"
    """A text of which some lines hold others."""
    TRANSCRIPT = "transcript"
    """What a session says and does is in sight."""
    LINKED = "linked"
    """A line of a text that leads to another one: a finding to its place, a place to its finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an action is about: what the cursor stands on, and the little that is needed to say why not."""

    project: str = ""
    project_paused: bool = False
    home_paused: bool = False
    home_stopped: bool = False
    """After an emergency stop."""
    nobody_in_charge: bool = False
    task: Task | None = None
    review: Review | None = None
    session: Session | None = None
    alert: Observation | None = None
    alert_project: str = ""
    """Whose alert; empty for the home's own."""
    ask: Ask | None = None
    need: Need | None = None
    undo: Undo | None = None
    marked: tuple[Target, ...] = ()
    """What is marked in the list: an act that can be about several is about all of them."""
    folded: bool = False
    """One row stands for all of `marked`: what can be about one alone wants them opened first."""
    contexts: frozenset[Context] = frozenset({Context.ANY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One performance of an action."""

    target: Target
    text: str = ""
    by: Actor = CONSOLE
    now: int
    halt: threading.Event | None = None
    """Set when the console ends: what goes on for long gives up."""
    team: Team | None = None
    """Whom the project knows, where it is about a project."""

    def context(self, db: Database) -> commands.Context:
        """What a command gets to know beside its request."""
        from console.commands.context import NO_TEAM, Context

        return Context(db, self.by, self.now, self.team or NO_TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it."""

    says: str
    undo: Undo | None = None
    """What takes it back; made from the act, not by it."""
    until: int = 0
    """Epoch ms before which nothing starts that would be in the way of taking it back."""
    before: object = None
    """What its way back has to know and nobody can find out afterwards."""
    left: object = None
    """What the act left there: where somebody has changed that since, it is theirs, and stays."""
    task: int | None = None
    """The task that somebody is to take up now: what keeps it from being started is said, too."""
    notes: tuple[str, ...] = ()
    """That."""


def always(target: Target) -> str | None:
    """No reason against it."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that the operator can do."""

    id: str
    """Also the name in the command line, with - for _."""
    title: str
    """A msgid: what it does, in two or three words."""
    keys: tuple[str, ...] = ()
    """Characters or Textual's key names; full-width forms are listed, for they come while an input method is on."""
    group: str
    """A msgid: its heading in help."""
    contexts: frozenset[Context] = field(default_factory=lambda: frozenset({Context.ANY}))
    danger: bool = False
    """It writes; `--read-only` never registers it."""
    question: str = ""
    """A msgid: what is asked before; `{what}` is the target."""
    question_where: Callable[[Target], bool] = lambda target: True
    """Whether it is asked here."""
    asks: str = ""
    """A msgid: the label of the text that it needs."""
    text_required: bool = False
    composes: bool = False
    """`asks` is answered in the composer; where nothing is asked it opens only where a finding was noted."""
    picks_agent: bool = False
    """`asks` is answered by one of the project's agents, a role as `@role`, or empty for anybody."""
    picks_judge: bool = False
    """`asks` is answered by one of the project's agents, or empty for the operator."""
    picks_option: bool = False
    """`asks` is answered by one of the ask's options, or in words of one's own."""
    drafts: bool = False
    """`asks` is answered in a box whose text may stay a draft."""
    of_project: bool = False
    """It is about the project, whatever of it stands under the cursor."""
    bulk: bool = False
    """It can be about all that is marked, at once."""
    on_home: bool = False
    """It is performed on the home's database, else on the project's."""
    why_disabled: Callable[[Target], str | None] = always
    perform: Callable[[Database, Act], Done] | None = None
    back: Callable[[Database, Act, Done], str] | None = None
    """Takes an act back by a command, from what it was and what came of it; gives a sentence, or raises why it cannot."""
    final: str = ""
    """A msgid: why nothing takes it back, as a sentence. Neither stands where an act changes no state."""
    waits: bool = False
    """Somebody else has to answer it first: no other act waits for that."""
    slow: bool = False
    """It may take minutes: others do not wait for it, and the footer says that it goes on."""
    hint: int = 99
    """Place in the footer, the lowest first; 99 is never there."""
    hint_where: Callable[[Target], bool] = lambda target: True
    """Whether it is in the footer here, where it can be done."""

    def offered(self, target: Target) -> bool:
        """Whether the thing under the cursor is of a kind that this action is for."""
        return bool(self.contexts & target.contexts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Undo:
    """One act that was done, and is taken back by its action's own way back."""

    action: Action
    act: Act
    """As it was done: its target is what stood there before."""
    done: Done | None = None
    project: str = ""
    """Whose blackboard was written; empty for the home's."""
    title: str
    """In one line, for the footer."""
    parts: tuple[Undo, ...] = ()
    """Of one act on several things: what takes each of them back."""
    until: int = 0
    """Epoch ms before which nothing starts that would be in its way; 0 where that is not kept."""

    @property
    def why_not(self) -> str:
        """Why it cannot be taken back, as a sentence; empty where it can."""
        return "" if self.action.back is not None else _(self.action.final)

    @property
    def reviews(self) -> frozenset[tuple[str, int]]:
        """(Project, number) of each review that was judged by it."""
        found = frozenset().union(*(part.reviews for part in self.parts))
        review = self.act.target.review
        return found | {(self.project, review.id)} if review is not None and not self.parts else found

    def told(self, now: int) -> str:
        """What it takes back, and as long as nothing can be in its way, for how long."""
        left = -(-(self.until - now) // 1000)
        said = _("undo: {what}").format(what=self.title)
        return said + (" " + _("({left} s)").format(left=left) if left > 0 else "")


def name_of(action: Action, target: Target) -> str:
    """One performance in a few words, as long as it goes on."""
    number = f"#{target.task.id}" if target.task is not None else ""
    return f"{_(action.title)} {target.project}{number}"


def what(target: Target) -> str:
    """What an action is about, for a question."""
    if target.session is not None and Context.SESSION in target.contexts:
        return f"{target.session.agent} · {target.project}#{target.session.task_id}"
    if target.task is not None:
        return f"{target.project}#{target.task.id} {one_line(target.task.title, 60)}"
    if target.alert is not None:
        return one_line(target.alert.body, 60)
    return target.project


def undo_of(action: Action, act: Act, done: Done, project: str) -> Undo | None:
    """What takes this act back, or says why nothing does; None for what changed no state."""
    if action.back is None and not action.final:
        return None
    target, number = act.target, None
    if isinstance(done.before, int):  # it was made, whatever stood under the cursor
        number = done.before
    elif not action.contexts - {Context.ANY, Context.PROJECT}:  # it is about the project, or the home
        pass
    elif target.task is not None:
        number = target.task.id
    elif target.review is not None:
        number = target.review.task_id
    about = f"#{number}" if number is not None else project
    title = _("{verb} {what}").format(verb=_(action.title), what=about).rstrip()
    return Undo(action=action, act=act, done=done, project=project, title=title, until=done.until)
