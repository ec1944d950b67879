"""Owns how JSON is read that agents wrote: what is no number there is none, so that what is kept of it is JSON again."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ("foreign_json",)


def foreign_json(text: str | bytes) -> Any:
    """Its value; None stands for NaN, Infinity and floats that are too large. Raises ValueError, RecursionError."""
    return _DECODER.decode(text.decode() if isinstance(text, bytes) else text)


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=lambda _: None)
