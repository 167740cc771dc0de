"""Generated threads beside published figures: ``python -m tests.bench.realism [--json] [--profile P] [--threads N] …``.

Structure, times and likes of N threads and the wording of their first M comments, each with its target, its band and
what the preset gave when it was fitted. A mark says ok, OUT, or few where the sample (ours, or the one the target comes
from) is too small to tell. ``--strict`` exits 1 when a gate of this release is out. Figures stand in ``realism.toml``.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path

import msgspec

from forgegen.generate.clock import draw_times
from forgegen.generate.defaults import DEFAULT_LOCALE
from forgegen.generate.grammar import load_grammar
from forgegen.generate.growth import grow
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_thread
from forgegen.generate.profile import load_profile, profile_names
from forgegen.streams.stream import Stream
from tests.bench import shape, wording
from tests.bench.shape import Numbers, Shape

_LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_SIGNS = {True: "ok", False: "OUT"}
_ALPHA_95 = 1.36  # the 95 % line of a KS distance is this by the root of the sample
_GROWN = {"reference": 26, "reddit": 232}  # whose expected figures are for one size: comments of the trees to grow

Metric = Callable[[Sequence[Shape]], Numbers]
STRUCTURE: dict[str, tuple[str, Metric]] = {
    "sizes": ("size q10/50/90/99/max", shape.sizes),
    "size_law": ("size ln μ/σ", shape.size_law),
    "empty": ("threads without comments", shape.empty_share),
    "root_share": ("root comments, pooled", shape.root_share),
    "replies": ("replies 0/1/2", shape.reply_shares),
    "max_depth": ("max depth q10/50/90/99", shape.max_depth),
    "h_mean": ("h-index, mean", shape.h_mean),
    "p_root": ("p(root) at 1– 6– 11– 21– 51– 101–", shape.p_root),
    "per_user": ("user writes 1/2/3/4/5+", shape.per_user),
    "unique": ("unique authors q10/50/90, n ≥ 20", shape.unique_authors),
    "self_reply": ("self-reply, of replies", shape.self_reply),
    "aba": ("A-B-A", shape.aba),
}
TIMES: dict[str, tuple[str, Metric]] = {
    "root_delay": ("root delay, min, ln μ/σ", shape.root_delay),
    "reply_delay": ("reply delay, min, ln μ/σ", shape.reply_delay),
    "gap": ("gap, min, ln μ/σ", shape.gap),
    "gap_zero": ("gap of 0 min", shape.gap_zero),
    "root_delay_fine": ("root delay, to the second", shape.root_delay_fine),
    "reply_delay_fine": ("reply delay, to the second", shape.reply_delay_fine),
    "gap_fine": ("gap, to the second", shape.gap_fine),
    "milestones": ("first/half/last comment, median min", shape.milestones),
    "likes_zero": ("likes: none", shape.likes_zero),
    "likes_law": ("likes of the rest, ln μ/σ", shape.likes_law),
}


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is allowed: ± around the target, or a range for each value; ``ours`` if no note of ours asks for it."""

    within: tuple[float, ...] = ()
    range: tuple[tuple[float, ...], ...] = ()
    ours: bool = False

    def limits(self, target: Numbers) -> list[tuple[float, float] | None]:
        """Lowest and highest for each value, None where it is free."""
        if self.range:
            return [(r[0], r[1]) if r else None for r in self.range]
        return [None if t is None else (t - w, t + w) for t, w in zip(target, self.within, strict=False)]

    def __str__(self) -> str:
        ranges = "; ".join(_range(r) for r in self.range if r)
        widths = [_number(w) for w in self.within]
        text = ranges or ("± " + "/".join(widths[:1] if len(set(widths)) == 1 else widths) if widths else "")
        return text + "*" * self.ours


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit of this release."""

    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{_number(self.low)}–{_number(self.high)}"
        return f"≥ {_number(self.low)}" if self.low is not None else f"≤ {_number(self.high)}"

    def admits(self, value: float) -> bool:
        """Whether the value passes."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site's distributions, and how far one half of the site is from the other."""

    max_depth: tuple[float, ...]
    h: tuple[float, ...]
    root: tuple[float, ...]
    width: tuple[float, ...]
    replies: tuple[float, ...]
    depth: tuple[float, ...]
    subthread: tuple[float, ...]
    floor: dict[str, float]
    max_depth_beyond: tuple[tuple[float, float], ...] = ()


