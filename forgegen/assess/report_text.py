"""A report in words: one screen of a console, and Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forgegen.assess.aggregate import Metric, MetricChange, Report
from forgegen.assess.feed import Crawl
from forgegen.assess.node_items import NODE_FIELDS
from forgegen.assess.predict import PAGE_FIELDS

# What the console shows, in its order: name in the line, metric.
_SHOWN = (
    ("posts", "post_f1"), ("text", "text_f1"), ("exact", "text_exact"), ("article", "article_f1"),
    ("title", "page.title"), ("author", "author_f1"), ("date", "date_f1"), ("floor", "floor_f1"),
    ("replies", "replies_f1"), ("parent_floor", "parent_floor_f1"), ("likes", "likes_f1"), ("avatar", "avatar_f1"),
    ("quote", "quote_f1"),
    *((name, f"{name}_f1") for name in NODE_FIELDS),
    *((f"page.{name}", f"page.{name}") for name in PAGE_FIELDS if name != "title"),
    ("posts' texts contained", "containment.posts"), ("paragraphs contained", "containment.paragraphs"),
)  # fmt: skip
_BASE = (("posts", "post_f1"), ("text", "text_f1"), ("edges", "edge_f1_nonroot"), ("path", "path_accuracy"))
_TIE = 0.0005  # means this close are the same


def number(value: float) -> str:
    """A share as the console shows it.

    >>> number(0.984), number(1.0), number(-0.5)
    ('.98', '1.00', '-.50')
    """
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.2f}"


def _with_interval(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return number(metric.mean)
    return f"{number(metric.mean)} [{number(metric.low)},{number(metric.high)}]"


def console(report: Report, *, commands: bool = True) -> str:
    """One screen: figures, baselines, failures, and the commonest causes with a command to look at one."""
    return "\n".join(_console(report, commands)) + "\n"


def _console(report: Report, commands: bool) -> Iterator[str]:
    threads = f"{report.threads_total} thread{'s' * (report.threads_total != 1)}"
    pages = f"{report.pages + report.hostile} pages of {threads}"
    yield f"{report.parser}: {pages}, profile {report.profile}, {_certainty(report)}"
    yield ""
    width = 92
    line = ""
    for part in _figures(report):
        if line and len(line) + len(part) > width:
            yield f"  {line}"
            line = ""
        line += part + "  "
    if line:
        yield f"  {line}".rstrip()
    if "edge_f1_nonroot" in report.metrics:
        yield f"  {_edges(report)}"
    yield f"  {_failures(report)}"
    if report.crawl is not None:
        yield from _crawl(report.crawl)
    yield ""
    yield "  baselines   " + "".join(f"{name:>10}" for name, _ in _BASE)
    for name, figures in report.baselines.items():
        cells = (number(figures[m]) if m in figures else "-" for _, m in _BASE)
        yield f"  {name:<12}" + "".join(f"{cell:>10}" for cell in cells)
    if report.causes:
        yield ""
        yield "  the commonest causes"
        for cause in report.causes[:5]:
            pages = f"{cause['pages']} page{'s' * (cause['pages'] != 1)}"
            look = cause["look"] if commands else cause["key"]
            yield f"  {cause['cause'][:70]}  ({cause['cases']} in {pages})  {look}"


def _certainty(report: Report) -> str:
    return (
        "95% CI in brackets" if any(m.low is not None for m in report.metrics.values()) else "n too small for intervals"
    )


def _figures(report: Report) -> Iterator[str]:
    for name, metric in _SHOWN:
        if metric in report.metrics:
            yield f"{name} {_with_interval(report.metrics[metric])}{_split(report, metric)}"
        elif metric in ("post_f1", "text_f1", "author_f1", "date_f1"):
            yield f"{name} -"


def _split(report: Report, metric: str) -> str:
    """Wrong and missing apart, where there are any."""
    counts = report.fields.get(metric.removesuffix("_f1"), {})
    told = [f"{how} {counts[how]:,}" for how in ("wrong", "missing", "invented") if counts.get(how)]
    return f" ({', '.join(told)})" if told else ""


def _edges(report: Report) -> str:
    found = report.metrics["edge_f1_nonroot"]
    ties = [
        name for name, figures in reversed(report.baselines.items())
        if name != "nothing" and abs(figures.get("edge_f1_nonroot", -1) - found.mean) < _TIE and found.mean < 1 - _TIE
    ]  # fmt: skip
    path, tau = report.metrics.get("path_accuracy"), report.metrics.get("tau")
    tie = f" = same as the {ties[0]!r} baseline" if ties else ""
    return (
        f"edges {_with_interval(found)}{tie}"
        + (f"  path {number(path.mean)}" if path else "")
        + (f"  order {number(tau.mean)}" if tau else "")
    )


def _failures(report: Report) -> str:
    pages = report.pages + report.hostile
    told = [f"{kind} {n}/{pages}" for kind, n in report.failures.items()]
    told += [f"empty {report.silent}/{pages}"] if report.silent else []
    return (
        "failures: "
        + (", ".join(told) or "none")
        + (f" ({report.hostile} hostile pages, not scored)" if report.hostile else "")
    )


def _crawl(crawl: Crawl) -> Iterator[str]:
    """What a feed says of its crawl, apart from what its pages say."""
    missed = crawl.expected - crawl.fetched
    told = [f"{crawl.fetched:,} of {crawl.expected:,} pages fetched"]
    told += [f"{missed:,} not"] if missed else []
    told += [f"{crawl.unavailable:,} gone for good"] if crawl.unavailable else []
    told += [f"{crawl.unknown:,} unknown addresses"] if crawl.unknown else []
    told += [f"{crawl.duplicates:,} duplicates"] if crawl.duplicates else []
    yield f"  crawl: {', '.join(told)}"
    for what, url in crawl.examples.items():
        yield f"    {what}, as {url[:100]}"


def changes(differences: Sequence[MetricChange]) -> str:
    """A paired comparison in words: what moved, and whether that is more than chance."""
    lines = []
    for d in differences:
        if d.low is None or d.high is None:
            verdict = "n too small"
        elif d.low <= 0 <= d.high:
            verdict = "no difference to be sure of"
        else:
            verdict = "WORSE" if d.worse else "better"
        span = "" if d.low is None or d.high is None else f" [{d.low:+.3f},{d.high:+.3f}]"
        chance = "" if d.better is None else f"  P(better) {number(d.better)}"
        if d.delta or d.worse:
            lines.append(
                f"  {d.metric:<18} {number(d.old):>5} -> {number(d.new):>5}  {d.delta:+.3f}{span}{chance}  {verdict}"
            )
    return (
        "\n".join(["compared with the old report, over the threads of both:", *(lines or ["  nothing moved"])]) + "\n"
    )


def markdown(report: Report) -> str:
    """The report as Markdown."""
    rows = [
        f"| {name} | {m.mean:.3f} | {'n too small' if m.low is None else f'{m.low:.3f} to {m.high:.3f}'} |"
        for name, m in report.metrics.items()
    ]
    base = [
        f"| {name} | " + " | ".join(f"{figures[m]:.3f}" if m in figures else "-" for _, m in _BASE) + " |"
        for name, figures in report.baselines.items()
    ]
    causes = [
        f"| {c['cause'].replace('|', chr(92) + '|')} | {c['cases']} | {c['pages']} | `{c['look']}` |"
        for c in report.causes[:10]
    ]
    pages = f"{report.pages + report.hostile} pages, {report.threads_total} threads"
    lines = [f"### {report.parser}", "", f"{pages}. {_failures(report)}.", ""]
    if report.crawl is not None:
        lines += ["; ".join(line.strip() for line in _crawl(report.crawl)) + ".", ""]
    lines += ["| metric | mean | 95% CI |", "|---|---|---|", *rows, ""]
    lines += ["| baseline | " + " | ".join(n for n, _ in _BASE) + " |", "|---|" + "---|" * len(_BASE), *base]
    if causes:
        lines += ["", "| cause | cases | pages | look at |", "|---|---|---|---|", *causes]
    return "\n".join([*lines, ""])
