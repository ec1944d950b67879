"""Owns the requests that judge or answer, as each door that has them is asked. Nothing here is a test."""

from __future__ import annotations

from tests.door_requests import SAID, Request, answered, asked, reviewed

__all__ = ("JUDGING_REQUESTS",)

JUDGING_REQUESTS: dict[str, Request] = {
    "an approval": Request(
        ready=reviewed, key=("approve", ""), moziplus=("review", "approve", "1"), http=("reviews/1/approve", {})
    ),
    "changes": Request(
        ready=reviewed, key=("request_changes", SAID), moziplus=("review", "request-changes", "1", "--comment", SAID),
        http=("reviews/1/request-changes", {"comment": SAID}),
    ),
    "changes without a word": Request(
        ready=reviewed, key=("request_changes", " "), moziplus=("review", "request-changes", "1"),
        http=("reviews/1/request-changes", {}),
        says="say what to change: a comment or a finding", code=2,
    ),
    "a rejection without a word": Request(
        ready=reviewed, key=("reject", " "), moziplus=("review", "reject", "1"), http=("reviews/1/reject", {"comment": " "}),
        says="say why it is rejected: a comment or a finding", code=2,
    ),
    "an escalation to nobody": Request(
        ready=reviewed, key=("escalate", "nobody"), moziplus=("review", "escalate", "1", "--to", "nobody"),
        says="no agent 'nobody' in this project; known: operator, dev, rev", code=2,
    ),
    "an escalation to the author": Request(
        ready=reviewed, key=("escalate", "dev"), moziplus=("review", "escalate", "1", "--to", "dev"),
        says="dev wrote what review #1 judges", code=2,
    ),
    "an escalation": Request(
        ready=reviewed, key=("escalate", "rev"),
        moziplus=("review", "escalate", "1", "--to", "rev", "--reason", "escalated by the operator"),
    ),
    "a verdict taken back that nobody gave": Request(
        ready=reviewed, key=("undo", ""), moziplus=("review", "reopen", "1", "--undo"),
        says="review #1 has no verdict of the operator to take back", code=4,
    ),
    "an answer by an option": Request(
        ready=asked, key=("answer", f"Yes\n{SAID}"), moziplus=("ask", "answer", "1", "1", "--reason", SAID),
        http=("asks/1/answer", {"answer": "1", "reason": SAID}),
    ),
    "an answer in words": Request(
        ready=asked, key=("answer", SAID), moziplus=("ask", "answer", "1", SAID), http=("asks/1/answer", {"answer": SAID})
    ),
    "an answer that says nothing": Request(
        ready=asked, key=("answer", " "), moziplus=("ask", "answer", "1", " "), http=("asks/1/answer", {"answer": " "}),
        says="say what the answer is: 1 Yes, 2 No, or words of your own", code=2,
    ),
    "an answer to what has one": Request(
        ready=answered, key=("answer", "No"), moziplus=("ask", "answer", "1", "No"), http=("asks/1/answer", {"answer": "No"}),
        says="ask #1 was answered by operator: Yes; that stands", code=4),
}  # fmt: skip