class TextTargets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What real comments have."""

    law: tuple[tuple[float, float, float], ...]
    target: dict[str, tuple[float, ...]]


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``realism.toml``."""

    minimum: dict[str, int]
    gate: dict[str, Gate]
    gate_letters: dict[str, Gate]
    band: dict[str, Band]
    band_of: dict[str, dict[str, Band]]
    target: dict[str, dict[str, tuple[float, ...]]]
    preset: dict[str, dict[str, tuple[float, ...]]]
    tolerance: dict[str, tuple[float, ...]]
    table: dict[str, Table]
    text: TextTargets


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One metric: its values, what they should be and were, and whether they are."""

    name: str
    label: str
    value: Numbers
    target: Numbers = ()
    floor: float | None = None
    band: str = ""
    mark: str = ""
    preset: Numbers = ()
    drift: str = ""


class Section(msgspec.Struct, frozen=True):
    """Rows under one title."""

    title: str
    rows: list[Row]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is printed."""

    profile: str
    seed: int
    threads: int
    comments: int
    sections: list[Section]
    gates_passed: bool


def load_targets() -> Targets:
    """The figures of ``realism.toml``."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")), Targets)


def judge(value: Numbers, limits: Sequence[tuple[float, float] | None], *, enough: bool = True) -> str:
    """``ok``, ``OUT``, or ``few`` where there is too little to tell; empty where nothing is asked."""
    asked = [(v, limit) for v, limit in zip(value, limits, strict=False) if limit is not None]
    if not asked:
        return ""
    if not enough or any(v is None for v, _ in asked):
        return "few"
    return _SIGNS[all(v is not None and low - 1e-9 <= v <= high + 1e-9 for v, (low, high) in asked)]


def judge_ks(value: float | None, limit: float, *, noise: float, floor: float) -> str:
    """A KS distance against its limit; ``few`` where the noise of our sample, or of the site's, is above the limit."""
    if value is None or noise > limit:
        return "few"
    if value <= limit:
        return "ok"
    return "few" if value <= floor else "OUT"


class _Bench:
    """Rows for one key of ``realism.toml``: a profile, or a profile at one size."""

    def __init__(self, targets: Targets, key: str) -> None:
        self.targets = targets
        self.bands: Mapping[str, Band] = {**targets.band, **targets.band_of.get(key, {})}
        self.wanted = {**targets.target["default"], **targets.target.get(key, {})}
        self.preset = targets.preset.get(key, {})
        self.table = targets.table.get(key)

    def row(self, name: str, label: str, value: Numbers, *, enough: bool) -> Row:
        """A metric beside its target, its band and its preset."""
        target = self.wanted.get(name, ())
        band, expected = self.bands.get(name, Band()), self.preset.get(name, ())
        allowed = Band(within=self.targets.tolerance.get(name, ())).limits(expected)
        limits = band.limits(target)
        return Row(
            name=name, label=label, value=value, target=target, band=str(band) if limits else "",
            mark=judge(value, limits, enough=enough), preset=expected, drift=judge(value, allowed, enough=enough),
        )  # fmt: skip

    def shapes(self, shapes: Sequence[Shape], metrics: Mapping[str, tuple[str, Metric]]) -> list[Row]:
        """A row for each metric."""
        enough = len(shapes) >= self.targets.minimum["threads"]
        return [self.row(name, label, find(shapes), enough=enough) for name, (label, find) in metrics.items()]

    def distances(self, shapes: Sequence[Shape]) -> list[Row]:
        """KS distances from the site's tables; none where there are no tables."""
        if self.table is None:
            return []
        return [self._distance(*found, self.table, len(shapes)) for found in _distances(shapes, self.table)]

    def _distance(self, name: str, label: str, value: float | None, table: Table, count: int) -> Row:
        noise, floor = _ALPHA_95 / sqrt(max(count, 1)), table.floor[name]
        limit = self.bands[name].range[0][1]
        enough = count >= self.targets.minimum["threads"]
        row = self.row(name, f"KS {label}", (value,), enough=enough)
        mark = judge_ks(value, limit, noise=noise, floor=floor) if enough else "few"
        most = self.preset.get(name, (1.0,))[0] + self.targets.tolerance[name][0]  # nearer than the preset is no drift
        drift = judge((value,), [(0.0, most)], enough=enough) if row.preset else ""
        return msgspec.structs.replace(row, target=(0.0,), floor=max(noise, floor), mark=mark, drift=drift)


