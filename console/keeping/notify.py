"""Owns the telling of alerts by `notify.command` while no console is open: each once, beside the tick, never by a shell.

What the command could not tell stays due and is tried again later, less and less often.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path

from console.blackboard.changes import Cursor, head
from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.reads.activity import activity
from console.blackboard.reads.notes import open_after
from console.environments import for_operator
from console.errors import MoziError
from console.home import Home, write_atomically
from console.keeping.letters import OWN_CAUSE, Letter, Mark, News, letters, marks_after
from console.keeping.presence import somebody_looks
from console.keeping.told import tell
from console.records.alert import Level, Observation
from console.records.cause import sentence
from console.registry import folders
from console.settings import Notify
from console.text import decoded, one_line
from console.umask import former

__all__ = ("Notifier", "run_command")

FIRST_RETRY, LAST_RETRY = 30_000, 900_000
"""Milliseconds until what could not be told is tried again; doubled each time."""
_FILE = "notified.json"
_PLACES = re.compile(r"\{(title|text|level|project)\}")
_INERT = str.maketrans({'"': "”", "'": "’", "\\": "⧵", "`": "ˋ", "$": "＄"})
"""What would end a string in AppleScript or a shell, for who builds such a line around {text} all the same."""

_log = logging.getLogger("moziplus.notify")


class Notifier:
    """Tells the alerts of a home. `poll` from one thread; it only looks at the sizes and times of files, and starts."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._marks, self._feeds, self._batch_at = _read(home.state / _FILE)
        self._reached: dict[str, Cursor] = {}
        """Place → how far its feed was read in the look that is under way."""
        self._seen: dict[str, object] = {}
        self._sent: set[tuple[str, int]] = set()
        """Told already, while others of the same look could not be."""
        self._telling: threading.Thread | None = None
        self._again_at: int | None = None
        self._delay = FIRST_RETRY
        self._look_at: int | None = None
        """When to look again at a place that could not be read, whatever its files say."""
        self._away, self._away_told = "", ""
        """Why the home's database cannot be read, and what of that was told: no alert can stand in it."""

    @property
    def busy(self) -> bool:
        """Whether something is being told now."""
        return self._telling is not None and self._telling.is_alive()

    def poll(self, now: int, policy: Notify) -> bool:
        """Begin to tell what is new, where there may be something; whether it did."""
        if not policy.command or self.busy:
            return False
        if self._again_at is not None and now < self._again_at <= now + LAST_RETRY:
            return False
        batch = self._batch_due(now, policy)
        places = self._places()
        signs = {place: _sign(path) for place, path in places.items()}
        due = self._look_at is not None and not self._look_at - LAST_RETRY < now < self._look_at
        again = due or self._again_at is not None
        if signs == self._seen and not (batch and policy.batch) and not again:
            return False
        self._seen, self._look_at = signs, None
        self._telling = threading.Thread(
            target=self._tell, args=(places, now, policy, batch), name="moziplus-notify", daemon=True
        )
        self._telling.start()
        return True

    def close(self, patience: float = 2.0) -> None:
        """Let a command under way come to its end, for at most `patience` seconds."""
        if self._telling is not None:
            self._telling.join(patience)

    def _batch_due(self, now: int, policy: Notify) -> bool:
        return not 0 <= now - self._batch_at < policy.batch * 1000

    def _places(self) -> dict[str, Path]:
        found = {name: folder / "blackboard.db" for name, folder in folders(self._home).items()}
        return {"": self._home.state_db, **found}

    def _tell(self, places: Mapping[str, Path], now: int, policy: Notify, batch: bool) -> None:
        try:
            self._away = ""
            self._reached = {}
            every = (self._news(place, path, now, batch) for place, path in places.items())
            news = [found for found in every if found is not None]
            looks = somebody_looks(self._home)
            problem = None if looks else self._send_away(policy, now) or self._send(news, policy, batch)
            if problem is None:
                self._done(news, now, batch)
            else:
                self._failed(problem, now)
        except Exception:
            _log.exception("alerts could not be told")

    def _send(self, news: Sequence[News], policy: Notify, batch: bool) -> str | None:
        for letter in letters(news, batch=batch, subscribe=policy.subscribe):
            if (problem := run_command(policy.command, letter, timeout=policy.timeout)) is not None:
                return problem
            self._sent |= {(place, alert.id) for place, alert in letter.alerts}
        return None

    def _send_away(self, policy: Notify, now: int) -> str | None:
        """Tell of the home's database, once for each reason."""
        if self._away and self._away != self._away_told:
            body = f"the home's database cannot be read, and nothing is started: {self._away}"
            alert = Observation(id=0, level=Level.URGENT, cause="unread", body=body, at=now)
            if problem := run_command(
                policy.command, Letter(level=alert.level, alerts=(("", alert),)), timeout=policy.timeout
            ):
                return problem
        self._away_told = self._away
        return None

    def _news(self, place: str, path: Path, now: int, batch: bool) -> News | None:
        try:
            with closing(_open(place, path)) as db:
                newest_change, mark = head(db), self._marks.get(place)
                epoch, happened = newest_change.epoch, self._happened(place, db, newest_change) if batch else ()
                newest, found = open_after(db, 0 if mark is None else min(mark.told, mark.batched))
        except MoziError as error:  # of a project, whoever sets it aside tells
            self._look_at = now + FIRST_RETRY
            self._away = self._away if place else str(error)
            return None
        if mark is None:  # routine ones of the time before are not told any more
            mark = Mark(epoch=epoch, told=0, batched=newest)
        elif mark.epoch != epoch:  # restored: all of it was told in its former life
            mark = Mark(epoch=epoch, told=newest, batched=newest)
        fresh = tuple(a for a in found if a.id > _reached(mark, a) and (place, a.id) not in self._sent)
        return News(place=place, epoch=epoch, newest=newest, alerts=(*fresh, *happened))

    def _happened(self, place: str, db: Database, newest: Cursor) -> tuple[Observation, ...]:
        """What is no alert since the last batch; of the time before anybody was told, and of another life, nothing."""
        before, self._reached[place] = self._feeds.get(place), newest
        if not place or before is None or before.epoch != newest.epoch:
            return ()
        return activity(db, before.seq, newest.seq)

    def _done(self, news: Sequence[News], now: int, batch: bool) -> None:
        before = self._marks, self._feeds, self._batch_at
        self._marks = self._marks | {n.place: marks_after(self._marks.get(n.place), n, batch=batch) for n in news}
        self._feeds = self._feeds | self._reached
        self._batch_at = now if batch else self._batch_at
        if (self._marks, self._feeds, self._batch_at) != before:
            _write(self._home.state / _FILE, self._marks, self._feeds, self._batch_at)
        if self._again_at is not None:
            tell(self._home, OWN_CAUSE, None, now=now)
        self._again_at, self._delay = None, FIRST_RETRY
        self._sent.clear()

    def _failed(self, problem: str, now: int) -> None:
        _log.warning("notify.command failed: %s", problem)
        self._again_at, self._delay = now + self._delay, min(self._delay * 2, LAST_RETRY)
        tell(self._home, OWN_CAUSE, sentence(OWN_CAUSE, reason=problem), now=now)


