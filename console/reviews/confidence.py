"""Owns confidence: the check of rubric scores, and the one number that follows from them.

Never takes an agent's own word for how sure it is: a self-reported number passes no gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.errors import UsageError
from console.records.review import Verdict

__all__ = ("check_scores", "confidence_of", "lowest")


def check_scores(
    scores: Mapping[str, float], rubric: Mapping[str, float], *, verdict: Verdict = Verdict.APPROVE
) -> dict[str, float]:
    """The scores in the rubric's order, if a verdict may carry them.

    An approval needs a score for every name of the rubric; any other verdict may give some or none.
    Raises UsageError with everything that is wrong, and with the names that the rubric has.
    """
    wrong = [*_unknown(scores, rubric), *_out_of_range(scores)]
    if verdict == Verdict.APPROVE:
        missing = [name for name in rubric if name not in scores]
        if missing:
            wrong.append(f"an approval needs a score for {_listed(missing)}")
    if wrong:
        call = " ".join(f"--score {name}=0.9" for name in rubric)
        raise UsageError(f"{'; '.join(wrong)}. This review scores {_listed(rubric)}, each from 0 to 1, as in `{call}`")
    return {name: float(scores[name]) for name in rubric if name in scores}


def confidence_of(scores: Mapping[str, float] | None, rubric: Mapping[str, float] | None) -> float | None:
    """The mean of a seat's scores, weighted by the rubric, 0 to 1; None where some score is missing."""
    if not scores or not rubric or any(name not in scores for name in rubric):
        return None
    weight = sum(rubric.values())
    if weight <= 0:
        return None
    mean = sum(scores[name] * share for name, share in rubric.items()) / weight
    # Six digits: three scores of exactly the threshold must reach it, whatever binary fractions make of their mean.
    return min(1.0, max(0.0, round(mean, 6)))


def lowest(confidences: Iterable[float | None]) -> float | None:
    """A round's confidence: the lowest of its seats; None where no seat has one."""
    return min((value for value in confidences if value is not None), default=None)


def _unknown(scores: Mapping[str, float], rubric: Mapping[str, float]) -> list[str]:
    unknown = [name for name in scores if name not in rubric]
    return [f"unknown score {_listed(unknown)}"] if unknown else []


def _out_of_range(scores: Mapping[str, float]) -> list[str]:
    return [f"score {name}={value} is not a number from 0 to 1" for name, value in scores.items() if not _fits(value)]


def _fits(value: object) -> bool:
    # A comparison with NaN is false, so that NaN does not fit either.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
