"""Imports go strictly down, nobody imports the facade, an optional package has one home."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import forgegen

PACKAGE = Path(forgegen.__file__).parent
# What each part may import of ours, besides itself and errors.
BELOW: dict[str, set[str]] = {
    "errors": set(),
    "registries": set(),
    "model": set(),
    "streams": set(),
    "forms": {"model", "registries"},
    "skins": {"forms", "model"},
    "generate": {"model", "streams"},
    "rendering": {"forms", "model", "skins"},
    "reading": {"forms", "model", "skins"},
    "quirks": {"model", "reading", "rendering", "skins", "pages"},
    "pages": {"model", "quirks", "reading", "rendering", "skins"},
    "assess": {"generate", "model", "pages", "quirks", "reading", "rendering", "skins", "streams"},
    "strategies": {"assess", "forms", "model", "pages", "quirks", "rendering", "skins"},
    "corpus": {"generate", "model", "pages", "quirks", "rendering", "skins", "streams"},
    "site": {"generate", "model", "pages", "rendering", "skins", "streams"},
    "skincheck": {"forms", "model", "pages", "reading", "rendering", "skins", "streams"},
    "spark": {"corpus"},
    "maintain": {"forms", "generate", "model", "quirks", "rendering", "skins"},
    "pytest_plugin": {"assess", "generate", "model", "pages", "site"},
    "faker_provider": {"generate", "model", "pages"},
    "cli": {
        "assess",
        "corpus",
        "generate",
        "model",
        "pages",
        "quirks",
        "reading",
        "rendering",
        "site",
        "skincheck",
        "skins",
    },
    "_hypothesis": set(),
    "__main__": {"cli"},
}
HOMES = {
    "selectolax": {"skins.dom"},
    "opencc": {"maintain.hant"},
    "faker": {"faker_provider", "maintain.faker_pools"},
    "distributed": {"corpus.executors.dask"},
    "pyspark": {"corpus.executors.spark"},
    "pyarrow": {"corpus.arrow"},
    "zstandard": {"corpus.zstd"},
    "starlette": {"site.truthport"},
    "uvicorn": {"site.server"},
    "httpx": {"site.client"},
    "fastwarc": {"corpus.formats.warc"},
}


def modules() -> dict[str, ast.Module]:
    """Every module below the package by its dotted name without ``forgegen.``."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(file.read_text("utf-8"))
    return found


def imported(name: str, tree: ast.Module) -> set[str]:
    """Absolute names of what a module imports; relative imports are resolved."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = ["forgegen", *name.split(".")][: -node.level]
                base = ".".join([*parts, base] if base else parts)
            names.add(base)
            names |= {f"{base}.{alias.name}" for alias in node.names if base in ("forgegen",)}
    return names


GRAPH = {name: imported(name, tree) for name, tree in modules().items() if name != "__init__"}


def test_there_is_something_to_see() -> None:
    """The reader of imports sees the edges that are known to be there."""
    assert "forgegen.streams.stream" in GRAPH["generate.growth"]
    assert len(GRAPH) > 30


def test_every_part_has_a_place() -> None:
    """Each top-level module or package stands in the table."""
    assert {name.split(".")[0] for name in GRAPH} == set(BELOW)


def test_imports_point_down() -> None:
    """A part imports only what stands below it, and never the facade."""
    wrong = []
    for name, names in GRAPH.items():
        part = name.split(".")[0]
        for target in names:
            if target == "forgegen" and name not in ("cli.main", "corpus.plan"):
                wrong.append((name, "the facade"))
            if not target.startswith("forgegen."):
                continue
            top = target.split(".")[1]
            if top not in BELOW[part] | {part, "errors", "__version__"}:
                wrong.append((name, target))

    assert wrong == []


def test_there_is_no_circle() -> None:
    """No module reaches itself by imports at module level or within functions, but the model's late ones."""
    late = {
        ("model.thread", "model.forms"),  # methods that read and write forms
        ("quirks.catalogue", "pages.page"),  # the type that detectors take
    }
    edges = {
        name: {t.removeprefix("forgegen.") for t in names if t.startswith("forgegen.")} & set(GRAPH)
        for name, names in GRAPH.items()
    }
    edges = {a: {b for b in bs if (a, b) not in late and not a.startswith(b + ".")} for a, bs in edges.items()}
    while True:
        leaves = {name for name, targets in edges.items() if not targets}
        if not leaves:
            break
        edges = {a: bs - leaves for a, bs in edges.items() if a not in leaves}

    assert edges == {}


def test_optional_packages_have_one_home() -> None:
    """A heavy or optional package is imported in one module; Faker also where pools are frozen."""
    for package, homes in HOMES.items():
        users = {name for name, names in GRAPH.items() if any(n.split(".")[0] == package for n in names)}
        assert users == homes, package


def test_public_names_exist_and_are_no_submodules() -> None:
    """``__all__`` is sorted, importable and free of submodule names."""
    submodules = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or p.is_dir()}

    assert set(forgegen.__all__) == set(forgegen._HOME)
    for name in forgegen.__all__:
        assert getattr(forgegen, name) is not None
    assert not submodules & set(forgegen.__all__)


def test_modules_stay_small() -> None:
    """No module grows past 500 lines."""
    assert {f.name: n for f in PACKAGE.rglob("*.py") if (n := f.read_text("utf-8").count("\n")) > 500} == {}


def test_nothing_draws_from_random_clock_or_hash() -> None:
    """The modules that decide bytes import neither random nor time, nor call hash."""
    for name, tree in modules().items():
        if name.split(".")[0] not in ("model", "streams", "generate", "rendering"):
            continue
        bad = {"random", "time", "datetime", "uuid", "secrets", "zoneinfo", "locale"} & {
            n.split(".")[0] for n in imported(name, tree)
        }
        if name == "generate.profile":
            bad -= {"datetime"}  # a date in profiles.toml is read as one
        calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        assert not bad, name
        assert "hash" not in calls or name in ("model.truth", "pages.page"), name


def test_python_is_new_enough() -> None:
    """The package promises Python 3.11 and later."""
    assert sys.version_info >= (3, 11)
