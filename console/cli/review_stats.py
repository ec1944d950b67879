"""Owns how `moziplus review stats` looks: the calibration of each reviewer, over one project or all of them.

Counts nothing itself; what counts as overturned is said where it is asked, in `blackboard.reads.calibration`.
"""

from __future__ import annotations

from typing import Any

from console.api.calibration import Calibration as Told
from console.blackboard.reads.calibration import Calibration, calibration
from console.cli.nouns import every_board
from console.cli.options import Here
from console.cli.output import Column
from console.records.review import Verdict

__all__ = ("COLUMNS", "rows")


def _number(name: str) -> Column:
    return Column(name.upper().replace("_", " "), lambda r: r.verdicts[name], right=True)


COLUMNS = (
    Column("REVIEWER", "reviewer", most=40),
    *(_number(str(verdict)) for verdict in Verdict),
    Column("CONFIDENCE", lambda r: "-" if r.confidence is None else f"{r.confidence:.2f}", right=True),
    Column("CONFIDENT", "confident_approvals", right=True),
    Column("OVERTURNED", "overturned", right=True),
    Column("SHARE", lambda r: "-" if r.overturned_share is None else f"{r.overturned_share:.0%}", right=True),
    Column("PROJECTS", lambda r: ", ".join(r.projects), most=60, gives=True),
)


def rows(here: Here, project: str | None) -> list[Told]:
    """One for each agent that gave a verdict: those overturned most often first."""
    found: dict[str, Calibration] = {}
    projects: dict[str, list[str]] = {}

    def read(name: str, db: Any) -> list[dict[str, Any]]:
        for one in calibration(db):
            found[one.reviewer] = one if one.reviewer not in found else found[one.reviewer].plus(one)
            projects.setdefault(one.reviewer, []).append(name)
        return []

    every_board(here, project, read)
    order = sorted(found.values(), key=lambda one: (-(one.overturned_share or 0), -one.given, one.reviewer))
    return [
        Told(
            reviewer=one.reviewer,
            projects=tuple(sorted(projects[one.reviewer])),
            verdicts={str(verdict): one.verdicts.get(verdict, 0) for verdict in Verdict},
            confidence=None if one.confidence is None else round(one.confidence, 4),
            confident_approvals=one.confident,
            overturned=one.overturned,
            overturned_share=None if one.overturned_share is None else round(one.overturned_share, 4),
        )
        for one in order
    ]
