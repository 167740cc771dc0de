"""Gates: floors that figures must hold, and ceilings they may not pass, from a TOML file."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from forgegen.assess.aggregate import Report
from forgegen.errors import UnknownName, UsageError
from forgegen.toml_files import parse_toml

COUNTS = ("failures", "silent", "exception", "crash", "timeout", "memory", "rubbish", "output", "missing")
KNOWN = (
    "post_precision", "post_recall", "post_f1", "text_exact", "text_f1", "article_f1", "edge_f1", "edge_f1_nonroot",
    "path_accuracy", "depth_mae", "tree_cost", "tau", "headline",
)  # fmt: skip


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``floors``: metric -> least mean; ``ceilings``: metric, or a kind of failure as a number of pages -> most."""

    floors: dict[str, float] = {}
    ceilings: dict[str, float] = {}


def read_gate(path: Path) -> Gate:
    """A gate from its file: tables ``[floors]`` and ``[ceilings]``.

    Raises: UsageError where the file is missing or none.
    """
    try:
        gate = msgspec.convert(parse_toml(path.read_text("utf-8")), Gate)
    except OSError as e:
        raise UsageError(f"{str(path)!r} cannot be read: {e.strerror}") from None
    except (msgspec.ValidationError, ValueError, RecursionError) as e:  # also what is no UTF-8 or no TOML
        raise UsageError(
            f"{str(path)!r} is no gate: {e}; right would be [floors] with lines like post_f1 = 0.95"
        ) from None
    for name, bound in (*gate.floors.items(), *gate.ceilings.items()):
        if not math.isfinite(bound):
            raise UsageError(f"{str(path)!r}: {name} is {bound}, which nothing breaks; right would be a number")
    if not gate.floors and not gate.ceilings:
        raise UsageError(f"{str(path)!r} holds neither floors nor ceilings")
    return gate


def broken(gate: Gate, report: Report) -> list[str]:
    """What a report breaks of a gate, in words; a metric that the parser does not claim breaks its bound.

    Raises: UnknownName for a metric that no report can have.
    """
    known = tuple(dict.fromkeys((*report.metrics, *(n for m in report.baselines.values() for n in m), *KNOWN, *COUNTS)))
    for name in (*gate.floors, *gate.ceilings):
        if name not in known and not name.endswith("_f1") and not name.startswith(("page.", "containment.")):
            raise UnknownName("metric", name, known)
    return breaches(gate, lambda name: _value(name, report))


def breaches(gate: Gate, figure: Callable[[str], float | None]) -> list[str]:
    """Each bound that a figure breaks, in words; None breaks every bound, as not claimed."""
    found = []
    for name, floor in gate.floors.items():
        value = figure(name)
        if value is None:
            found.append(f"{name} is not claimed by the parser; the floor is {floor:g}")
        elif value < floor:
            found.append(f"{name} is {value:.4f}, below the floor of {floor:g}")
    for name, ceiling in gate.ceilings.items():
        value = figure(name)
        if value is None:
            found.append(f"{name} is not claimed by the parser; the ceiling is {ceiling:g}")
        elif value > ceiling:
            found.append(f"{name} is {value:g}, above the ceiling of {ceiling:g}")
    return found


def _value(name: str, report: Report) -> float | None:
    if name in report.metrics:
        return report.metrics[name].mean
    if name == "failures":
        return float(sum(report.failures.values()))
    if name == "silent":
        return float(report.silent)
    return float(report.failures.get(name, 0)) if name in COUNTS else None


def read_report(path: Path) -> Report:
    """A report that an earlier run wrote.

    Raises: UsageError where the file is missing or none.
    """
    return read_report_as(path, Report, "score -o")


_Kind = TypeVar("_Kind")


def read_report_as(path: Path, kind: type[_Kind], command: str) -> _Kind:
    """A report of this kind, which the command wrote.

    Raises: UsageError where the file is missing or none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as e:
        raise UsageError(f"{str(path)!r} cannot be read: {e.strerror}") from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise UsageError(f"{str(path)!r} is no report of 'forgegen {command}': {e}") from None
