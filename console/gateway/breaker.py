"""Owns when the gateway is spared: a circuit breaker with half-open probes, and the token bucket of starts. Pure.

Both are values: each step gives the next one. `now` is monotonic seconds; nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ("Breaker", "BreakerSettings", "Bucket")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """The five settings `gateway.breaker_*`."""

    failures: int = 3
    """So many failures within the window open it."""
    window: float = 60.0
    """Seconds after which a failure is forgotten."""
    open_for: float = 10.0
    """Seconds until it is half open; each time that a probe fails, twice as long."""
    open_cap: float = 300.0
    """Seconds; never longer than this."""
    probes: int = 1
    """Probes that must succeed, one after the other, before it closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed: all may pass. Open: nothing. Half open: one probe at a time, whose result decides."""

    settings: BreakerSettings = BreakerSettings()
    failed_at: tuple[float, ...] = ()
    """The failures within the window, while closed."""
    opened_at: float | None = None
    """None while closed."""
    lasts: float = 0.0
    """Seconds that it stays open this time."""
    probing_since: float | None = None
    """A probe is under way."""
    passed: int = 0
    """Probes that succeeded since it was half open."""

    def admits(self, now: float) -> bool:
        """Whether something may be sent now; `sent` must follow where it is."""
        if self.opened_at is None:
            return True
        if now - self.opened_at < self.lasts:
            return False
        # A probe whose result never came counts for nothing after as long as it stays open at first.
        return self.probing_since is None or now - self.probing_since >= self.settings.open_for

    def sent(self, now: float) -> Breaker:
        """After something was sent."""
        return self if self.opened_at is None else replace(self, probing_since=now)

    def succeeded(self) -> Breaker:
        """After a success: enough of them close it. One that was sent before it opened does not."""
        if self.opened_at is None:
            return replace(self, failed_at=())
        if self.probing_since is None:
            return self
        if self.passed + 1 >= self.settings.probes:
            return Breaker(settings=self.settings)
        return replace(self, passed=self.passed + 1, probing_since=None)

    def failed(self, now: float) -> Breaker:
        """After a failure: enough of them within the window open it; that of a probe opens it for twice as long."""
        if self.opened_at is not None:
            if self.probing_since is None:
                return self
            longer = min(self.lasts * 2, self.settings.open_cap)
            return replace(self, opened_at=now, lasts=longer, probing_since=None, passed=0)
        recent = (*(at for at in self.failed_at if now - at < self.settings.window), now)
        if len(recent) < self.settings.failures:
            return replace(self, failed_at=recent)
        return replace(self, failed_at=(), opened_at=now, lasts=self.settings.open_for, probing_since=None, passed=0)

    def next_try(self, now: float) -> float:
        """Seconds until something may pass again; 0 where it may now."""
        if self.admits(now) or self.opened_at is None:
            return 0.0
        until = self.opened_at + self.lasts
        if self.probing_since is not None:
            until = max(until, self.probing_since + self.settings.open_for)
        return until - now


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Starts that may be sent at once (`size`), refilled evenly."""

    size: float
    per_second: float
    tokens: float
    at: float = 0.0

    @classmethod
    def full(cls, *, size: float, per_minute: float, now: float) -> Bucket:
        """A full one."""
        return cls(size=size, per_second=per_minute / 60, tokens=size, at=now)

    def left(self, now: float) -> float:
        """How many there are now."""
        return min(self.size, self.tokens + max(0.0, now - self.at) * self.per_second)

    def taken(self, now: float) -> Bucket | None:
        """With one less; None where there is none."""
        left = self.left(now)
        return replace(self, tokens=left - 1, at=now) if left >= 1 else None
