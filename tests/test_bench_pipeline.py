"""The bench of the pipeline: sides of a comparison do the same work, and every part gives figures. No time is judged."""

from __future__ import annotations

import json
import math

import pytest

from forgegen.generate.making import make_thread
from forgegen.pages.page import Page
from forgegen.reading.extraction import extract
from tests.bench import pipeline, same_work
from tests.bench.measure import Step, paired, ratio
from tests.bench.pipeline_parts import PARTS, QUICK

LIBRARIES = [words for words in (same_work.faker_words(), same_work.mimesis_words()) if words]


def test_sides_of_a_comparison_do_the_same_numbers() -> None:
    """Within a round each side does the same numbers, whatever their order; no number comes in two rounds."""
    done: dict[str, list[int]] = {"a": [], "b": []}

    def step(name: str) -> Step:
        def work(number: int) -> tuple[int, int]:
            done[name].append(number)
            return 1, 2

        return Step(lambda number: number, work)

    result = paired({name: step(name) for name in done}, rounds=4, threads=3)

    assert done["a"] == done["b"] == list(range(13))
    assert {case["posts_per_page"] for case in result["cases"].values()} == {2.0}
    assert ratio(result, "a", "b", per=0) > 0


@pytest.mark.parametrize("number", range(len(LIBRARIES)))
def test_a_baseline_prints_what_it_made_by_our_template(number: int) -> None:
    """A baseline's page has as many comments as ours, in the same tree, and its own words can be read back from it."""
    page = Page(make_thread(1, 3))
    plan = same_work.plan_of(page, 3)
    made = same_work.generate(LIBRARIES[number], plan)
    html, truth = same_work.render(plan, made)
    read = extract(html, skin="reference")

    assert [post.text for post in read.posts] == [" ".join(c.text.split()) for c in made.comments]
    assert [post.parent for post in read.posts] == [post.parent for post in page.truth.posts]
    assert [post["likes"] for post in json.loads(truth)["posts"]] == [post.likes for post in read.posts]
    assert all(len(a.text) <= max(len(b.text), 5) for a, b in zip(made.comments, page.context.posts, strict=True))


QUICK_PARTS = ("same", "long")
COSTLY = dict.fromkeys(PARTS.keys() - QUICK_PARTS, pytest.mark.every) | {"first": pytest.mark.outside}


@pytest.mark.parametrize("part", [pytest.param(name, marks=COSTLY.get(name, ())) for name in PARTS])
def test_every_part_gives_figures(part: str) -> None:
    """A tiny run gives positive figures for every case, and ratios that are numbers."""
    result = PARTS[part](QUICK._replace(skins=("ptt",)))

    figures = [value for case in result["cases"].values() for value in case.values()]
    assert figures or result["ratios"]
    assert all(map(math.isfinite, figures))
    assert all(value > 0 for value in result.get("ratios", {}).values())


def test_the_command_prints_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """``--only`` runs the parts named; ``--json`` prints what programs can read, with the conditions."""
    pipeline.main(["--quick", "--only", "long"])
    assert "reference, middle of" in capsys.readouterr().out

    pipeline.main(["--quick", "--json", "--only", "long"])
    found = json.loads(capsys.readouterr().out)

    assert list(found["parts"]) == ["long"]
    assert {"rounds", "python", "foreign_load_cores"} <= set(found)
