"""Pieces: every label is a quirk of the catalogue, and no shape is lost."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import forgegen
from forgegen import QUIRKS, strategies
from forgegen.strategies.date_cases import DATE_FORMS, EDGES, PLAIN, RELATIVE, date_in
from forgegen.strategies.encoding_cases import ENCODING_CASES
from forgegen.strategies.json_ld_cases import JSON_LD_FURTHER, JSON_LD_SHAPES, MICRODATA_SHAPES
from forgegen.strategies.pieces import Shown
from forgegen.strategies.text_cases import TEXT_CASES
from tests.tiers import amount

PIECES: dict[str, Callable[[], st.SearchStrategy[Shown]]] = {
    "dates": strategies.dates,
    "counts": strategies.counts,
    "floors": strategies.floors,
    "names": strategies.names,
    "post_texts": partial(strategies.post_texts, readers="hostile"),
    "encodings": strategies.encodings,
    "json_ld_shapes": strategies.json_ld_shapes,
    "microdata_shapes": strategies.microdata_shapes,
}


@pytest.mark.scaled
@pytest.mark.parametrize("name", PIECES)
def test_labels_are_quirks(name: str) -> None:
    """Whatever a piece draws, its labels are keys of the catalogue."""

    @settings(max_examples=amount(60, 300), database=None, deadline=None, phases=[Phase.generate])
    @given(PIECES[name]())
    def look(shown: Shown) -> None:
        assert set(shown.quirks) <= set(QUIRKS)

    look()


def test_no_shape_is_lost() -> None:
    """As many shapes as when each had a label of its own, all of them different."""
    dates = {date_in(case, PLAIN).shown for case in DATE_FORMS} | {shown for shown, _ in RELATIVE}

    assert len(dates) == 35 + 8
    assert {"time.dst-gap", "time.dst-fold", "time.leap", "time.midnight"} <= {
        name for case in DATE_FORMS for moment in EDGES for name in date_in(case, moment).quirks
    }
    assert len({case.html for case in TEXT_CASES}) == 44
    assert len({case.shown for case in ENCODING_CASES}) == 20
    assert len({case.shown for case in JSON_LD_SHAPES + JSON_LD_FURTHER}) == 45 + 18
    assert len({case.shown for case in MICRODATA_SHAPES}) == 20


def test_what_is_odd_has_a_label() -> None:
    """Of every table only the control, which is plain, has none."""
    tables = ENCODING_CASES, JSON_LD_SHAPES + JSON_LD_FURTHER, MICRODATA_SHAPES

    assert [[case for case in table if not case.quirks] for table in tables] == [
        [ENCODING_CASES[1]],
        [JSON_LD_SHAPES[0]],
        [MICRODATA_SHAPES[0]],
    ]
    assert [case.html for case in TEXT_CASES if not case.quirk] == ["ok"]
    assert [case.layout for case in DATE_FORMS if not date_in(case, PLAIN).quirks] == [DATE_FORMS[0].layout]


def test_names_of_quirks_in_the_code_are_in_the_catalogue() -> None:
    """Every text of the strategies that looks like a quirk's name is one."""
    classes = {quirk.klass for quirk in QUIRKS.values()}
    looks_like = re.compile(rf"(?:{'|'.join(sorted(classes))})\.[a-z0-9-]+").fullmatch
    for path in (Path(forgegen.__file__).parent / "strategies").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and looks_like(node.value):
                assert node.value in QUIRKS or node.value == "jsonld.mime-", (path.name, node.value)
