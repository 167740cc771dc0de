"""Imports go strictly down, nobody imports the facade, an optional package has one home."""

from __future__ import annotations

import ast
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import forgegen
from forgegen.entry_points import FACADE, LOADERS

PACKAGE = Path(forgegen.__file__).parent
# What each part may import of ours, besides itself and errors.
BELOW: dict[str, set[str]] = {
    "errors": set(),
    "entry_points": set(),
    "registries": set(),
    "toml_files": set(),
    "whole_files": set(),
    "streams": set(),
    "model": {"entry_points"},
    "generate": {"model", "streams"},
    "forms": {"model", "registries"},
    "skins": {"forms", "model", "toml_files"},
    "rendering": {"forms", "model", "skins"},
    "reading": {"forms", "model", "skins"},
    "quirks": {"entry_points", "model", "reading", "registries", "rendering", "skins"},
    "pages": {"entry_points", "model", "quirks", "reading", "rendering", "skins"},
    "assess": {"generate", "model", "pages", "quirks", "reading", "rendering", "skins", "streams", "whole_files", "toml_files"},
    "strategies": {"assess", "forms", "model", "pages", "quirks", "rendering", "skins"},
    "site": {"generate", "model", "pages", "registries", "rendering", "skins", "streams"},
    "corpus": {"assess", "entry_points", "generate", "model", "pages", "quirks", "reading", "registries", "rendering", "site", "skins", "streams", "whole_files", "toml_files"},
    "skincheck": {"model", "pages", "quirks", "reading", "rendering", "skins", "strategies"},
    "adopt": {"forms", "reading", "skincheck", "skins", "whole_files"},
    "spark": {"corpus"},
    "maintain": {"forms", "generate", "model", "quirks", "rendering", "skins"},
    "pytest_plugin": {"assess", "generate", "model", "pages", "site", "skins"},
    "faker_provider": {"generate", "model", "pages", "skins"},
    "web_poet_page": {"reading"},
    "cli": {
        "adopt", "assess", "corpus", "entry_points", "generate", "model", "pages", "quirks", "reading", "rendering", "site",
        "skincheck", "skins", "strategies", "whole_files",
    },
    "_hypothesis": {"strategies"},
    "__main__": {"cli"},
}  # fmt: skip
HOMES = {
    "selectolax": {"skins.dom"},
    "psutil": {"assess.supervisor"},
    "regex": {"reading.patterns"},
    "opencc": {"maintain.hant"},
    "faker": {"faker_provider", "maintain.faker_pools"},
    "distributed": {"corpus.executors.dask_executor"},
    "pyspark": {"corpus.executors.spark_executor"},
    "pyarrow": {"corpus.arrow"},
    "zstandard": {"corpus.zstd"},
    "starlette": {"site.truthport"},
    "uvicorn": {"site.server"},
    "httpx": {"site.client"},
    "markdown_it": {"assess.markdown"},
    "fastwarc": {"corpus.formats.warc"},
    "web_poet": {"web_poet_page"},
    "requests": {"site.mounts"},
    "responses": {"site.mounts"},
    "werkzeug": {"site.mounts"},
}

FOREIGN = {"assess.packed_lines", "assess.worker", "pages.response"}
"""Modules that import packages by name which are not ours: optional ones, and the user's parser."""


@cache
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


@cache
def graph() -> dict[str, set[str]]:
    """What every module imports, by its own words or by the table of entry points."""
    found = {name: imported(name, tree) for name, tree in modules().items() if name != "__init__"}
    for loader, targets in LOADERS.items():
        if loader != "__init__":
            found[loader] |= {f"forgegen.{target}" for target in targets}
    return found


def test_there_is_something_to_see() -> None:
    """The reader of imports sees the edges that are known to be there."""
    assert "forgegen.streams.stream" in graph()["generate.growth"]
    assert len(graph()) > 30


def test_every_part_has_a_place() -> None:
    """Each top-level module or package stands in the table."""
    assert {name.split(".")[0] for name in graph()} == set(BELOW)


def test_imports_point_down() -> None:
    """A part imports only what stands below it, and never the facade."""
    wrong = []
    for name, names in graph().items():
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


def test_the_table_is_in_order() -> None:
    """What stands below a part stands above it in the table: the table can be read from the bottom up."""
    places = {part: place for place, part in enumerate(BELOW)}

    assert [(part, b) for part, below in BELOW.items() for b in below if places[b] > places[part]] == []


def test_only_the_table_of_entry_points_imports_by_name() -> None:
    """Elsewhere ``import_module`` is for packages that are not ours."""
    users = {name for name, tree in modules().items() if "import_module" in ast.dump(tree)}

    assert users == {"entry_points", *FOREIGN}


def test_entry_points_are_there() -> None:
    """Every module that is loaded by name exists, and so does the one that loads it."""
    known = set(modules())

    assert {target for targets in LOADERS.values() for target in targets} - known - {"strategies"} == set()
    assert set(LOADERS) - known == set()


def test_there_is_no_circle() -> None:
    """No module reaches itself by imports at module level, within functions, or by the table of entry points."""
    edges = {
        name: {t.removeprefix("forgegen.") for t in names if t.startswith("forgegen.")} & set(graph())
        for name, names in graph().items()
    }
    edges = {a: {b for b in bs if not a.startswith(b + ".")} for a, bs in edges.items()}
    while True:
        leaves = {name for name, targets in edges.items() if not targets}
        if not leaves:
            break
        edges = {a: bs - leaves for a, bs in edges.items() if a not in leaves}

    assert edges == {}


def test_optional_packages_have_one_home() -> None:
    """A heavy or optional package is imported in one module; Faker also where pools are frozen."""
    for package, homes in HOMES.items():
        users = {name for name, names in graph().items() if any(n.split(".")[0] == package for n in names)}
        assert users == homes, package


PRIVATE = {
    "corpus.arrow": {"pyarrow": ("26.",)},
    "rendering.templating": {"jinja2": ("3.1.",), "markupsafe": ("3.0.",)},
}
"""The modules that lean on private parts of other packages, and the versions whose parts were looked at."""


def test_private_parts_of_others_are_used_in_few_places_and_known_versions() -> None:
    """Who updates a package listed here looks at the module beside it, then adds the version."""
    private = {
        name
        for name, names in graph().items()
        if any("._" in t and not t.startswith(("forgegen.", "__")) for t in names)
    }

    assert private == set(PRIVATE)
    for packages in PRIVATE.values():
        for package, known in packages.items():
            assert version(package).startswith(known), f"{package} {version(package)}"


def test_public_names_exist_and_are_no_submodules() -> None:
    """``__all__`` is sorted, importable and free of submodule names."""
    submodules = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or p.is_dir()}

    assert set(forgegen.__all__) == set(FACADE)
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
