"""Short Chinese texts in numbers: the definitions behind the text half of ``realism.toml``."""

from __future__ import annotations

import importlib
import itertools
import random
import re
import unicodedata
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import erf, exp, log, sqrt

import msgspec

from tests.bench.shape import Numbers, mean, ratio

SAMPLE = 100_000  # characters of S
WINDOW = 20_000  # characters or words of which diversity is told
Cutter = Callable[[str], Iterable[str]]
"""Cuts a text into words."""

_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]")
_EMOJI = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f]")
_LAUGH = re.compile(r"哈哈")
_AFTER_STOP = re.compile(r"(?<=[，。！？~…；])")
_AFTER_ANY = re.compile(r"(?<=[，。！？~…；,.!?;、：:])|\s+")
_WORDY = re.compile(r"\w")
_ENDS = {"。": "。", "?": "?", "？": "?", "!": "!", "！": "!"}


class Forms(msgspec.Struct, frozen=True):
    """Distinct surface forms: whole texts, texts of one clause, clauses wherever they stand."""

    whole: int
    single: int
    clauses: int


def shuffled(texts: Sequence[str], seed: int = 1) -> list[str]:
    """The texts in an order that depends on the seed alone."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    return order


def sample_of(texts: Iterable[str]) -> str:
    """S: texts joined by newlines, cut at 100,000 characters, newlines then removed."""
    return "\n".join(texts)[:SAMPLE].replace("\n", "")


def distinct(s: str, n: int) -> float | None:
    """Distinct character n-grams by all of them, in the first 20,000 characters.

    >>> distinct("哈哈哈啊", 2)
    0.6666666666666666
    """
    grams = _grams(s[:WINDOW], n)
    return ratio(len(set(grams)), len(grams))


def distinct_spread(texts: Sequence[str], n: int, shuffles: int = 20) -> Numbers:
    """Mean, least and most of ``distinct`` over so many shuffles: how much one of them says."""
    found = [distinct(sample_of(shuffled(texts, seed)), n) for seed in range(1, shuffles + 1)]
    values = [value for value in found if value is not None]
    return mean(values), min(values, default=None), max(values, default=None)


def _grams(text: str, n: int) -> list[str]:
    return [text[i : i + n] for i in range(len(text) - n + 1)]


def char_ttr(s: str) -> float | None:
    """Distinct characters by characters."""
    return ratio(len(set(s)), len(s))


def zlib_ratio(s: str) -> float | None:
    """Compressed by raw bytes; small is repetitive."""
    raw = s.encode()
    return ratio(len(zlib.compress(raw, 9)), len(raw))


def load_cutter() -> Cutter | None:
    """jieba's, where it is installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations
        try:
            jieba = importlib.import_module("jieba")
        except ImportError:
            return None
        jieba.setLogLevel(60)
        jieba.initialize()
    cutter: Cutter = jieba.lcut
    return cutter


def han_words(s: str, cut: Cutter) -> list[str]:
    """The words that hold a Chinese character."""
    return [word for word in cut(s) if _HAN.search(word)]