def run_command(command: Sequence[str], letter: Letter, *, timeout: float) -> str | None:
    """Run `command` (an argument list) with what `letter` says; why it failed, None where it did not.

    `{title}`, `{text}`, `{level}` and `{project}` are replaced, once; the same is in MOZIPLUS_ALERT_* and, as JSON, on stdin.
    """
    place = letter.alerts[0][0] if len({place for place, _ in letter.alerts}) == 1 else ""
    values = {"title": letter.title, "text": letter.text, "level": str(letter.level), "project": place or "home"}
    arguments = [_PLACES.sub(lambda found: values[found[1]].translate(_INERT), part) for part in command]
    said = {f"MOZIPLUS_ALERT_{name.upper()}": value.replace("\0", "") for name, value in values.items()}
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as letter_file:
        letter_file.write(json.dumps(letter.as_dict(), ensure_ascii=False).encode("utf-8", "backslashreplace"))
        letter_file.seek(0)
        try:
            process = subprocess.Popen(
                [argument.replace("\0", "") for argument in arguments],
                stdin=letter_file,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**for_operator(os.environ), **said},
                start_new_session=True,
                umask=former(),
                cwd="/",
            )
        except OSError as error:
            return f"{command[0]} cannot be run ({error.strerror})"
        code = _wait(process, timeout)
        errors.seek(0)
        words = one_line(decoded(errors.read(4000)), 300)
    if code is None:
        return f"{command[0]} did not end within {timeout:g} s and was stopped"
    return None if code == 0 else f"{command[0]} ended with {code}{f': {words}' if words else ''}"


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int | None:
    """Its exit code; None where it had to be killed, with everything in its group."""
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _reached(mark: Mark, alert: Observation) -> int:
    return mark.told if alert.level in (Level.URGENT, Level.ATTENTION) else mark.batched


def _open(place: str, path: Path) -> Database:
    return open_project(path.parent, read_only=True) if place else open_home(path, read_only=True)


def _sign(path: Path) -> object:
    """Moves when somebody commits; asked of the names alone, nothing is opened."""
    found: list[object] = []
    for name in (path, Path(f"{path}-wal")):
        try:
            status = name.stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_mtime_ns, status.st_size, status.st_ino))
    return found


def _read(path: Path) -> tuple[dict[str, Mark], dict[str, Cursor], int]:
    try:
        found = json.loads(path.read_text("utf-8"))
        marks = {place: Mark(**mark) for place, mark in found["places"].items()}
        feeds = {place: Cursor(**cursor) for place, cursor in found.get("feeds", {}).items()}
        return marks, feeds, int(found["batch_at"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, {}, 0


def _write(path: Path, marks: Mapping[str, Mark], feeds: Mapping[str, Cursor], batch_at: int) -> None:
    places = {place: asdict(mark) for place, mark in marks.items()}
    read = {place: asdict(cursor) for place, cursor in feeds.items()}
    write_atomically(path, json.dumps({"version": 1, "batch_at": batch_at, "places": places, "feeds": read}) + "\n")
