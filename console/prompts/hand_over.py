"""Owns the words of a hand-over: what an agent in a nearly full conversation is asked, and how the next one is told. Pure."""

from __future__ import annotations

from console.prompts.quoting import quoted

__all__ = ("MOST", "REQUEST", "received")

MOST = 8_000
"""Characters of a note that are kept."""
REQUEST = """## Hand over

This conversation is nearly full. Before you work on, write a hand-over note for yourself: a new conversation begins with the
whole task and with this note, and with nothing else of what you know now.

Do nothing else in this turn: use no tools, change no files, ask nothing, hand nothing in. Your answer is the note, in at most
600 words, without an introduction:

- what is done, with the files that it is in
- what was decided, and why
- what you found out that is not in any file: causes, dead ends, how things are run and checked here
- what is left, and the very next step
"""
_RECEIVED = """
## Your hand-over note

You worked on this before, in a conversation that became nearly full. There you left yourself this note; check what matters
before you rely on it, and go on from there.

"""


def received(note: str) -> str:
    """What follows the whole prompt of the new conversation."""
    return f"{_RECEIVED}{quoted(note, MOST)}\n"