def word_ttr(words: Sequence[str]) -> float | None:
    """Distinct by all of the first 20,000 words; None of fewer."""
    return len(set(words[:WINDOW])) / WINDOW if len(words) >= WINDOW else None


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Least squares through (x, y); None of fewer than two.

    >>> slope([(0, 1), (1, 3), (2, 5)])
    2.0
    """
    if len(points) < 2:
        return None
    n = len(points)
    mx, my = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return ratio(sum((x - mx) * (y - my) for x, y in points), sum((x - mx) ** 2 for x, _ in points))


def zipf_slope(words: Iterable[str]) -> float | None:
    """Slope of ln frequency on ln rank at 60 log-spaced ranks in 1..1000 (those that round alike count once)."""
    counts = sorted(Counter(words).values(), reverse=True)
    ranks = sorted({round(exp(log(1000) * i / 59)) for i in range(60)})
    return slope([(log(r), log(counts[r - 1])) for r in ranks if r <= len(counts)])


def heaps_slope(words: Sequence[str]) -> float | None:
    """Slope of ln distinct words on ln words read, at 100, 130, 169 … words."""
    seen: set[str] = set()
    points, goal = [], 100.0
    for n, word in enumerate(words, 1):
        seen.add(word)
        if n >= goal:
            points.append((log(n), log(len(seen))))
            goal *= 1.3
    return slope(points)


def duplicate_share(texts: Sequence[str]) -> float | None:
    """Texts that occur more than once, all occurrences counted.

    >>> duplicate_share(["顶", "顶", "好", "不"])
    0.5
    """
    return ratio(sum(n for n in Counter(texts).values() if n > 1), len(texts))


def self_bleu(texts: Sequence[str], heads: int = 150, others: int = 400) -> float | None:
    """Mean character BLEU-4 of the first ``heads`` texts, each against the ``others`` that follow those."""
    refs = texts[heads : heads + others]
    if not refs:
        return None
    most = [_most(refs, n) for n in range(1, 5)]
    lengths = sorted(map(len, refs))
    return mean([_bleu(text, most, lengths) for text in texts[:heads]])


def self_bleu_spread(texts: Sequence[str], shuffles: int = 8) -> Numbers:
    """Mean, least and most of ``self_bleu`` over so many shuffles: one of them is off by .02 at times."""
    values = [value for seed in range(1, shuffles + 1) if (value := self_bleu(shuffled(texts, seed))) is not None]
    return mean(values), min(values, default=None), max(values, default=None)


def _most(refs: Iterable[str], n: int) -> Counter[str]:
    """For each n-gram the largest count in any one text."""
    most: Counter[str] = Counter()
    for ref in refs:
        most |= Counter(_grams(ref, n))
    return most


def _bleu(text: str, most: Sequence[Counter[str]], lengths: Sequence[int]) -> float:
    """BLEU-4 with one added above order 1; the brevity penalty against the nearest length."""
    total = 0.0
    for n, held in enumerate(most, 1):
        grams = Counter(_grams(text, n))
        hits, extra = (grams & held).total(), int(n > 1)
        if hits + extra == 0:
            return 0.0
        total += log((hits + extra) / (grams.total() + extra))
    nearest = min(lengths, key=lambda r: (abs(r - len(text)), r))
    return exp(total / 4 + min(0.0, 1 - nearest / len(text)))


def no_punctuation(texts: Sequence[str]) -> float | None:
    """Texts without a punctuation mark (``~`` counts as one)."""
    return mean([not any(c in "~～" or unicodedata.category(c)[0] == "P" for c in text) for text in texts])


def endings(texts: Sequence[str]) -> Numbers:
    """Texts that end in 。, in ? or ？, in ! or ！."""
    last = Counter(_ENDS.get(text.rstrip()[-1:], "") for text in texts)
    return tuple(ratio(last[mark], len(texts)) for mark in "。?!")


def _bearing(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], float | None]:
    def share(texts: Sequence[str]) -> float | None:
        return mean([pattern.search(text) is not None for text in texts])

    return share


latin_share, emoji_share, laughter_share = _bearing(_LATIN), _bearing(_EMOJI), _bearing(_LAUGH)


def clauses_of(text: str, pattern: re.Pattern[str] = _AFTER_STOP) -> list[str]:
    """The pieces after ，。！？~…；; a piece of marks alone is none.

    >>> clauses_of("行，就这样。。。")
    ['行，', '就这样。']
    """
    return [piece.strip() for piece in pattern.split(text) if _WORDY.search(piece)]


def pieces_of(text: str) -> list[str]:
    """Clauses also parted by ASCII marks, 、, colons and spaces, as people write who put no commas.

    >>> pieces_of("行 就这样,ok")
    ['行', '就这样,', 'ok']
    """
    return clauses_of(text, _AFTER_ANY)


def clause_shares(texts: Sequence[str], cut: Callable[[str], list[str]] = clauses_of) -> Numbers:
    """Texts of 1, 2, … 6, 7 and more clauses, of those that have any."""
    counts = Counter(min(n, 7) for n in map(len, map(cut, texts)) if n)
    return tuple(ratio(counts[n], counts.total()) for n in range(1, 8))


def han_share(texts: Iterable[str]) -> float | None:
    """Chinese characters by all that are not white space."""
    s = "".join("".join(texts).split())
    return ratio(len(_HAN.findall(s)), len(s))


def surface_forms(texts: Iterable[str]) -> Forms:
    """How many different things are said: whole texts, texts of one clause, clauses.

    Clauses are taken as ``pieces_of`` parts them, with two Chinese characters or more, stripped of marks and emoji and
    with all numbers alike: neither joining nor repeated stops nor another figure counts as new.

    >>> surface_forms(["行啊 走了", "行啊！！", "走了3天。", "走了 12 天"])
    Forms(whole=4, single=2, clauses=3)
    """
    whole = set(texts)
    single: set[str] = set()
    clauses: set[str] = set()
    for text in whole:
        pieces = pieces_of(text)
        parts = [part for part in map(_bare, pieces) if len(_HAN.findall(part)) > 1]
        clauses.update(parts)
        if len(pieces) == 1:
            single.update(parts)
    return Forms(len(whole), len(single), len(clauses))


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of texts in letters, in lower case, without marks.

    >>> words_of(["Don't ask!", "ok..."])
    ["don't", 'ok']
    """
    return [word for text in texts for word in re.findall(r"[\w'$%]+", text.lower())]


