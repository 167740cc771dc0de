"""The wheel: what it carries, and that it works like the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

import forgegen
from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from tests.conftest import ROOT

PACKAGE = ROOT / "forgegen"
SCRIPT = """
import hashlib, json, sys
import forgegen
from forgegen.skins.loading import load_skin, skin_names

body = forgegen.render(forgegen.make_thread(7, 0))[0].body
print(json.dumps({
    "package": forgegen.__file__,
    "skin": load_skin("reference").folder,
    "skins": skin_names(),
    "sha256": hashlib.sha256(body).hexdigest(),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    return built("wheel", tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(built("sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"forgegen-{forgegen.__version__}"


def built(kind: str, folder: Path) -> Path:
    """What ``build`` makes of the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", folder, ROOT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.iterdir()
    return file


def elsewhere(cwd: Path, **env: str) -> dict[str, Any]:
    """What a process in another folder sees of the package."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT], cwd=cwd, env={**inherited, **env}, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def digest_here() -> str:
    """SHA-256 of the page that ``SCRIPT`` renders, made in this process."""
    return hashlib.sha256(render(make_thread(7, 0))[0].body).hexdigest()


def sources() -> dict[str, bytes]:
    """What a wheel should hold of the checkout: the package, and the templates within it."""
    files = [(f, f.relative_to(ROOT)) for f in PACKAGE.rglob("*")]
    files += [(f, Path("forgegen") / f.relative_to(ROOT)) for f in (ROOT / "templates").rglob("*")]
    return {
        name.as_posix(): file.read_bytes() for file, name in files if file.is_file() and "__pycache__" not in name.parts
    }


@pytest.mark.outside
@pytest.mark.needs("build")
@pytest.mark.parametrize(
    "name",
    [
        "forgegen/templates/reference/thread.html",
        "forgegen/templates/reference/skin.toml",
        "forgegen/locales/zh-CN/style.toml",
        "forgegen/locales/zh-CN/handles.txt",
        "forgegen/locales/zh-CN/plain/housing.txt",
        "forgegen/locales/zh-CN/manner.toml",
        "forgegen/locales/en/openers/garden/old-apple.toml",
        "forgegen/streams/tables.json",
        "forgegen/profiles.toml",
        "forgegen/py.typed",
    ],
)
def test_the_wheel_carries_data(wheel: Path, name: str) -> None:
    """Templates, words, tables, profiles and the typing marker are in the wheel."""
    assert name in zipfile.ZipFile(wheel).namelist()


@pytest.mark.outside
@pytest.mark.needs("build")
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every file of package and templates is in the wheel, byte for byte; tests, corpus and caches are not."""
    archive = zipfile.ZipFile(wheel)
    held = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}

    assert sources() == held


@pytest.mark.outside
@pytest.mark.needs("build")
def test_no_file_is_in_the_wheel_twice(wheel: Path) -> None:
    """Neither by name nor, but for empty ones and what two skins or locales share, by its bytes."""
    archive = zipfile.ZipFile(wheel)
    names = Counter(archive.namelist())

    assert [name for name, count in names.items() if count > 1] == []
    assert not [name for name in names if name.startswith("templates/")]


@pytest.mark.outside
@pytest.mark.needs("build")
def test_the_wheel_says_its_version_and_its_command(wheel: Path) -> None:
    """The version of the metadata is ``forgegen.__version__``, and ``forgegen`` is a command."""
    archive = zipfile.ZipFile(wheel)
    info = f"forgegen-{forgegen.__version__}.dist-info"

    assert f"\nVersion: {forgegen.__version__}\n" in archive.read(f"{info}/METADATA").decode()
    assert "forgegen = forgegen.cli.main:run" in archive.read(f"{info}/entry_points.txt").decode()


@pytest.mark.outside
@pytest.mark.needs("build")
def test_the_unpacked_wheel_renders_the_page_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout the wheel finds its own skins and words, and makes the same bytes."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "cwd").mkdir()
    seen = elsewhere(tmp_path / "cwd", PYTHONPATH=str(site), PYTHONDONTWRITEBYTECODE="1")

    assert Path(seen["package"]) == site / "forgegen" / "__init__.py"
    assert Path(seen["skin"]) == (site / "forgegen" / "templates" / "reference").resolve()
    assert "reference" in seen["skins"]
    assert digest_here() == seen["sha256"]


@pytest.mark.outside
@pytest.mark.needs("build")
def test_the_metadata_is_complete(wheel: Path) -> None:
    """Who made it, where it is found, for which Pythons, and the README as its description."""
    archive = zipfile.ZipFile(wheel)
    info = Parser().parsestr(archive.read(f"forgegen-{forgegen.__version__}.dist-info/METADATA").decode())
    classifiers = info.get_all("Classifier", [])

    assert (info["Author"], info["License-Expression"], info["Requires-Python"]) == (
        "forgegen contributors", "MIT", ">=3.11",
    )  # fmt: skip
    assert {url.partition(",")[0] for url in info.get_all("Project-URL", [])} == {
        "Homepage", "Documentation", "Source", "Issues", "Changelog",
    }  # fmt: skip
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(11, 15)} <= set(classifiers)
    assert info.get_payload().startswith("# forgegen")  # type: ignore[union-attr]


@pytest.mark.outside
@pytest.mark.needs("build")
def test_the_unpacked_sdist_passes_the_quick_tier(sdist: Path) -> None:
    """It holds the documents, and its tests pass where it is unpacked."""
    assert (sdist / "docs" / "testing.md").is_file()
    assert (sdist / "CONTRIBUTING.md").is_file()
    own = {k: v for k, v in os.environ.items() if k == "FORGEGEN_CI"}  # the check draws the same pages every time
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "FORGEGEN_"))} | own
    done = subprocess.run(
        [sys.executable, "-m", "pytest"],
        cwd=sdist, env={**env, "PYTHONPATH": str(sdist)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-5000:]


def test_the_editable_install_finds_the_templates_beside_the_package(tmp_path: Path) -> None:
    """In a checkout skins are read from ``templates`` beside the package, from any working directory."""
    named = {name: value for name, value in os.environ.items() if name == "PYTHONPATH"}  # an unpacked sdist is named so
    seen = elsewhere(tmp_path, **named)

    assert Path(seen["package"]).resolve() == PACKAGE / "__init__.py"
    assert Path(seen["skin"]) == ROOT / "templates" / "reference"
    assert "reference" in seen["skins"]
    assert digest_here() == seen["sha256"]
