"""How the dates of a saved page are shown: their layout, the words around them, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from forgegen.adopt.date_layouts import Ambiguous, Inferred, infer_layout
from forgegen.adopt.finding import Discovery
from forgegen.adopt.markup import DateSetting
from forgegen.adopt.post_parts import FoundField
from forgegen.adopt.saved_tree import PageElement
from forgegen.adopt.scrub import Scrubber
from forgegen.adopt.stamps import Stamp, find_stamps
from forgegen.errors import UsageError

AGO: dict[str, dict[str, Any]] = {
    "en": {
        "ago": "{n} {unit} ago", "now": "just now",
        "units": {"year": ["year", "years"], "month": ["month", "months"], "week": ["week", "weeks"],
                  "day": ["day", "days"], "hour": ["hour", "hours"], "minute": ["minute", "minutes"]},
    },
    "de": {
        "ago": "vor {n} {unit}", "now": "gerade eben",
        "units": {"year": ["Jahr", "Jahren"], "month": ["Monat", "Monaten"], "day": ["Tag", "Tagen"],
                  "hour": ["Stunde", "Stunden"], "minute": ["Minute", "Minuten"]},
    },
    "fr": {
        "ago": "il y a {n} {unit}", "now": "à l'instant",
        "units": {"year": ["an", "ans"], "month": ["mois", "mois"], "day": ["jour", "jours"],
                  "hour": ["heure", "heures"], "minute": ["minute", "minutes"]},
    },
    "es": {
        "ago": "hace {n} {unit}", "now": "ahora mismo",
        "units": {"year": ["año", "años"], "month": ["mes", "meses"], "day": ["día", "días"],
                  "hour": ["hora", "horas"], "minute": ["minuto", "minutos"]},
    },
}  # fmt: skip
_AGO_BEGIN = {"de": r"vor\b", "fr": r"il y a\b", "es": r"hace\b", "en": r".*\bago\b"}


def date_setting(finding: Discovery, lang: str, order: str | None) -> DateSetting:
    """The layout of the dates and the words around them.

    Raises: UsageError where day and month cannot be told apart, or no layout fits.
    """
    field = finding.fields.date[0]
    texts = [
        (node.text() if node.end - node.start < 40 else node.own) if node is not None else "" for node in field.nodes
    ]
    stamps, shown = _stamps(field, texts)
    try:
        inferred = infer_layout(stamps, order, lang)
    except Ambiguous as e:
        raise UsageError(
            f"post.date: {e.args[0]!r}: day or month first? All {e.args[1]} dates fit both. Say --date-order dmy or mdy"
        ) from None
    if inferred is None:
        inferred = _ago([text for text, _ in stamps] or [text for text in texts if text])
    other = f"; others as {inferred.other[0]!r}" if inferred.other else ""
    layout = inferred.form if isinstance(inferred.form, str) else inferred.form.get("layout", inferred.form.get("ago"))
    note = f"post.date: read as {layout} ({inferred.fits} of {inferred.of}{other})"
    if shown:
        return DateSetting(inferred.form, note, "", "", None, None, shown)
    before, after, parted = _around(field, stamps)
    pattern = _around_pattern(before, after) if before or after else None
    return DateSetting(inferred.form, note, before, after, pattern, "*" if parted else None)


def _stamps(field: FoundField, texts: Sequence[str]) -> tuple[list[tuple[str, Stamp]], str | None]:
    """The dates of the texts, or those of an attribute and its name where the texts tell no day."""
    stamps = [(text, found[0]) for text in texts if text and (found := find_stamps(text))]
    if any(not stamp.relative for _, stamp in stamps):
        return stamps, None
    titles = [node.attrs.get("title", "") for node in field.nodes if node is not None]
    told = [(text, found[0]) for text in titles if (found := find_stamps(text))]
    if len(told) * 2 > len(titles) and any(not stamp.relative for _, stamp in told):
        return told, "title"
    return stamps, None


def _ago(texts: Sequence[str]) -> Inferred:
    for lang, begin in _AGO_BEGIN.items():
        fits = [text for text in texts if re.search(begin, text, re.IGNORECASE)]
        if fits and len(fits) * 2 > len(texts):
            return Inferred(AGO[lang], len(fits), len(texts), ())
    example = repr(texts[0][:60]) if texts else "nothing"
    raise UsageError(
        f"post.date: no layout fits {example}. Another place: --date CSS, as a time or title that tells the day"
    )


def _around(field: FoundField, stamps: Sequence[tuple[str, Stamp]]) -> tuple[str, str, bool]:
    """The words before and behind the date in its element, and whether elements part the text."""
    node = next(node for node in field.nodes if node is not None and find_stamps(node.text()[:400]))
    text = node.text()
    parted = bool(node.elements) and _first(node.own) == _first(text)
    text = node.own if parted else text
    found = sorted(find_stamps(text), key=lambda s: s.relative)
    stamp = found[0] if found else None
    if stamp is None:
        return "", "", False
    scrubber = Scrubber(())
    before, after = text[: stamp.start], text[stamp.end :]
    before, after = scrubber.text(before)[-60:], scrubber.text(after)[:60]
    return before, after, parted


def _first(text: str) -> str:
    """The first date of a text that tells a day, else the first; empty without one."""
    found = sorted(find_stamps(text), key=lambda stamp: stamp.relative)
    return text[found[0].start : found[0].end] if found else ""


def innermost_dates(finding: Discovery) -> Discovery:
    """The finding with its dates where they stand: in the deepest element that holds them whole in nearly all posts."""
    field = finding.fields.date[0]
    if field.attr is not None:
        return finding
    while deeper := _one_deeper(field):
        field = deeper
    return finding._replace(fields=finding.fields._replace(date=(field, *finding.fields.date[1:])))


def _one_deeper(field: FoundField) -> FoundField | None:
    """The same dates a level deeper, or None where they do not stand in one child."""
    nodes: list[PageElement | None] = []
    for node in field.nodes:
        told = _first(node.text()[:400]) if node is not None else ""
        kids = node.elements if node is not None and told and told != _first(node.own) else []
        nodes.append(next((kid for kid in kids if _first(kid.text()[:400]) == told), None))
    there = [node for node in nodes if node is not None]
    like = {(node.tag, node.classes[:1]) for node in there}
    if not there or len(like) > 1 or len(there) * 20 < field.number * 19:
        return None
    return field._replace(nodes=tuple(nodes))


def _around_pattern(before: str, after: str) -> str:
    """A pattern that takes the date from between words like these."""
    return rf"^\s*{_loose(before)}(.+?){_loose(after)}\s*$"


def _loose(words: str) -> str:
    pieces = re.findall(r"\s+|[^\W\d_]+|\d+|[^\w\s]|_", words)
    made = []
    for piece in pieces:
        if piece.isspace():
            made.append(r"\s*")
        elif piece.isdigit():
            made.append(r"\d+")
        elif piece.isalpha():
            made.append(r"\S+?" if Scrubber(()).word(piece) != piece else re.escape(piece))
        else:
            made.append(re.escape(piece))
    return "".join(made)