def distinct_pairs(words: Sequence[str]) -> float | None:
    """Distinct by all pairs of neighbours in the first 20,000 words; None of fewer."""
    if len(words) < WINDOW:
        return None
    return len(set(itertools.pairwise(words[:WINDOW]))) / (WINDOW - 1)


def sentence_forms(texts: Iterable[str]) -> int:
    """Distinct sentences of two words or more, without case, marks and numbers.

    >>> sentence_forms(["No way! Costs $30.", "costs $99... no way"])
    2
    """
    parts = (part for text in texts for part in re.split(r"[.!?;…]+(?:\s|$)|\s-\s", text.lower()))
    bare = (re.sub(r"\d+", "0", " ".join(re.findall(r"[\w']+", part))) for part in parts)
    return len({form for form in bare if " " in form})


def _bare(piece: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\W+", "", piece))


def law_below(x: float, law: Sequence[Sequence[float]]) -> float:
    """Share below x of a mixture of lognormals: (weight, μ, σ) each."""
    return sum(w * (1 + erf((log(x) - mu) / (sigma * sqrt(2)))) / 2 for w, mu, sigma in law)


def law_quantile(p: float, law: Sequence[Sequence[float]]) -> float:
    """The x with share p below it."""
    low, high = 1e-6, 1e9
    for _ in range(200):
        middle = sqrt(low * high)
        low, high = (middle, high) if law_below(middle, law) < p else (low, middle)
    return low


def law_moments(law: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Mean, and mean and standard deviation of the logarithm, of a mixture of lognormals."""
    whole = sum(w * exp(mu + sigma * sigma / 2) for w, mu, sigma in law)
    centre = sum(w * mu for w, mu, _ in law)
    return whole, centre, sqrt(sum(w * (sigma**2 + (mu - centre) ** 2) for w, mu, sigma in law))


def length_ks(lengths: Sequence[int], law: Sequence[Sequence[float]]) -> float | None:
    """Distance of whole lengths from the law; a length k stands for all up to k + ½."""
    if not lengths:
        return None
    held, worst = Counter(lengths), 0.0
    below = held[0]
    for k in range(1, max(lengths) + 1):
        below += held[k]
        worst = max(worst, abs(below / len(lengths) - law_below(k + 0.5, law)))
    return worst