def _distances(shapes: Sequence[Shape], table: Table) -> Iterator[tuple[str, str, float | None]]:
    filled = [s for s in shapes if s.parents]
    deepest, levels = shape.max_depths(shapes), [shape.h_index(s.parents) for s in filled]
    widths = [shape.width_share(s.parents) for s in filled]
    yield "ks_max_depth", "max depth", shape.ks_steps(deepest, table.max_depth, table.max_depth_beyond)
    yield "ks_h", "h-index", shape.ks_steps(levels, table.h)
    yield "ks_root", "root share", shape.ks_quantiles(shape.root_shares(shapes), table.root, _LEVELS)
    yield "ks_width", "width/n", shape.ks_quantiles(widths, table.width, _LEVELS)
    yield "ks_depth", "comment depth", shape.ks_shares(shape.pooled_depths(shapes), table.depth)
    yield "ks_replies", "replies", shape.ks_shares(shape.pooled_replies(shapes), table.replies)
    yield "ks_subthread", "sub-thread size", shape.ks_shares(shape.pooled_subthreads(shapes), table.subthread)


def structure(targets: Targets, profile: str, shapes: Sequence[Shape]) -> list[Section]:
    """Threads as they came, and trees of the one size that the expected figures are for."""
    bench = _Bench(targets, profile)
    found = [
        Section(f"structure ({len(shapes)} threads)", bench.shapes(shapes, STRUCTURE) + bench.distances(shapes)),
        Section("times and likes", bench.shapes(shapes, TIMES)),
    ]
    size = _GROWN.get(profile)
    if size:
        grown, bench = grow_trees(profile, size, len(shapes)), _Bench(targets, f"{profile}@{size}")
        known = {*bench.wanted, *bench.preset, "self_reply", "aba", "unique"}
        metrics = {k: v for k, v in (STRUCTURE | TIMES).items() if k in known and not k.startswith("likes")}
        rows = bench.shapes(grown, metrics) + bench.distances(grown)
        found.insert(1, Section(f"{len(grown)} trees of {size}", rows))
    return found


def grow_trees(profile: str, size: int, count: int) -> list[Shape]:
    """Trees of one size with their times, without texts or likes."""
    law = load_profile(profile)
    shapes = []
    for i in range(count):
        tree = grow(Stream("bench", "tree", i), Stream("bench", "who", i), law, size)
        times = draw_times(Stream("bench", "times", i), law, size)
        shapes.append(Shape(tree.parents, tree.authors, times.published, times.comments))
    return shapes


def text_values(texts: Sequence[str], law: Sequence[Sequence[float]]) -> dict[str, tuple[str, Numbers]]:
    """Every text metric by name, with its label."""
    order = wording.shuffled(texts)
    s, lengths = wording.sample_of(order), [len(text) for text in texts]
    cut = wording.load_cutter()
    words = wording.han_words(s, cut) if cut else []
    bleu = wording.self_bleu_spread(texts)
    return {
        "length": ("length q10/50/90, mean", (*shape.quantiles(lengths, 0.1, 0.5, 0.9), shape.mean(lengths))),
        "length_law": ("length ln μ/σ", shape.ln_law(lengths)),
        "length_ks": ("length, KS to the two-part law", (wording.length_ks(lengths, law),)),
        "distinct": ("distinct-1/2/3", tuple(wording.distinct(s, n) for n in (1, 2, 3))),
        "distinct_2_spread": ("distinct-2 over 20 shuffles: mean, least, most", wording.distinct_spread(texts, 2)),
        "char_ttr": ("characters, TTR", (wording.char_ttr(s),)),
        "word_ttr": ("words, TTR", (wording.word_ttr(words),)),
        "word_zipf": ("words, Zipf slope", (wording.zipf_slope(words),)),
        "word_heaps": ("words, Heaps β", (wording.heaps_slope(words),)),
        "zlib": ("zlib ratio", (wording.zlib_ratio(s),)),
        "duplicates": ("duplicate share", (wording.duplicate_share(texts),)),
        "self_bleu": ("self-BLEU, mean of 8 shuffles", bleu[:1]),
        "self_bleu_spread": ("the same: least, most", bleu[1:]),
        "no_punctuation": ("no punctuation", (wording.no_punctuation(texts),)),
        "endings": ("ends in 。 / ? / !", wording.endings(texts)),
        "latin": ("with Latin letters", (wording.latin_share(texts),)),
        "emoji": ("with emoji", (wording.emoji_share(texts),)),
        "laughter": ("with 哈哈", (wording.laughter_share(texts),)),
        "clauses": ("clauses 1/2/3/4/5/6/7+", wording.clause_shares(texts)),
        "pieces": ("the same, also at spaces and , . ! ?", wording.clause_shares(texts, wording.pieces_of)),
        "han": ("characters that are Han", (wording.han_share(texts),)),
        "distinct_texts": ("distinct texts", (len(set(texts)),)),
    }


