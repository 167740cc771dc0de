"""The quick tier is quick: it loads nothing heavy, and every test has one tier."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.util import find_spec

import pytest

from tests import tiers
from tests.conftest import LOADED, ROOT, is_there, why_not

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
HEAVY = {
    "build", "dask", "dateparser", "datasets", "distributed", "duckdb", "newspaper", "pandas", "polars", "pyspark",
    "readability", "scrapy", "trafilatura", "twisted",
}  # fmt: skip


def test_loading_the_tests_loads_nothing_heavy(pytestconfig: pytest.Config) -> None:
    """What the quick tier does not install is imported by no module of tests, only within tests of other tiers."""
    loaded = pytestconfig.stash[LOADED]

    assert loaded
    assert loaded & HEAVY == set()


def test_what_is_heavy_is_not_in_the_extra_of_the_quick_tier() -> None:
    """The extra ``test`` brings none of what the extra ``heavy`` is for; ``dev`` brings all."""
    light = {requirement.partition(">")[0] for name in ("test", "corpus", "maintain") for requirement in EXTRAS[name]}

    assert not light & {requirement.partition(">")[0] for requirement in EXTRAS["heavy"]}
    assert any("heavy" in requirement and "test" in requirement for requirement in EXTRAS["dev"])


@pytest.mark.parametrize("others", [1, 2, 22])
def test_few_products_are_the_reference_and_one_more(others: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hash of the key, the same each time; all of them where the tier every runs."""
    products = [*(f"skin{n}" for n in range(others)), "reference"]
    monkeypatch.setattr(tiers.Run, "whole", False)
    chosen = tiers.few(products, "test_a")

    assert len(chosen) == 2
    assert chosen[-1] == "reference"
    assert chosen == tiers.few(products, "test_a")
    assert others < 22 or len({tuple(tiers.few(products, f"test_{n}")) for n in range(40)}) > 10
    monkeypatch.setattr(tiers.Run, "whole", True)
    assert tiers.few(products, "test_a") == products


def test_shares_take_every_product_about_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of each share is the product named; in the tier every the others come alike often over many keys."""
    products = ["html5lib", *(f"reader{n}" for n in range(4))]
    monkeypatch.setattr(tiers.Run, "whole", True)
    shares = [tiers.share(products, f"quirk{n}", 3, first="html5lib") for n in range(400)]

    assert all(len(found) == 3 and found[0] == "html5lib" for found in shares)
    counts = Counter(product for found in shares for product in found[1:])
    assert min(counts.values()) > 160
    assert len(counts) == 4
    monkeypatch.setattr(tiers.Run, "whole", False)
    assert len(tiers.share(products, "quirk", 3, first="html5lib")) == 2


@pytest.mark.parametrize("number", [0, 1, 2, 3, 40])
def test_parts_of_a_quick_run_are_small_and_together_all(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One product in so many, at least one where there is any, others for other keys; all in the tier every."""
    products = list(range(number))
    monkeypatch.setattr(tiers.Run, "whole", False)
    parts = [tiers.part(products, f"skin{n}", 3) for n in range(60)]

    assert {product for found in parts for product in found} == set(products)
    assert {len(found) for found in parts} <= {number // 3, -(-number // 3), min(number, 1)} - (
        {0} if number else set()
    )
    monkeypatch.setattr(tiers.Run, "whole", True)
    assert tiers.part(products, "skin", 3) == products


@pytest.mark.parametrize(
    ("expression", "whole"),
    [("not every and not outside", False), ("every", True), ("", True), ("outside", True), ("not every", False)],
)
def test_the_tier_is_read_off_the_expression(expression: str, whole: bool) -> None:
    """Examples are as many as the tier that runs wants."""
    assert tiers.is_whole(expression) is whole


@pytest.mark.few("product")
@pytest.mark.parametrize("other", ["x", "y"])
@pytest.mark.parametrize("product", ["a", "b", "reference", "c"])
def test_products_are_parted(product: str, other: str, request: pytest.FixtureRequest) -> None:
    """Of four products two are quick for each value of the other parameter; this one is marked as it should be."""
    runs = [item.callspec.params for item in request.session.items if item.name.startswith("test_products_are_parted")]  # type: ignore[attr-defined]
    same = {params["product"] for params in runs if params["other"] == other}

    assert product in same
    assert "every" in request.keywords or len(same) in (1, 2, 4)
    assert product != "reference" or "every" not in request.keywords


def test_needs_are_programs_or_packages() -> None:
    """A package that is not installed is named with the extra that brings it."""
    assert is_there("pytest")
    assert find_spec("no_such_package") is None
    assert not is_there("no_such_package")
    assert "the extra dev brings it" in why_not("no_such_package")
