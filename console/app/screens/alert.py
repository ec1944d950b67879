"""Owns the page of one alert: the whole of what it says, what it is about, and what answers it. It reads no file."""

from __future__ import annotations

from dataclasses import replace

from console.actions.action import Context, Target
from console.app.screens.pages import Page
from console.app.standing import need_of
from console.i18n import _
from console.records.alert import Observation
from widgets.alert import alert_paragraphs
from widgets.models import AlertRow
from widgets.rows import ref
from widgets.text_pane import TextPane

__all__ = ("AlertScreen",)


class AlertScreen(Page):
    """An alert, also after it has ended."""

    def __init__(self, project: str, alert: Observation) -> None:
        super().__init__(project)
        self._row, self._open = AlertRow(project=project, alert=alert), True

    def title_text(self) -> str:
        """Whose."""
        return _("ALERT") + f"  {ref(self._project, self._row.alert.task_id)}"

    def load(self) -> None:
        """As the world knows it now."""
        world, look = self.console.world, self.console.look
        now = next((row for row in world.alerts if self._same(row)), None)
        self._row, self._open = now or self._row, now is not None or world.reading
        self.query_one(TextPane).show(alert_paragraphs(self._row, self._answer(), look, ended=not self._open), look)
        self.hint()

    def target(self) -> Target:
        """The alert; acknowledged is only one that is there."""
        contexts = {Context.ANY, Context.TEXT} | ({Context.ALERT} if self._open else set())
        alert = self._row.alert
        return Target(project=self._project, alert=alert, alert_project=self._project, contexts=frozenset(contexts))

    def _same(self, row: AlertRow) -> bool:
        one, other = row.alert, self._row.alert
        if row.project != self._project:
            return False
        return (
            one.id == other.id
            if one.id > 0 and other.id > 0
            else (one.cause, one.task_id) == (other.cause, other.task_id)
        )

    def _answer(self) -> str:
        """The command that answers what it tells of."""
        alert = self._row.alert
        told = (row.need for row in self.console.world.needs if row.need.project == self._project)
        need = next((need for need in told if need.cause is not None and need.cause == alert.cause), None)
        own = replace(need_of(self._row).need, task_id=alert.task_id, alert_id=alert.id if alert.id > 0 else None)
        return (need or own).answer
