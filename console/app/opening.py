"""Owns what opening a row shows: a project's board, a task, a review thread, its diff, a session's output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.actions.action import Context, Target
from console.app.screens.base import ConsoleScreen
from console.i18n import _
from console.records.review import Review
from console.records.session import Session

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("open_diff", "open_graph", "open_output", "open_prompt", "open_target", "open_work")


def open_target(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """Open what is under the cursor; of an alert first its own words, then its task."""
    if target.alert is not None and not _is_alert(screen):
        from console.app.screens.alert import AlertScreen

        app.push_screen(AlertScreen(target.alert_project, target.alert))
    elif Context.PROJECT in target.contexts:
        app.select(target.project)
        if screen.query("#board"):
            screen.focus_pane(screen.query_one("#board"))  # type: ignore[arg-type]
    elif Context.SESSION in target.contexts:
        open_output(app, target)
    elif Context.REVIEW in target.contexts and target.review is not None and Context.BOARD not in target.contexts:
        from console.app.screens.pages import ThreadScreen

        app.push_screen(ThreadScreen(target.project, target.review.id))
    elif Context.TASK in target.contexts and target.task is not None:
        from console.app.screens.pages import TaskScreen

        app.push_screen(TaskScreen(target.project, target.task.id))
    elif target.alert is not None and target.alert.task_id is not None and target.alert_project:
        from console.app.screens.pages import TaskScreen

        app.push_screen(TaskScreen(target.alert_project, target.alert.task_id))
    elif target.alert is not None:
        app.notify(_("It is about no task."), markup=False, timeout=3)
    elif not app.world.projects and app.world.scheduler.known and not app.read_only:
        from console.app.first_steps import offer_first_steps

        offer_first_steps(app)


def _is_alert(screen: ConsoleScreen) -> bool:
    from console.app.screens.alert import AlertScreen

    return isinstance(screen, AlertScreen)


def open_output(app: Console, target: Target) -> None:
    """Read what a session says; of a task, what its newest session said."""
    _with_session(app, target, _read)


def open_prompt(app: Console, target: Target) -> None:
    """Read what a session was told; of a task, what its newest session was."""
    _with_session(app, target, _read_prompt)


def _with_session(app: Console, target: Target, then: Callable[[Console, str, Session], None]) -> None:
    """`then` with the session, or with the newest one of the task."""
    if target.session is not None:
        then(app, target.project, target.session)
    elif target.task is not None:
        from console.blackboard.reads.sessions import sessions_of

        task_id, project = target.task.id, target.project

        def newest(found: tuple[Session, ...]) -> None:
            if found:
                then(app, project, found[-1])
            else:
                app.notify(_("No session has worked on #{task} yet.").format(task=task_id), markup=False, timeout=3)

        app.errands.fetch(project, lambda db: sessions_of(db, task_id), newest)


def open_diff(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """Read what changed between the last two rounds of a review (of a task: its newest that has any), or close that page."""
    from console.app.screens.diff import DiffScreen
    from console.app.threads import review_to_compare

    if isinstance(screen, DiffScreen):
        app.pop_screen()
    elif target.review is not None:
        app.push_screen(DiffScreen(target.project, target.review.id))
    elif target.task is not None:
        task_id, project = target.task.id, target.project

        def newest(found: Review | None) -> None:
            if found is not None:
                app.push_screen(DiffScreen(project, found.id))
            else:
                said = _("#{task} has no review yet, so there are no rounds to compare.").format(task=task_id)
                app.notify(said, markup=False, timeout=3)

        app.errands.fetch(project, lambda db: review_to_compare(db, task_id), newest)


def open_graph(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """Draw what the task hangs together with, else what is not over in its project; or close that page."""
    from console.app.screens.graph import GraphScreen

    if isinstance(screen, GraphScreen):
        app.pop_screen()
    elif target.project:
        app.push_screen(GraphScreen(target.project, None if target.task is None else target.task.id))


def open_work(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """Read the outputs of a task, as its review judges them; or close that page."""
    from console.app.screens.work import WorkScreen
    from console.app.threads import review_to_compare

    if isinstance(screen, WorkScreen):
        app.pop_screen()
    elif target.review is not None:
        app.push_screen(WorkScreen(target.project, target.review.task_id, target.review.id))
    elif target.task is not None:
        task_id, project = target.task.id, target.project

        def newest(found: Review | None) -> None:
            app.push_screen(WorkScreen(project, task_id, None if found is None else found.id))

        app.errands.fetch(project, lambda db: review_to_compare(db, task_id), newest)


def _read_prompt(app: Console, project: str, session: Session) -> None:
    from console.app.screens.prompt import PromptScreen

    if session.folder is None:
        app.notify(_("This session keeps no prompt here."), markup=False, timeout=3)
    else:
        app.push_screen(PromptScreen(project, session, Path(session.folder)))


def _read(app: Console, project: str, session: Session) -> None:
    from console.app.screens.pages import OutputScreen

    if session.folder is None:
        app.notify(_("This session keeps no output here."), markup=False, timeout=3)
    else:
        app.push_screen(OutputScreen(project, session, Path(session.folder)))
