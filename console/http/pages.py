"""Owns what the pages for a phone say: what needs you, an ask, a review with the work, a task. It reads nothing.

A page is whole without any script; each act is a form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.api.ask import Ask
from console.api.need import Need
from console.api.status import Status
from console.api.task import Task
from console.api.thread import Given, Thread
from console.days import shown_today, written
from console.http.html import Markup, document, tag
from console.i18n import N_, words_in
from console.outputs_read import ReadOutput
from console.records.ask import AskStatus, Leave
from console.records.need import NeedKind
from console.records.review import ReviewStatus, Verdict
from console.records.task import TaskStatus
from console.sentences import in_chinese

__all__ = ("Pages",)

AGAIN = 30
"""Seconds after which the list of what needs you is asked for anew."""
_LIVE = (ReviewStatus.ESCALATED, ReviewStatus.OPEN)
_ENDED = (TaskStatus.FAILED, TaskStatus.CANCELLED)
_GOING = (TaskStatus.PENDING, TaskStatus.WORKING, TaskStatus.REVIEW)

_DONE = {
    "approve": N_("{about} is approved."),
    "request_changes": N_("{about} goes back with what you said."),
    "reject": N_("{about} is rejected."),
    "answer": N_("{about} is answered."),
    "comment": N_("Said to {about}."),
    "release": N_("{about} goes on."),
    "retry": N_("{about} is tried again."),
    "hold": N_("{about} is held."),
    "cancel": N_("{about} is cancelled."),
    "ack": N_("The alert is acknowledged."),
    "pause": N_("Nothing new starts."),
    "resume": N_("Work goes on."),
    "estop": N_("Every agent is stopped, and nothing new starts."),
}
"""Act to what was done by it."""


@dataclass(frozen=True)
class Pages:
    """Pages in one language, as of one moment; without acts where the door is for looking only."""

    language: str
    now: int
    read_only: bool = False

    @property
    def _(self) -> Callable[[str], str]:
        return words_in(self.language)

    def _says(self, text: str) -> str:
        """A reason, in the language of the page."""
        return in_chinese(text, ours=False) if self.language == "zh" else text

    def sign_in(self, wrong: bool = False) -> str:
        """Who asks says the token, once a month."""
        _ = self._
        return self._page(
            _("Sign in"),
            tag("h1", "moziplus"),
            tag("p", _("That was not it."), class_="wrong") if wrong else None,
            tag(
                "form",
                tag("input", type="hidden", name="username", autocomplete="username", value="moziplus"),
                tag("label", _("Token"), for_="token"),
                tag("input", id="token", name="token", type="password", autocomplete="current-password", required=True),
                tag("p", _("`moziplus serve --show-token` tells it."), class_="dim"),
                tag("button", _("Sign in"), class_="good"),
                method="post",
                action="/sign-in",
            ),
        )

    def needs(self, status: Status, found: list[Need], left_out: Iterable[str], said: str) -> str:
        """What needs you, and how it stands."""
        _ = self._
        rows = [self._need(need) for need in found]
        return self._page(
            _("Needs you") + f" ({len(found)})",
            tag("h1", _("Needs you"), " ", tag("span", str(len(found)), class_="count")),
            tag("p", said, class_="said", role="status") if said else None,
            [tag("p", self._says(problem), class_="wrong") for problem in (*status.problems, *left_out)],
            tag("ul", rows, class_="needs") if rows else tag("p", _("Nothing needs you."), class_="dim"),
            self._home(status),
            again=AGAIN,
        )

    def ask(self, ask: Ask) -> str:
        """A question with its answers."""
        _ = self._
        options = [
            tag(
                "button",
                self._says(one.label),
                name="answer",
                value=one.id,
                class_="bad" if one.leave == Leave.REJECT else "good",
            )
            for one in ask.options
            if one.leave != Leave.ALWAYS
        ]
        free = [
            tag("label", _("In words of your own"), for_="words"),
            tag("textarea", "", id="words", name="words", rows="3"),
            tag("button", _("Answer"), name="answer", value=""),
        ]
        form = tag("form", options, free, method="post", action=f"/ask/{ask.project}/{ask.ask}")
        return self._page(
            f"{ask.project}#{ask.task}",
            self._back(),
            tag("h1", self._says(str(ask.kind)), " ", self._task_link(ask.project, ask.task)),
            tag("p", f"{ask.by} · {self._when(ask.at)}", class_="dim"),
            tag("div", ask.text, class_="text"),
            [tag("pre", f"{name}: {value}") for name, value in ask.about.items()],
            tag("p", ask.said or "", class_="said") if ask.status != AskStatus.OPEN else self._act(form),
        )

    def review(self, thread: Thread, outputs: list[ReadOutput]) -> str:
        """The work, what was said of it, and the verdict."""
        _ = self._
        project = str(thread.project)
        form = tag(
            "form",
            tag("label", _("What you say of it"), for_="comment"),
            tag("textarea", "", id="comment", name="comment", rows="4"),
            tag("button", _("Approve"), name="verdict", value="approve", class_="good"),
            tag("button", _("Request changes"), name="verdict", value="request_changes"),
            tag("button", _("Reject"), name="verdict", value="reject", class_="bad"),
            method="post",
            action=f"/review/{project}/{thread.id}",
        )
        given = [self._verdict(one) for one in thread.verdicts if not one.undone]
        rounds = [self._said(one.by, one.at, one.summary) for one in thread.submissions]
        words = [self._said(one.by, one.at, one.body) for one in thread.comments]
        return self._page(
            f"{project}#{thread.task}",
            self._back(),
            tag("h1", thread.title),
            tag("p", self._task_link(project, thread.task), f" · {thread.protocol} · {self._says(str(thread.status))}"),
            tag("p", self._says(thread.reason or ""), class_="why") if thread.reason else None,
            tag("h2", _("The work")),
            [self._output(one) for one in outputs] or tag("p", _("No outputs."), class_="dim"),
            tag("h2", _("What was said")),
            rounds,
            given,
            words,
            self._act(form) if thread.status in _LIVE else tag("p", self._says(str(thread.status)), class_="said"),
        )

    def task(self, task: Task) -> str:
        """A task, and where it may go."""
        _ = self._
        acts = []
        if task.status == TaskStatus.HELD:
            acts.append(tag("button", _("Release"), name="act", value="release", class_="good"))
        if task.status in _ENDED:
            acts.append(tag("button", _("Try again"), name="act", value="retry", class_="good"))
        if task.status in _GOING:
            acts.append(tag("button", _("Hold"), name="act", value="hold"))
        if task.status not in (TaskStatus.DONE, TaskStatus.CANCELLED):
            acts.append(tag("button", _("Cancel"), name="act", value="cancel", class_="bad"))
        form = tag(
            "form",
            tag("label", _("Say something to whoever works on it"), for_="words"),
            tag("textarea", "", id="words", name="words", rows="3"),
            tag("button", _("Comment"), name="act", value="comment"),
            acts,
            method="post",
            action=f"/task/{task.project}/{task.id}",
        )
        return self._page(
            f"{task.project}#{task.id}",
            self._back(),
            tag("h1", task.title),
            tag("p", f"{task.project}#{task.id} · {self._says(str(task.status))}", class_="dim"),
            [tag("p", self._says(why), class_="why") for why in (task.failure, task.hold_reason) if why],
            tag("div", task.body, class_="text") if task.body else None,
            self._act(form),
        )

    def trouble(self, why: str, code: int) -> str:
        """What was asked for is refused."""
        return self._page(self._("Not done"), self._back(), tag("h1", self._("Not done")), tag("p", self._says(why)))

    def done(self, what: str, about: str) -> str:
        """An act of before, as a sentence; empty for what is none."""
        return self._(_DONE.get(what, "")).replace("{about}", about)

    # -- parts

    def _page(self, title: str, *parts: object, again: int | None = None) -> str:
        return document(self.language, f"{title} · moziplus", *parts, again=again)  # type: ignore[arg-type]

    def _back(self) -> Markup:
        return tag("p", tag("a", "← " + self._("Needs you"), href="/"), class_="back")

    def _act(self, form: Markup) -> Markup:
        return tag("p", self._("This door is for looking only."), class_="dim") if self.read_only else form

    def _when(self, at: str | None) -> str:
        return "" if at is None else shown_today(written(at), self.now)

    def _task_link(self, project: str, task: int) -> Markup:
        return tag("a", f"{project}#{task}", href=f"/task/{project}/{task}")

    def _need(self, need: Need) -> Markup:
        where = self._where(need)
        about = f"{need.project}#{need.task}" if need.project and need.task else need.project or self._("home")
        head = tag("span", self._says(str(need.kind)), class_=f"kind {need.kind}"), " ", about
        why = "" if need.kind == NeedKind.ALERT else self._says(need.reason)
        inside = (
            tag("span", head, " ", tag("time", self._when(need.since)), class_="head"),
            tag("strong", self._says(need.title) if need.kind == NeedKind.ALERT else need.title),
            tag("span", why, class_="why") if why else None,
        )
        if where:
            return tag("li", tag("a", inside, href=where))
        if need.alert is None or self.read_only:
            return tag("li", tag("div", inside))
        action = f"/alert/{need.project}/{need.alert}" if need.project else f"/alert/{need.alert}"
        seen = tag("form", tag("button", self._("Seen")), method="post", action=action)
        return tag("li", tag("div", inside, seen))

    @staticmethod
    def _where(need: Need) -> str:
        if need.kind == NeedKind.ASK:
            return f"/ask/{need.project}/{need.ask}"
        if need.kind == NeedKind.REVIEW and need.review is not None:
            return f"/review/{need.project}/{need.review}"
        if need.kind != NeedKind.ALERT and need.project and need.task is not None:
            return f"/task/{need.project}/{need.task}"
        return ""

    def _home(self, status: Status) -> Markup:
        _ = self._
        who = status.in_charge
        told = [_("Nobody is in charge.") if who is None else _("In charge: {mode}.").format(mode=who.mode)]
        told += [_("EMERGENCY STOP.")] if status.estopped is not None else []
        told += [_("Paused.")] if status.paused is not None else []
        told += [_("{n} agents at work.").format(n=status.active_sessions)]
        stopped = status.paused is not None or status.estopped is not None
        act = ("resume", _("Go on"), "good") if stopped else ("pause", _("Pause"), "")
        forms = (
            tag("form", tag("button", act[1], name="act", value=act[0], class_=act[2]), method="post", action="/home"),
            tag(
                "form",
                tag(
                    "label",
                    tag("input", type="checkbox", name="sure", value="yes", required=True),
                    " ",
                    _("Stop every agent now"),
                ),
                tag("button", _("Emergency stop"), name="act", value="estop", class_="bad"),
                method="post",
                action="/home",
            ),
            tag("form", tag("button", _("Sign out")), method="post", action="/sign-out"),
        )
        return tag("footer", tag("p", " ".join(told)), None if self.read_only else forms)

    def _said(self, by: str, at: str | None, text: str) -> Markup:
        return tag("div", tag("p", f"{by} · {self._when(at)}", class_="dim"), text, class_="text")

    def _verdict(self, given: Given) -> Markup:
        sure = f" {given.confidence:.2f}" if given.confidence is not None else ""
        _ = self._
        words = {
            Verdict.APPROVE: _("approves"),
            Verdict.REQUEST_CHANGES: _("requests changes"),
            Verdict.REJECT: _("rejects"),
        }
        head = f"{given.by} · {words[given.verdict]}{sure} · {self._when(given.at)}"
        found = [
            tag("li", tag("code", f"{one.path}:{one.line}") if one.path and one.line else None, " ", str(one.text))
            for one in given.findings
        ]
        return tag(
            "div", tag("p", head, class_="dim"), given.comment, tag("ol", found) if found else None, class_="text"
        )

    def _output(self, read: ReadOutput) -> Markup:
        name = tag("summary", tag("code", read.output.path))
        if read.why:
            return tag("details", name, tag("p", self._(read.why).format(version=read.output.version), class_="dim"))
        rest = tag("p", self._("{n} more lines").format(n=read.cut), class_="dim") if read.cut else None
        return tag("details", name, tag("pre", "\n".join(read.lines)), rest, open=True)
