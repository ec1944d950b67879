"""Owns random turns of a lead for the scheduler's property tests; not all of them are possible in a real home."""

from __future__ import annotations

from hypothesis import strategies as st

from console.records.lead import Turn
from console.records.task import TaskStatus
from tests.play import NOW, SECOND

TURNS: st.SearchStrategy[Turn] = st.builds(
    Turn,
    ask=st.integers(1, 3),
    task_id=st.integers(1, 5),
    agent=st.sampled_from(["ann", "bob", "gone"]),
    status=st.sampled_from(TaskStatus),
    asked_at=st.integers(-900, 0).map(lambda s: NOW + s * SECOND),
    open=st.booleans(),
    tried=st.booleans(),
    why=st.sampled_from(["", "", "was stopped"]),
)
