"""Owns the door for a phone: its addresses, what a form does there, and who is signed in. What a page says is not its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route as Way

from console.blackboard.reads.outputs import latest_outputs
from console.clock import Clock
from console.commands import tasks
from console.errors import MoziError, UsageError
from console.home import Home
from console.http import acting, bodies, reading
from console.http.answering import Recent, code_of
from console.http.guard import COOKIE, TooMuch
from console.http.pages import Pages
from console.http.route import Asked, Body
from console.http.token import DAYS, Key
from console.outputs_read import ReadOutput, read_output
from console.records.review import Verdict
from console.shipped_files import shipped

__all__ = ("Phone",)

LINES = 400
"""Of an output, on a page."""
_MS = 86_400_000
Form = Mapping[str, str]


class Phone:
    """Answers browsers."""

    def __init__(
        self,
        home: Home,
        key: Key,
        clock: Clock,
        environ: Mapping[str, str],
        recent: Recent,
        *,
        read_only: bool,
        safe: bool,
    ) -> None:
        """`safe` says that it is asked over TLS."""
        self._recent = recent
        self._home, self._key, self._clock, self._environ = home, key, clock, environ
        self._read_only, self._safe = read_only, safe

    def ways(self) -> list[Way]:
        """Its addresses."""
        both = ("GET", "POST")
        return [
            Way("/", self._shown(self._needs), methods=["GET"]),
            Way("/phone.css", self._style, methods=["GET"]),
            Way("/sign-in", self._sign_in, methods=both),
            Way("/sign-out", self._sign_out, methods=["POST"]),
            Way("/home", self._done(self._home_act), methods=["POST"]),
            Way("/ask/{project}/{number}", self._either(self._ask, self._answer), methods=both),
            Way("/review/{project}/{number}", self._either(self._review, self._judge), methods=both),
            Way("/task/{project}/{number}", self._either(self._task, self._move), methods=both),
            Way("/alert/{number}", self._done(self._seen), methods=["POST"]),
            Way("/alert/{project}/{number}", self._done(self._seen), methods=["POST"]),
        ]

    # -- what is shown

    def _needs(self, asked: Asked, pages: Pages) -> str:
        said = pages.done(asked.query.get("done", ""), asked.query.get("about", ""))
        found = reading.needs(asked)
        return pages.needs(reading.status(asked), found, asked.left_out, said)

    def _ask(self, asked: Asked, pages: Pages) -> str:
        return pages.ask(reading.ask(asked))

    def _review(self, asked: Asked, pages: Pages) -> str:
        thread = reading.review(asked)
        folder = self._home.project_folder(asked.project) / "artifacts" / str(thread.task)
        with asked.board(read_only=True) as db:
            outputs: list[ReadOutput] = [read_output(folder, one, LINES) for one in latest_outputs(db, thread.task)]
        return pages.review(thread, outputs)

    def _task(self, asked: Asked, pages: Pages) -> str:
        return pages.task(reading.task(asked))

    # -- what is done

    def _answer(self, asked: Asked, form: Form) -> tuple[str, str]:
        words = form.get("words", "")
        option = form.get("answer", "")
        if not (option or words.strip()):
            raise UsageError("choose an answer, or write one")
        body = bodies.AskAnswer(answer=option or words, reason=words if option else "")
        found = acting.answer(replace(asked, body=body))
        return "answer", f"{found.project}#{found.task}"

    def _judge(self, asked: Asked, form: Form) -> tuple[str, str]:
        try:
            verdict = Verdict(form.get("verdict", ""))
        except ValueError as error:
            raise UsageError("say approve, request_changes or reject") from error
        body = bodies.Judgement(comment=form.get("comment", ""))
        found = acting.judged(verdict)(replace(asked, body=body))
        return str(verdict), f"{found.project}#{found.task}"

    def _move(self, asked: Asked, form: Form) -> tuple[str, str]:
        act, words = form.get("act", ""), form.get("words", "")
        moves = {"hold": tasks.hold, "release": tasks.release, "cancel": tasks.cancel, "retry": tasks.retry}
        body: Body = bodies.Remark(text=words) if act == "comment" else bodies.Reasoned(reason=words)
        run: Callable[[Asked], Any] | None = acting.comment if act == "comment" else None
        if act in moves:
            run = acting.moved(moves[act])
        if run is None:
            raise UsageError(f"{act[:40]!r} is nothing that can be done to a task")
        run(replace(asked, body=body))
        return act, f"{asked.project}#{asked.number}"

    def _seen(self, asked: Asked, form: Form) -> tuple[str, str]:
        acting.acknowledge(asked)
        return "ack", ""

    def _home_act(self, asked: Asked, form: Form) -> tuple[str, str]:
        act = form.get("act", "")
        run = {"pause": acting.pause, "resume": acting.resume, "estop": acting.estop}.get(act)
        if run is None or (act == "estop" and form.get("sure") != "yes"):
            raise UsageError("an emergency stop wants its box ticked" if act == "estop" else "nothing is done by that")
        run(replace(asked, body=bodies.Reasoned()))
        return act, ""

    # -- how

    async def _style(self, request: Request) -> Response:
        return Response(shipped("styles", "phone.css").read_text("utf-8"), media_type="text/css")

    async def _sign_in(self, request: Request) -> Response:
        pages = self._pages(request)
        if request.method == "GET":
            return HTMLResponse(pages.sign_in())
        form = await _form(request)
        if request.headers.get("origin") is None or not self._key.is_word(form.get("token", "").strip()):
            return HTMLResponse(pages.sign_in(wrong=True), 401)
        answer = RedirectResponse("/", 303)
        until = self._clock.now() + DAYS * _MS
        answer.set_cookie(
            COOKIE,
            self._key.pass_until(until),
            max_age=DAYS * 86_400,
            httponly=True,
            samesite="strict",
            secure=self._safe,
        )
        return answer

    async def _sign_out(self, request: Request) -> Response:
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def _either(self, show: Callable[[Asked, Pages], str], act: Callable[[Asked, Form], tuple[str, str]]) -> Any:
        shown, done = self._shown(show), self._done(act)

        async def either(request: Request) -> Response:
            answer: Response = await (shown if request.method == "GET" else done)(request)
            return answer

        return either

    def _shown(self, show: Callable[[Asked, Pages], str]) -> Any:
        async def shown(request: Request) -> Response:
            pages = self._pages(request)
            try:
                return HTMLResponse(await run_in_threadpool(show, self._asked(request), pages))
            except MoziError as error:
                return HTMLResponse(pages.trouble(str(error), code_of(error)), code_of(error))

        return shown

    def _done(self, act: Callable[[Asked, Form], tuple[str, str]]) -> Any:
        async def done(request: Request) -> Response:
            try:
                form = await _form(request)
                what, about = await run_in_threadpool(act, self._asked(request), form)
            except (MoziError, TooMuch) as error:
                why = str(error) or "too much was sent"
                return HTMLResponse(self._pages(request).trouble(why, code_of(error)), code_of(error))
            finally:
                self._recent.forget()
            return RedirectResponse(f"/?{urlencode({'done': what, 'about': about})}", 303)

        return done

    def _asked(self, request: Request) -> Asked:
        return Asked(
            home=self._home,
            clock=self._clock,
            environ=self._environ,
            path=request.path_params,
            query=request.query_params,
        )

    def _pages(self, request: Request) -> Pages:
        first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
        return Pages("zh" if first.startswith("zh") else "en", self._clock.now(), self._read_only)


async def _form(request: Request) -> Form:
    """What a form says, each field once. Raises UsageError."""
    try:
        found = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise UsageError(f"the form cannot be read: {error}") from error
    return {name: values[-1].replace("\r\n", "\n") for name, values in found.items()}
