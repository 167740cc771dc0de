"""Why posts and texts are wrong: merge, split, duplicate, quote-leak, chrome-leak, missed, spurious.

A quotation kept in a text is decided before a merge: a naive containment test would call every one of them a merge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

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
    for p, text in enumerate(texts.predictions):
        if p in pairs or not text:
            continue
        found = next((t for t in left if _leaks_quote(texts, t, text)), None)
        if found is not None:
            pairs[p] = found
            left.remove(found)


def label_posts(texts: Texts, pairs: Mapping[int, int]) -> list[LabelFinding]:
    """All labels, in the order of the predictions, then the missed posts."""
    taken = set(pairs.values())
    missed = [t for t in range(len(texts.truths)) if t not in taken]
    found: list[LabelFinding] = []
    explained: set[int] = set()
    known = {texts.keys[p] for p in pairs}
    for p, text in enumerate(texts.predictions):
        finding = _label_of(texts, pairs.get(p), p, text, missed, known)
        if finding is not None:
            found.append(finding)
            explained.add(p)
    found += _splits(texts, pairs, explained)
    cut = {f.prediction for f in found}
    found += [LabelFinding("spurious", p, ()) for p in range(len(texts.predictions)) if p not in pairs and p not in cut]
    found += [LabelFinding("missed", None, (t,)) for t in missed]
    return found


def _label_of(
    texts: Texts, own: int | None, p: int, text: str, missed: Sequence[int], known: set[object]
) -> LabelFinding | None:
    if own is None:
        if texts.keys[p] in known:
            return LabelFinding("duplicate", p, ())
        merged = _contained(texts, text, missed)
        return LabelFinding("merge", p, merged) if len(merged) > 1 else None
    mine = texts.truths[own]
    if text == mine:
        return None
    if _leaks_quote(texts, own, text):
        return LabelFinding("quote-leak", p, (own,))
    if mine and mine in text:
        merged = _contained(texts, text.replace(mine, "\0", 1), missed)
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


def _contained(texts: Texts, text: str, missed: Sequence[int]) -> tuple[int, ...]:
    """Which missed posts' texts stand in a text side by side, the longest looked for first."""
    found = []
    for t in sorted(missed, key=lambda t: -len(texts.truths[t])):
        mine = texts.truths[t]
        if len(mine) > len(text):
            continue
        if mine and mine in text:
            text = text.replace(mine, "\0", 1)
            found.append(t)
    return tuple(sorted(found))


def _splits(texts: Texts, pairs: Mapping[int, int], explained: set[int]) -> list[LabelFinding]:
    """Posts of which two predictions or more are pieces."""
    loose = [p for p, text in enumerate(texts.predictions) if p not in pairs and p not in explained and text]
    if not loose:
        return []
    found, used = [], set[int]()
    at_truth = {t: p for p, t in pairs.items()}
    for t, mine in enumerate(texts.truths):
        rest, pieces = mine, []
        candidates = loose if t not in at_truth else [at_truth[t], *loose]
        for p in candidates:
            text = texts.predictions[p]
            if p not in used and text and len(text) < len(mine) and text in rest:
                rest = rest.replace(text, "\0", 1)
                pieces.append(p)
        if len(pieces) > 1:
            used.update(pieces)
            found += [LabelFinding("split", p, (t,)) for p in pieces if p not in pairs]
    return found
