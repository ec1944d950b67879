"""Promises of the circuit breaker and the token bucket: when the gateway is spared, and when it is tried again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.gateway.breaker import Breaker, BreakerSettings, Bucket

SETTINGS = BreakerSettings(failures=3, window=60, open_for=10, open_cap=35, probes=2)


def opened() -> Breaker:
    """One that opened at 2 s."""
    breaker = Breaker(settings=SETTINGS)
    for at in (0.0, 1.0, 2.0):
        assert breaker.admits(at)
        breaker = breaker.failed(at)
    return breaker


def test_it_opens_after_enough_failures_within_the_window_and_not_before() -> None:
    breaker = Breaker(settings=SETTINGS).failed(0).failed(1)
    assert breaker.admits(1.5)
    assert breaker.failed(61.5).admits(62), "the first two are forgotten"
    assert not breaker.failed(2).admits(2)


def test_a_success_makes_the_failures_before_it_forgotten() -> None:
    assert Breaker(settings=SETTINGS).failed(0).failed(1).succeeded().failed(2).failed(3).admits(3)


def test_half_open_lets_one_probe_pass_at_a_time_and_closes_after_enough_of_them() -> None:
    breaker = opened()
    assert breaker.next_try(4) == 8 and not breaker.admits(11.9)
    assert breaker.admits(12)
    breaker = breaker.sent(12)
    assert not breaker.admits(12.5), "the probe is under way"
    breaker = breaker.succeeded()
    assert breaker.opened_at is not None and breaker.admits(13), "one of two"
    assert breaker.sent(13).succeeded() == Breaker(settings=SETTINGS)


def test_a_failed_probe_opens_it_for_twice_as_long_up_to_the_cap() -> None:
    breaker, waits = opened(), []
    at = 12.0
    for _ in range(4):
        breaker = breaker.sent(at).failed(at)
        waits.append(breaker.next_try(at))
        at += waits[-1]
    assert waits == [20, 35, 35, 35]


def test_a_probe_whose_result_never_comes_does_not_keep_it_open_for_ever() -> None:
    breaker = opened().sent(12)
    assert not breaker.admits(21.9) and breaker.admits(22) and breaker.next_try(15) == 7


def test_what_was_sent_before_it_opened_neither_closes_nor_prolongs_it() -> None:
    assert opened().succeeded() == opened() and opened().failed(5) == opened()


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from(["ok", "bad", "go"])), max_size=60))
def test_it_always_lets_something_pass_again(steps: list[tuple[float, str]]) -> None:
    breaker, now = Breaker(settings=SETTINGS), 0.0
    for pause, what in steps:
        now += pause
        if what == "go":
            breaker = breaker.sent(now) if breaker.admits(now) else breaker
        else:
            breaker = breaker.succeeded() if what == "ok" else breaker.failed(now)
        assert 0 <= breaker.next_try(now) <= SETTINGS.open_cap + SETTINGS.open_for
        assert breaker.admits(now + breaker.next_try(now) + 0.001)


def test_the_bucket_gives_a_burst_and_then_an_even_flow() -> None:
    bucket: Bucket | None = Bucket.full(size=2, per_minute=60, now=0)
    for _ in range(2):
        assert bucket is not None
        bucket = bucket.taken(0)
    assert bucket is not None and bucket.taken(0.5) is None
    assert bucket.taken(1.0) is not None
    assert bucket.left(1000) == 2, "it never holds more than a burst"
