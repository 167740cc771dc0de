"""Texts as they are compared: three profiles of normalisation, tokens, shingles and their F1.

Three profiles because libraries differ legally: some drop zero-width characters and compose to NFC, some fold the
ideographic space. ``strict`` is the raw string, ``ws`` (the headline) folds white space and drops what has no width,
``loose`` also folds case and compatibility forms and drops punctuation.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

# Zero-width, bidirectional controls and the soft hyphen.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
# White_Space of the Unicode Character Database; Python's \s would add U+001C to U+001F.
_SPACE = re.compile("[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# One token each: Han with extensions and compatibility forms, kana, bopomofo, hangul.
_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def strict(text: str) -> str:
    """The raw string."""
    return text


def ws(text: str) -> str:
    """NFC without invisible characters, every run of Unicode white space one space, trimmed.

    >>> ws("  a\\u3000\\n b\\u200d ")
    'a b'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", text).strip(" ")


def loose(text: str) -> str:
    """NFKC, case folded, without punctuation, white space as in ``ws``.

    >>> loose("Ｏｋ！ 好，的")
    'ok 好的'
    """
    folded = unicodedata.normalize("NFKC", ws(text)).casefold()
    return ws("".join(c for c in folded if unicodedata.category(c)[0] != "P"))


PROFILES: dict[str, Callable[[str], str]] = {"strict": strict, "ws": ws, "loose": loose}


def tokens(text: str) -> list[str]:
    """One token a CJK character, one a word of anything else; punctuation is none.

    >>> tokens("我在LA住了10年！")
    ['我', '在', 'LA', '住', '了', '10', '年']
    """
    return _TOKEN.findall(text)


@lru_cache(maxsize=8192)
def shingles(text: str, n: int) -> Counter[tuple[str, ...]]:
    """The multiset of n neighbouring tokens; a shorter text is one shingle, an empty one none."""
    found = tokens(text)
    if not found:
        return Counter()
    if len(found) < n:
        return Counter([tuple(found)])
    return Counter(zip(*(found[i:] for i in range(n)), strict=False))


def shingle_f1(truth: str, prediction: str, n: int) -> float:
    """F1 of two texts' shingles; texts without any token are equal or not.

    >>> shingle_f1("支持！", "支持！ [0评]", 2)
    0.5
    """
    a, b = shingles(truth, n), shingles(prediction, n)
    if not a or not b:
        return float(not a and not b and ws(truth) == ws(prediction))
    return 2 * (a & b).total() / (a.total() + b.total())


def grams(text: str) -> Counter[str]:
    """The multiset of a text's character pairs; a text of one character or none is one gram."""
    return Counter(map("".join, itertools.pairwise(text))) if len(text) > 1 else Counter([text])


def f1(precision: float, recall: float) -> float:
    """The harmonic mean; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def increasing_share(ranks: Sequence[int]) -> float:
    """The longest increasing subsequence as a share of all.

    >>> increasing_share([0, 2, 1, 3])
    0.75
    """
    from bisect import bisect_left

    tails: list[int] = []
    for rank in ranks:
        at = bisect_left(tails, rank)
        tails[at : at + 1] = [rank]
    return len(tails) / len(ranks)


def kendall_tau(ranks: Sequence[int]) -> float | None:
    """Kendall's tau of distinct ranks against their order, by counting inversions in merges; None below two.

    >>> kendall_tau([0, 1, 2]), kendall_tau([2, 1, 0]), kendall_tau([5])
    (1.0, -1.0, None)
    """
    n = len(ranks)
    if n < 2:
        return None
    return 1 - 4 * _inversions(list(ranks)) / (n * (n - 1))


def _inversions(ranks: list[int]) -> int:
    total, width = 0, 1
    while width < len(ranks):
        merged: list[int] = []
        for start in range(0, len(ranks), 2 * width):
            left, right = ranks[start : start + width], ranks[start + width : start + 2 * width]
            i = 0
            for value in right:
                while i < len(left) and left[i] < value:
                    merged.append(left[i])
                    i += 1
                total += len(left) - i
                merged.append(value)
            merged.extend(left[i:])
        ranks, width = merged, 2 * width
    return total
