"""Owns the service door as it leaves the house: where it is, or its token."""

from __future__ import annotations

from console.api.shape import Shape

__all__ = ("Serving",)


class Serving(Shape, frozen=True, kw_only=True):
    """A door that stands open, or the word that lets somebody in."""

    url: str | None
    """Where it is; null where only the token was asked for."""
    read_only: bool | None
    """It is for looking only."""
    token: str | None
    """Sent as `Authorization: Bearer TOKEN`; null where it was not asked for."""
