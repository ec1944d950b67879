"""Owns the operator's actions on what runs: sessions and what is said to them, alerts, and pausing a project or the home."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Context, Done, Target
from console.backends import traits_of
from console.errors import Conflict
from console.i18n import N_, _

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("ACTIONS",)

ANSWER = 5.0
"""Seconds in which whoever is in charge passes words on."""


def _no_stop(target: Target) -> str | None:
    if target.session is None:
        return _("There is no session here.")
    return _("This session has ended.") if target.session.gone_at is not None else None


def _stop(db: Database, act: Act) -> Done:
    from console.commands import sessions

    session = act.target.session
    assert session is not None
    sessions.stop(act.context(db), session.id)
    return Done(says=_("{agent} is being stopped.").format(agent=session.agent))


def _no_words(target: Target) -> str | None:
    """Said before anything is written, which nobody would get."""
    session, ended = target.session, _no_stop(target)
    if session is None or ended is not None:
        return ended
    if session.stop_reason is not None:
        return _("{agent} is being stopped, and hears nothing any more.").format(agent=session.agent)
    if not traits_of(session.backend).takes_messages:
        says = _("{agent} takes no words while it works; comment on its task, and its next session reads that.")
        return says.format(agent=session.agent)
    if target.nobody_in_charge:
        return _("Nobody is in charge who could pass it on; `moziplus run` in a shell starts a scheduler.")
    return None


def _send(db: Database, act: Act) -> Done:
    from console.commands import sessions
    from console.commands.text import Prose

    session = act.target.session
    assert session is not None
    words = sessions.Tell(project=act.target.project, session=session, text=Prose(act.text), patience=ANSWER)
    sessions.tell(act.context(db), words)
    return Done(says=_("Said to {agent}.").format(agent=session.agent))


def _no_alert(target: Target) -> str | None:
    if target.alert is None:
        return _("There is no alert here.")
    if target.alert.id == 0:
        return _("This alert ends by itself, once what it tells of is mended.")
    return None if target.alert.open else _("This alert is settled.")


def _acknowledge(db: Database, act: Act) -> Done:
    from console.commands import observations

    assert act.target.alert is not None
    observations.acknowledge(act.context(db), act.target.alert.id)
    return Done(says=_("Acknowledged."))


def _pause(db: Database, act: Act) -> Done:
    from console.blackboard.reads.home import flags
    from console.commands import control

    if act.target.home_paused or act.target.home_stopped:
        why = flags(db).get("pause", {}).get("reason")
        control.resume_home(act.context(db), estop=act.target.home_stopped)
        return Done(says=_("Dispatch goes on."), before=why)
    control.pause_home(act.context(db), control.Pause())
    return Done(says=_("Paused: agents at work go on, nothing new is started; the same key resumes."))


def _other_way_home(db: Database, act: Act, done: Done) -> str:
    from console.commands import control
    from console.commands.text import Reason

    if act.target.home_stopped:
        raise Conflict(_("An emergency stop is given anew by `:estop`."))
    if act.target.home_paused:
        control.pause_home(act.context(db), control.Pause(reason=Reason(str(done.before or ""))))
        return _("Paused: agents at work go on, nothing new is started; the same key resumes.")
    control.resume_home(act.context(db), estop=False)
    return _("Dispatch goes on.")


def _wake(db: Database, act: Act) -> Done:
    from console.commands import control

    control.wake(act.context(db))
    return Done(says=_("The scheduler looks now."))


def _no_project(target: Target) -> str | None:
    return None if target.project else _("There is no project here.")


def _pause_project(db: Database, act: Act) -> Done:
    from console.blackboard.reads.tasks import state
    from console.commands import control
    from console.commands.text import Reason

    if act.target.project_paused:
        why = state(db).pause_reason
        control.resume_project(act.context(db))
        return Done(says=_("{project} goes on.").format(project=act.target.project), before=why)
    control.pause_project(act.context(db), control.Pause(reason=Reason(act.text)))
    return Done(says=_("{project} is paused.").format(project=act.target.project))


def _other_way(db: Database, act: Act, done: Done) -> str:
    paused = not act.target.project_paused
    other = replace(act, text=str(done.before or ""), target=replace(act.target, project_paused=paused))
    return _pause_project(db, other).says


ACTIONS = (
    Action(
        id="stop_session",
        title=N_("stop session"),
        keys=("D",),
        group=N_("Sessions"),
        contexts=frozenset({Context.SESSION}),
        danger=True,
        question=N_("Stop {what}? The task goes back to pending."),
        why_disabled=_no_stop,
        perform=_stop,
        final=N_("Its agent has ended; the task starts anew by itself, unless it is held."),
        hint=20,
    ),
    Action(
        id="send",
        title=N_("say to it"),
        keys=("i",),
        group=N_("Sessions"),
        contexts=frozenset({Context.SESSION}),
        danger=True,
        asks=N_("What is it to know? It gets this while it works"),
        text_required=True,
        on_home=True,
        why_disabled=_no_words,
        perform=_send,
        final=N_("The agent has heard it."),
        waits=True,
        hint=19,
    ),
    Action(
        id="acknowledge",
        title=N_("acknowledge"),
        keys=("u",),
        group=N_("Alerts"),
        contexts=frozenset({Context.ALERT}),
        danger=True,
        bulk=True,
        why_disabled=_no_alert,
        perform=_acknowledge,
        final=N_("What it tells of rises anew when it comes again."),
        hint=10,
    ),
    Action(
        id="pause_project",
        title=N_("pause or resume project"),
        group=N_("Scheduler"),
        contexts=frozenset({Context.PROJECT}),
        danger=True,
        why_disabled=_no_project,
        perform=_pause_project,
        back=_other_way,
        hint=30,
    ),
    Action(
        id="pause",
        title=N_("pause or resume"),
        keys=("H",),
        group=N_("Scheduler"),
        danger=True,
        on_home=True,
        question=N_("Lift the emergency stop? Agents are started again."),
        question_where=lambda target: target.home_stopped,
        perform=_pause,
        back=_other_way_home,
        hint=70,
    ),
    Action(
        id="tick",
        title=N_("look now"),
        keys=("T",),
        group=N_("Scheduler"),
        danger=True,
        on_home=True,
        perform=_wake,
    ),
)