def wording_sections(targets: Targets, texts: Sequence[str], more: Sequence[str]) -> list[Section]:
    """The text metrics, and this release's gates; ``more`` texts are where surface forms are counted."""
    law = targets.text.law
    mean, mu, sigma = wording.law_moments(law)
    lengths = (*(round(wording.law_quantile(p, law)) for p in (0.1, 0.5, 0.9)), mean)
    bench = _Bench(targets, "text")
    bench.wanted = {**targets.text.target, "length": lengths, "length_law": (mu, sigma)}
    values = text_values(texts, law)
    enough = len(texts) >= targets.minimum["comments"]
    rows = [bench.row(name, label, value, enough=enough) for name, (label, value) in values.items()]
    return [Section(f"text ({len(texts)} comments)", rows), _gates(targets, values, more, enough=enough)]


def _gates(
    targets: Targets, values: Mapping[str, tuple[str, Numbers]], more: Sequence[str], *, enough: bool
) -> Section:
    forms = wording.surface_forms(more)
    limits = targets.gate
    needed = limits["forms"].low or 0
    found: list[tuple[str, str, float | None, bool]] = [
        ("forms", f"distinct clauses in {len(more)} comments", forms.clauses, len(more) >= 2 * needed),
        ("distinct_2", "distinct-2", values["distinct"][1][1], enough),
        ("zlib", "zlib ratio", values["zlib"][1][0], enough),
        ("duplicates", "duplicate share", values["duplicates"][1][0], enough),
        ("self_bleu", "self-BLEU", values["self_bleu"][1][0], enough),
    ]
    rows = [
        Row(name=name, label=label, value=(value,), band=str(limits[name]), mark=_gate_mark(limits[name], value, told))
        for name, label, value, told in found
    ]
    rows.append(Row(name="forms_whole", label="distinct whole texts there", value=(forms.whole,)))
    rows.append(Row(name="forms_single", label="distinct one-clause texts there", value=(forms.single,)))
    return Section("gates of this release", rows)


def letter_sections(targets: Targets, texts: Sequence[str], more: Sequence[str]) -> list[Section]:
    """Metrics of texts in letters, by words; no target was measured, the gates are ours."""
    limits = targets.gate_letters
    forms, words = wording.sentence_forms(more), wording.words_of(wording.shuffled(texts))
    enough = len(texts) >= targets.minimum["comments"]
    values: dict[str, tuple[str, float | None, bool]] = {
        "forms": (f"distinct sentences in {len(more)} comments", forms, len(more) >= 2 * (limits["forms"].low or 0)),
        "distinct_2": ("distinct word pairs in 20,000 words", wording.distinct_pairs(words), enough),
        "zlib": ("zlib ratio", wording.zlib_ratio(wording.sample_of(wording.shuffled(texts))), enough),
        "duplicates": ("duplicate share", wording.duplicate_share(texts), enough),
    }
    gates = [
        Row(name=name, label=label, value=(value,), band=str(limits[name]), mark=_gate_mark(limits[name], value, told))
        for name, (label, value, told) in values.items()
    ]
    lengths = [len(text) for text in texts]
    rows = [
        Row(
            name="length",
            label="length q10/50/90, mean",
            value=(*shape.quantiles(lengths, 0.1, 0.5, 0.9), shape.mean(lengths)),
        ),
        Row(name="length_law", label="length ln μ/σ", value=shape.ln_law(lengths)),
        Row(name="word_ttr", label="words, TTR", value=(wording.word_ttr(words),)),
        Row(name="no_punctuation", label="no punctuation", value=(wording.no_punctuation(texts),)),
        Row(name="lower", label="no capital letter", value=(shape.mean([text == text.lower() for text in texts]),)),
        Row(name="emoji", label="with emoji", value=(wording.emoji_share(texts),)),
        Row(name="distinct_texts", label="distinct texts", value=(len(set(texts)),)),
    ]
    return [Section(f"text ({len(texts)} comments)", rows), Section("gates of this release", gates)]


