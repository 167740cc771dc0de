"""Which predicted post is which post of the page: one to one, in four passes, exact before likely.

1. the same ``id``, confirmed by text, author and floor, so that ids given in another order mislead nobody
2. the same text, author and floor
3. the same text and author, in reading order: what keeps ten equal posts apart
4. best first over 0.7 text + 0.2 author + 0.1 floor, from 0.45 on; ties by distance in reading order. An id in common
   is looked at first, then a text with something glued before or behind it: a whole page of these stays cheap.

Only what the other passes leave costs more than its length, and there only pairs that share a character pair are
looked at: no other pair can reach 0.45. Where that would be more than ten million looks, as where thousands of posts
are wrong, a prediction is compared with the texts that share its rarest pairs and those at its place: so cost grows
with the number of posts, not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import msgspec

from forgegen.assess.normalise import grams

THRESHOLD = 0.45
_STEPS = 10_000_000  # looks at grams of texts, from which on only likely texts are looked at
_HOLDERS, _NEAR = 64, 16  # texts that a rare gram may be in; texts that are looked at of each kind
_WEIGHTS = {"text": 0.7, "author": 0.2, "floor": 0.1}


class AlignmentRow(msgspec.Struct, frozen=True):
    """What alignment looks at in a post, normalised. A field that one side does not have is None in all rows."""

    id: str | None
    text: str | None
    author: str | None
    floor: str | None


def align(truths: Sequence[AlignmentRow], predictions: Sequence[AlignmentRow], fields: Iterable[str]) -> dict[int, int]:
    """Which truth each aligned prediction is: index of the prediction -> index of the truth.

    ``fields`` are those of text, author and floor that both sides have.
    """
    passes = _Passes(truths, predictions, [name for name in _WEIGHTS if name in set(fields)])
    passes.confirmed_ids()
    passes.exact(passes.names)
    passes.exact([name for name in passes.names if name != "floor"])
    passes.likely_ids()
    passes.glued()
    passes.likely()
    passes.bare_ids()
    return passes.found


class _Passes:
    def __init__(self, truths: Sequence[AlignmentRow], predictions: Sequence[AlignmentRow], names: list[str]) -> None:
        self.truths, self.predictions, self.names = truths, predictions, names
        self.found: dict[int, int] = {}
        self.open_truths = dict.fromkeys(range(len(truths)))
        self.open_predictions = dict.fromkeys(range(len(predictions)))
        self.total = sum(_WEIGHTS[name] for name in names)

    def take(self, prediction: int, truth: int) -> None:
        self.found[prediction] = truth
        del self.open_truths[truth], self.open_predictions[prediction]

    def ids(self) -> list[tuple[int, int]]:
        """Open pairs whose id is the same and unique on both sides."""
        there = _unique(self.truths, self.open_truths)
        here = _unique(self.predictions, self.open_predictions)
        return [(prediction, there[name]) for name, prediction in here.items() if name in there]

    def confirmed_ids(self) -> None:
        for prediction, truth in self.ids():
            if self.agree(prediction, truth, self.names):
                self.take(prediction, truth)

    def likely_ids(self) -> None:
        others = [name for name in self.names if name != "text"]
        for prediction, truth in self.ids():
            if self.agree(prediction, truth, others) and self.likeness(prediction, truth) >= THRESHOLD:
                self.take(prediction, truth)

    def bare_ids(self) -> None:
        """What is left and has an id in common: nothing else of the post was read rightly."""
        for prediction, truth in self.ids():
            self.take(prediction, truth)

    def agree(self, prediction: int, truth: int, names: list[str]) -> bool:
        a, b = self.predictions[prediction], self.truths[truth]
        return all(getattr(a, name) == getattr(b, name) for name in names)

    def exact(self, names: list[str]) -> None:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        key = _key(names)
        for truth in reversed(self.open_truths):
            waiting[key(self.truths[truth])].append(truth)
        for prediction in list(self.open_predictions):
            same = waiting.get(key(self.predictions[prediction]))
            if same:
                self.take(prediction, same.pop())

    def likeness(self, prediction: int, truth: int) -> float:
        a, b = self.predictions[prediction], self.truths[truth]
        text = _gram_f1(grams(a.text or ""), grams(b.text or "")) if "text" in self.names else 0.0
        return self.weigh(text, a, b)

    def weigh(self, text: float, a: AlignmentRow, b: AlignmentRow) -> float:
        score = _WEIGHTS["text"] * text if "text" in self.names else 0.0
        score += sum(_WEIGHTS[n] for n in self.names if n != "text" and getattr(a, n) == getattr(b, n))
        return score / self.total if self.total else 0.0

    def likely(self) -> None:
        pairs = self.candidates()
        pairs.sort(key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1]))
        for _, prediction, truth in pairs:
            if prediction in self.open_predictions and truth in self.open_truths:
                self.take(prediction, truth)

    def glued(self) -> None:
        """Predictions that begin or end with a whole open text, likely enough, the longest such text first."""
        if "text" not in self.names:
            return
        others = [name for name in self.names if name != "text"]
        waiting: dict[str, list[int]] = defaultdict(list)
        for truth in self.open_truths:
            waiting[self.truths[truth].text or ""].append(truth)
        lengths = sorted({len(text) for text in waiting} - {0}, reverse=True)
        for prediction in list(self.open_predictions):
            text = self.predictions[prediction].text or ""
            for piece in _ends(text, lengths):
                fits = (t for t in waiting.get(piece, ()) if t in self.open_truths)
                fit = next((t for t in fits if self.agree(prediction, t, others)), None)
                if fit is not None and self.likeness(prediction, fit) >= THRESHOLD:
                    self.take(prediction, fit)
                    break

    def candidates(self) -> list[tuple[float, int, int]]:
        """(likeness, prediction, truth) of the open pairs from the threshold on."""
        if "text" not in self.names or not self.open_truths:
            return []
        known = {truth: grams(self.truths[truth].text or "") for truth in self.open_truths}
        sizes = {truth: counts.total() for truth, counts in known.items()}
        holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for truth, counts in known.items():
            for gram, count in counts.items():
                holders[gram].append((truth, count))
        # What text alone must bring where author and floor agree.
        least = (THRESHOLD * self.total - sum(_WEIGHTS[n] for n in self.names if n != "text")) / _WEIGHTS["text"] / 2
        pairs = []
        rare = self.rare(holders)
        for prediction in self.open_predictions:
            row = self.predictions[prediction]
            own = grams(row.text or "")
            size = own.total()
            shared = _shared(own, holders) if rare is None else self.near(prediction, own, known, rare)
            for truth, common in shared.items():
                if common >= least * (both := size + sizes[truth]):
                    score = self.weigh(2 * common / both, row, self.truths[truth])
                    if score >= THRESHOLD:
                        pairs.append((score, prediction, truth))
        return pairs

    def rare(self, holders: dict[str, list[tuple[int, int]]]) -> dict[str, list[tuple[int, int]]] | None:
        """The grams that few texts have, where looking at all would cost more than ``_STEPS``; None where not."""
        steps = 0
        for prediction in self.open_predictions:
            text = self.predictions[prediction].text or ""
            steps += sum(len(holders.get(text[at : at + 2], ())) for at in range(max(1, len(text) - 1)))
            if steps > _STEPS:
                return {gram: texts for gram, texts in holders.items() if len(texts) <= _HOLDERS}
        return None

    def near(
        self, prediction: int, own: Counter[str], known: dict[int, Counter[str]],
        rare: dict[str, list[tuple[int, int]]],
    ) -> dict[int, int]:  # fmt: skip
        """Common grams with the texts that have most of the rare ones, and with those at the same place."""
        ranked = sorted(_shared(own, rare).items(), key=lambda found: (-found[1], found[0]))[:_NEAR]
        at = prediction * len(self.truths) // max(1, len(self.predictions))
        places = range(at - _NEAR // 2, at + _NEAR // 2)
        truths = dict.fromkeys([*(truth for truth, _ in ranked), *(t for t in places if t in known)])
        return {truth: (own & known[truth]).total() for truth in truths}


def _shared(own: Counter[str], holders: dict[str, list[tuple[int, int]]]) -> dict[int, int]:
    """How many grams each text has in common with this one, of those that have any."""
    shared: dict[int, int] = defaultdict(int)
    for gram, mine in own.items():
        for truth, count in holders.get(gram, ()):
            shared[truth] += mine if mine < count else count
    return shared


def _ends(text: str, lengths: Sequence[int]) -> Iterator[str]:
    """Beginnings and ends of a text in these lengths, but for those too short to be likely."""
    for length in lengths:
        if length < len(text) <= 8 * length + 8:
            yield text[:length]
            yield text[-length:]


def _gram_f1(a: Counter[str], b: Counter[str]) -> float:
    return 2 * (a & b).total() / (a.total() + b.total())


def _key(names: list[str]) -> Callable[[AlignmentRow], Hashable]:
    return lambda row: tuple(getattr(row, name) for name in names)


def _unique(rows: Sequence[AlignmentRow], which: Iterable[int]) -> dict[str, int]:
    seen: dict[str, int] = {}
    twice = set()
    for i in which:
        name = rows[i].id
        if name is not None:
            if name in seen:
                twice.add(name)
            seen[name] = i
    return {name: i for name, i in seen.items() if name not in twice}
