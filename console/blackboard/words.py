"""Owns how text becomes words for the full-text index: what is stored in it, and the queries that are asked of it.

The tokenizer (unicode61) takes a run of Chinese for one word, so each CJK character stands alone between spaces, and a
run of them is asked for as a phrase. Never lets a user's text be FTS syntax: every word goes between quotes.
"""

from __future__ import annotations

import re

__all__ = ("all_of", "joined", "key_words", "named_in", "snippet", "some_of", "spaced")

_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_EACH = re.compile(f"([{_CJK}])")
_RUNS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")
"""What no query can hold."""

_MOST_WORDS, _LONGEST = 24, 80
_PREFIX = 3
"""Letters from which on a word is also found as the beginning of a longer one: `backtest` finds `backtests`."""

_COMMON_WORDS = """
about after all and any are been before but can could did does each for from had has have her him his how into its make
made may more most must not now off one only our out over same see she should some such than that the their them then
there these they this those through too two under use used very was way were what when where which while who why will
with work would you your task
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_PARTICLES = frozenset("的了和在是与及把被对为之其这那有不也就都而或等到从上下中我你他它们个一请要")


def spaced(text: str) -> str:
    """`text` as it is indexed: a space on either side of each CJK character."""
    return _EACH.sub(r" \1 ", _UNFIT.sub(" ", text))


def all_of(text: str) -> str:
    """The query for texts that hold every word of `text`, each found as it is or as a beginning; empty where it has none."""
    phrases = [_phrase(word) for word in text[:4000].split()[:_MOST_WORDS]]
    return " ".join(phrase for phrase in phrases if phrase)


def some_of(words: tuple[str, ...]) -> str:
    """The query for texts that hold any of `words`; empty where there are none."""
    return " OR ".join(phrase for word in words if (phrase := _phrase(word, prefix=False)))


def key_words(text: str, limit: int = _MOST_WORDS) -> tuple[str, ...]:
    """Words of `text` that say what it is about, in its order: no common ones, Chinese as pairs of characters."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text[:20_000].casefold()):
        pairs = [run[n : n + 2] for n in range(len(run) - 1)] if _EACH.match(run) else [run]
        found |= dict.fromkeys(word for word in pairs if _telling(word))
        if len(found) >= limit:
            break
    return tuple(found)[:limit]


def named_in(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `words` (as `key_words` gives them) that stand in `text`, in their order."""
    folded = text.casefold()
    whole = set(_RUNS.findall(folded))
    return tuple(word for word in words if word in whole or (_EACH.match(word) and word in folded))


def joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """`words` for people: pairs of characters that overlap are one word again."""
    found: list[str] = []
    for word in words:
        if found and _EACH.match(word) and found[-1][-1] == word[0]:
            found[-1] += word[1:]
        else:
            found.append(word)
    return tuple(found)


def snippet(text: str, words: str, width: int = 120) -> str:
    """About `width` characters of `text` in one line, around the first of `words` that stands in it."""
    line = " ".join(text.split())
    folded = line.lower()
    places = [folded.find(run) for run in _RUNS.findall(words.lower())]
    first = min((place for place in places if place >= 0), default=0)
    begin = max(0, min(first - width // 3, len(line) - width))
    cut = line[begin : begin + width].strip()
    return f"{'…' if begin else ''}{cut}{'…' if begin + width < len(line) else ''}"


def _phrase(word: str, *, prefix: bool = True) -> str:
    runs = _RUNS.findall(_UNFIT.sub(" ", word[: _LONGEST * 4]))
    if not runs:
        return ""
    longer = prefix and len(runs[-1]) >= _PREFIX and not _EACH.match(runs[-1])
    return f'"{spaced(word[: _LONGEST * 4]).replace(chr(34), " ").strip()}"{"*" if longer else ""}'


def _telling(word: str) -> bool:
    if _EACH.match(word):
        return len(word) > 1 and not _PARTICLES.intersection(word)
    return len(word) > 2 and len(word) <= _LONGEST and word not in _COMMON and not word.isdecimal()
