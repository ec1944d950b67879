"""Owns the cut of one long field in a text for a model. Never cuts without saying how much is missing."""

from __future__ import annotations

__all__ = ("FIELD_MAX", "cut")

FIELD_MAX = 4000
"""Characters of one field before it is cut."""


def cut(text: str) -> str:
    """`text`, or its beginning and a note of what is left out."""
    if len(text) <= FIELD_MAX:
        return text
    return f"{text[:FIELD_MAX]}\n[cut: {len(text) - FIELD_MAX} of {len(text)} characters are left out here]"
