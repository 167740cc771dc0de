"""One parser on the same threads under every value of a setting: a report and a row a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from forgegen.assess.aggregate import Report
from forgegen.assess.report_text import number
from forgegen.errors import UnknownName
from forgegen.skins.loading import load_skin

_COLUMNS = (("posts", "post_f1"), ("text", "text_f1"), ("author", "author_f1"), ("date", "date_f1"))


class Variant(NamedTuple):
    """A value of the setting, and the report of the pages that have it."""

    value: str
    report: Report


def values_of(setting: str, skins: Sequence[str], templates: tuple[str, ...] = ()) -> list[str]:
    """The values of a setting that all of these skins have, in the order of the first.

    Raises: UnknownName where one of them has no such setting, or they have no value in common.
    """
    found: list[str] = []
    for place, name in enumerate(skins):
        declared = load_skin(name, templates).settings
        if setting not in declared:
            raise UnknownName(f"{name} setting", setting, declared)
        values = declared[setting].values
        found = [value for value in found if value in values] if place else list(values)
    if not found:
        raise UnknownName(f"{setting} value", f"common to {', '.join(skins)}", ())
    return found


def table(setting: str, variants: Sequence[Variant]) -> str:
    """A row a variant: figures, then the values of fields that are wrong, missing and invented, and pages that failed.

    A figure that does not apply is a dash. The last line names what differs between variants.
    """
    width = max(len(setting), *(len(v.value) for v in variants))
    head = "".join(f"{name:>8}" for name, _ in _COLUMNS)
    lines = [f"{setting:<{width}}{'pages':>8}{head}{'wrong':>9}{'missing':>9}{'invented':>9}{'failed':>8}"]
    for value, report in variants:
        metrics = report.metrics
        figures = [number(metrics[m].mean) if m in metrics else "-" for _, m in _COLUMNS]
        counts = [_summed(report, how) for how in ("wrong", "missing", "invented")]
        failed = sum(report.failures.values())
        lines.append(
            f"{value:<{width}}{report.pages + report.hostile:>8}"
            + "".join(f"{figure:>8}" for figure in figures)
            + "".join(f"{count:>9,}" for count in counts)
            + f"{failed:>8}"
        )
    return "\n".join([*lines, _difference(setting, variants)]) + "\n"


def _summed(report: Report, how: str) -> int:
    return sum(counts.get(how, 0) for counts in report.fields.values())


def _difference(setting: str, variants: Sequence[Variant]) -> str:
    """Which fields are read better under one value than under another."""
    uneven = []
    for name in dict.fromkeys(name for v in variants for name in v.report.fields):
        misses = {
            v.value: sum(v.report.fields.get(name, {}).get(how, 0) for how in ("wrong", "missing")) for v in variants
        }
        if len(set(misses.values())) > 1:
            worst = max(misses, key=misses.__getitem__)
            uneven.append(f"{name} (most under {worst}: {misses[worst]:,})")
    return f"no field depends on {setting}" if not uneven else "depends on it: " + ", ".join(uneven)
