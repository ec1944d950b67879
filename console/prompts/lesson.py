"""Owns the words of a lesson: its title and body as an experience, in the task's language. Pure; made without a model.

Says only what the blackboard knows, each piece cut, secrets hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from console.records.lesson import Lesson, Rework
from console.records.review import VerdictGiven
from console.records.session import Session
from console.redact import redact
from console.text import cut, one_line, safe

__all__ = ("BODY_MAX", "is_chinese", "lesson_words")

TITLE_MAX, BODY_MAX = 200, 6000
PIECE, TAIL = 600, 400
"""Characters of one saying, and of the end of a failed attempt's output."""
MANY = 6
"""Attempts, rounds, findings or decisions that are told; the newest of them."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_ENGLISH = {
    "head": "Task #{task} “{title}”, done by {author}.",
    "tags": "Tags: {tags}.",
    "wrong": "What went wrong:",
    "helped": "What helped:",
    "decided": "What was decided:",
    "attempt": "Attempt {n} by {agent} ({status}): {failure}",
    "no_cause": "no cause known",
    "tail": "It ended with: {tail}",
    "round": "Round {n}, {reviewer} asked for changes: {text}",
    "answer": "Round {n}, {agent}: {text}",
    "rebuttal": "Round {n}, {agent} answered: {text}",
    "end": "{agent}: {text}",
    "colon": ": ",
}
_CHINESE = {
    "head": "任务 #{task}「{title}」，由 {author} 完成。",
    "tags": "标签：{tags}。",
    "wrong": "出了什么问题：",
    "helped": "怎样解决的：",
    "decided": "作了什么决定：",
    "attempt": "{agent} 的第 {n} 次尝试（{status}）：{failure}",
    "no_cause": "原因不明",
    "tail": "结尾的输出：{tail}",
    "round": "第 {n} 轮，{reviewer} 要求修改：{text}",
    "answer": "第 {n} 轮，{agent}：{text}",
    "rebuttal": "第 {n} 轮，{agent} 的答复：{text}",
    "end": "{agent}：{text}",
    "colon": "：",
}


def is_chinese(text: str) -> bool:
    """Whether `text` is to be answered in Chinese."""
    return bool(_HAN.search(text))


def lesson_words(lesson: Lesson) -> tuple[str, str]:
    """(title, body) of the experience; only for a lesson that teaches something."""
    said = _CHINESE if is_chinese(lesson.task.title) else _ENGLISH
    about = one_line(redact(lesson.task.title), 100)
    title = one_line(f"{about}{said['colon']}{redact(_gist(lesson, said))}", TITLE_MAX)
    head = said["head"].format(task=lesson.task.id, title=about, author=lesson.author)
    if lesson.task.tags:
        head += " " + said["tags"].format(tags=", ".join(lesson.task.tags))
    parts = [
        head,
        _section(said["wrong"], _wrong(lesson, said)),
        _section(said["helped"], _helped(lesson, said)),
        _section(said["decided"], _decided(lesson, said)),
    ]
    return title, cut(safe(redact("\n\n".join(part for part in parts if part))), BODY_MAX)


def _gist(lesson: Lesson, said: dict[str, str]) -> str:
    """What the title says of it: the newest of what was found, what failed, what was decided."""
    for rework in reversed(lesson.reworks):
        for verdict in rework.asked:
            return next(iter(_findings(verdict)), verdict.comment)
    if lesson.failed:
        return lesson.failed[-1].failure or said["no_cause"]
    return lesson.decisions[-1].title


def _wrong(lesson: Lesson, said: dict[str, str]) -> Iterator[str]:
    for session in lesson.failed[-MANY:]:
        failure = _piece(session.failure or said["no_cause"])
        line = said["attempt"].format(n=session.attempt, agent=session.agent, status=session.status, failure=failure)
        yield f"{line} {_tail(session, said)}".rstrip()
    for rework in lesson.reworks[-MANY:]:
        for verdict in rework.asked:
            for text in _sayings(verdict):
                yield said["round"].format(n=verdict.round, reviewer=verdict.reviewer, text=text)


def _helped(lesson: Lesson, said: dict[str, str]) -> Iterator[str]:
    for rework in lesson.reworks[-MANY:]:
        yield from _answered(rework, said)
    told = {rework.answer.summary for rework in lesson.reworks}
    if lesson.summary.strip() and lesson.summary not in told and (lesson.failed or lesson.reworks):
        yield said["end"].format(agent=lesson.author, text=_piece(lesson.summary))


def _answered(rework: Rework, said: dict[str, str]) -> Iterator[str]:
    given = rework.answer
    if given.summary.strip():
        yield said["answer"].format(n=given.round, agent=given.agent, text=_piece(given.summary))
    answers = [str(answer.get("text", "")) for answer in given.answers]
    for text in [given.rebuttal or "", *answers[:MANY]]:
        if text.strip():
            yield said["rebuttal"].format(n=given.round, agent=given.agent, text=_piece(text))


def _decided(lesson: Lesson, said: dict[str, str]) -> Iterator[str]:
    for decision in lesson.decisions[-MANY:]:
        reason = f"{said['colon']}{_piece(decision.reason)}" if decision.reason.strip() else ""
        yield _piece(decision.title) + reason


def _sayings(verdict: VerdictGiven) -> Iterable[str]:
    found = [_piece(text) for text in _findings(verdict)][:MANY]
    return [*found, _piece(verdict.comment)] if verdict.comment.strip() else found


def _findings(verdict: VerdictGiven) -> Iterator[str]:
    for finding in verdict.findings:
        text, path, line = str(finding.get("text", "")), finding.get("path"), finding.get("line")
        place = f" [{path}{f':{line}' if line else ''}]" if path else ""
        if text.strip():
            yield f"{text}{place}"


def _tail(session: Session, said: dict[str, str]) -> str:
    lines = [line for line in (session.tail or "").splitlines() if line.strip()]
    return said["tail"].format(tail=one_line(" / ".join(lines[-3:])[-TAIL:], TAIL)) if lines else ""


def _piece(text: str) -> str:
    return one_line(text, PIECE)


def _section(head: str, lines: Iterable[str]) -> str:
    found = "\n".join(f"- {line}" for line in lines)
    return f"{head}\n{found}" if found else ""