def _gate_mark(gate: Gate, value: float | None, told: bool) -> str:
    return "few" if value is None or not told else _SIGNS[gate.admits(value)]


def make_report(
    *, profile: str, seed: int, threads: int, comments: int, forms: int, locale: str = DEFAULT_LOCALE
) -> Report:
    """Generate and measure."""
    shapes: list[Shape] = []
    texts: list[str] = []
    index = 0
    while index < threads or len(texts) < max(comments, forms):
        thread = make_thread(seed, index, locale=locale, profile=profile)
        if index < threads:
            shapes.append(shape.shape_of(thread))
        if len(texts) < max(comments, forms):
            texts += [post.text for post in thread.posts]
        index += 1
    targets = load_targets()
    sections = structure(targets, profile, shapes)
    if load_grammar(load_lexicon(locale)).hand == "letters":
        sections += letter_sections(targets, texts[:comments], texts[:forms])
    else:
        sections += wording_sections(targets, texts[:comments], texts[:forms])
    passed = all(row.mark != "OUT" for row in sections[-1].rows)
    return Report(
        profile=profile, seed=seed, threads=threads, comments=len(texts[:comments]), sections=sections,
        gates_passed=passed,
    )  # fmt: skip


def _number(x: float | None) -> str:
    """A number as short as it may be: .262, 4.73, 278.

    >>> _number(.262), _number(4.731), _number(278.4), _number(None)
    ('.262', '4.73', '278', 'n/a')
    """
    if x is None:
        return "n/a"
    if x == int(x) or abs(x) >= 100:
        return f"{x:.0f}"
    return f"{x:.2f}" if abs(x) >= 1 else f"{x:.3f}".rstrip("0").replace("0.", ".", 1)


def _range(limits: Sequence[float]) -> str:
    low, high = limits
    return f"≤ {_number(high)}" if low == 0 else f"{_number(low)}–{_number(high)}"


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (" ".join(map(_number, v)) for v in (row.value, row.target))
    floor = _number(row.floor) if row.floor is not None else ""
    return (row.label, *numbers, floor, row.band, row.mark, " ".join(map(_number, row.preset)), row.drift)


def write_table(report: Report) -> str:
    """The report as aligned text."""
    head = ("value", "target", "floor", "band", "", "preset", "")
    blocks = [[(section.title, *head), *map(_cells, section.rows)] for section in report.sections]
    widths = [max(len(cells[i]) for block in blocks for cells in block) for i in range(8)]
    lines = [f"profile {report.profile}, seed {report.seed}, {report.threads} threads, {report.comments} comments"]
    for block in blocks:
        lines.append("")
        lines += ["  ".join(cell.ljust(w) for cell, w in zip(cells, widths, strict=True)).rstrip() for cells in block]
    lines += ["", "* a tolerance of this script; preset: what the fitted preset gave, its mark by our tolerance"]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where ``--strict`` and a gate is out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--threads", type=int, default=2000)
    parser.add_argument("--comments", type=int, default=10_000, help="texts that are measured")
    parser.add_argument("--forms", type=int, default=40_000, help="texts in which surface forms are counted")
    parser.add_argument("--profile", choices=profile_names(), default="reference")
    parser.add_argument("--locale", choices=locale_names(), default=DEFAULT_LOCALE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a gate of this release is out")
    o = parser.parse_args(arguments)
    report = make_report(
        profile=o.profile, locale=o.locale, seed=o.seed, threads=o.threads, comments=o.comments, forms=o.forms
    )
    print(msgspec.json.format(msgspec.json.encode(report), indent=1).decode() if o.json else write_table(report))
    return int(o.strict and not report.gates_passed)


if __name__ == "__main__":
    sys.exit(main())
