"""Why posts and texts are wrong: merge, split, duplicate, quote-leak, chrome-leak, missed, spurious.

A quotation kept in a text is decided before a merge: a naive containment test would call every one of them a merge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from forgegen.assess.containing import TextIndex

LABELS = ("missed", "spurious", "merge", "split", "duplicate", "quote-leak", "chrome-leak")


class LabelFinding(msgspec.Struct, frozen=True):
    """A label with the predicted post it sits on (None: there is none) and the posts of the page that it is about."""

    label: str
    prediction: int | None
    truths: tuple[int, ...]


class Texts(msgspec.Struct, frozen=True):
    """What labelling looks at, normalised: own texts, what each post may quote, predicted texts and their keys."""

    truths: Sequence[str]
    quotes: Sequence[Sequence[str]]
    predictions: Sequence[str]
    keys: Sequence[object]


def rescue_quotes(texts: Texts, pairs: dict[int, int]) -> None:
    """Pair posts that only a long quotation before their own text kept apart."""
    taken = set(pairs.values())
    left = [t for t in range(len(texts.truths)) if t not in taken and texts.truths[t]]
    index = TextIndex((t, texts.truths[t]) for t in left if any(texts.quotes[t]))
    for p, text in enumerate(texts.predictions):
        if p in pairs or not text:
            continue
        fits = (t for own in index.ending(text) for t in index.places[own] if _leaks_quote(texts, t, text))
        found = min(fits, default=None)
        if found is not None:
            pairs[p] = found
            index.places[texts.truths[found]].remove(found)


def label_posts(texts: Texts, pairs: Mapping[int, int]) -> list[LabelFinding]:
    """All labels, in the order of the predictions, then the missed posts."""
    taken = set(pairs.values())
    missed = [t for t in range(len(texts.truths)) if t not in taken]
    found: list[LabelFinding] = []
    explained: set[int] = set()
    known = {texts.keys[p] for p in pairs}
    index = TextIndex((t, texts.truths[t]) for t in missed)
    for p, text in enumerate(texts.predictions):
        finding = _label_of(texts, pairs.get(p), p, text, index, known)
        if finding is not None:
            found.append(finding)
            explained.add(p)
    found += _splits(texts, pairs, explained)
    cut = {f.prediction for f in found}
    found += [LabelFinding("spurious", p, ()) for p in range(len(texts.predictions)) if p not in pairs and p not in cut]
    found += [LabelFinding("missed", None, (t,)) for t in missed]
    return found


def _label_of(
    texts: Texts, own: int | None, p: int, text: str, missed: TextIndex, known: set[object]
) -> LabelFinding | None:
    if own is None:
        if texts.keys[p] in known:
            return LabelFinding("duplicate", p, ())
        merged = _contained(text, missed)
        return LabelFinding("merge", p, merged) if len(merged) > 1 else None
    mine = texts.truths[own]
    if text == mine:
        return None
    if _leaks_quote(texts, own, text):
        return LabelFinding("quote-leak", p, (own,))
    if mine and mine in text:
        merged = _contained(text.replace(mine, "\0", 1), missed)
        if merged:
            return LabelFinding("merge", p, tuple(sorted((own, *merged))))
    if len(text) > len(mine) and (text.startswith(mine) or text.endswith(mine)):
        return LabelFinding("chrome-leak", p, (own,))
    return None


def _leaks_quote(texts: Texts, own: int, text: str) -> bool:
    mine = texts.truths[own]
    if len(text) <= len(mine) or not text.endswith(mine):
        return False
    before = text[: len(text) - len(mine)]
    return any(quote in before for quote in texts.quotes[own] if quote)


def _contained(text: str, missed: TextIndex) -> tuple[int, ...]:
    """Which missed posts' texts stand in a text side by side, the longest looked for first."""
    found = []
    pieces = sorted(missed.within(text), key=lambda piece: (-len(piece), missed.places[piece][0]))
    for piece in pieces:
        for t in missed.places[piece]:  # posts of equal texts: as many as there are pieces
            if piece not in text:
                break
            text = text.replace(piece, "\0", 1)
            found.append(t)
    return tuple(sorted(found))


def _splits(texts: Texts, pairs: Mapping[int, int], explained: set[int]) -> list[LabelFinding]:
    """Posts of which two predictions or more are pieces."""
    loose = TextIndex((p, text) for p, text in enumerate(texts.predictions) if p not in pairs and p not in explained)
    if not loose.places:
        return []
    found: list[LabelFinding] = []
    at_truth = {t: p for p, t in pairs.items()}
    for t, mine in enumerate(texts.truths):
        own = [at_truth[t]] if t in at_truth else []
        rest, pieces = mine, []
        for p in (*own, *_candidates(loose, mine)):
            text = texts.predictions[p]
            if text and len(text) < len(mine) and text in rest:
                rest = rest.replace(text, "\0", 1)
                pieces.append(p)
        if len(pieces) > 1:
            for p in pieces[len(own) if pieces[:1] == own else 0 :]:
                loose.places[texts.predictions[p]].remove(p)
                found.append(LabelFinding("split", p, (t,)))
    return found


def _candidates(loose: TextIndex, mine: str) -> list[int]:
    """Loose predictions that may be pieces of a text, in their order: of equal ones as many as it has room for."""
    return sorted(p for text in loose.within(mine) for p in loose.places[text][: mine.count(text)])
