"""Starting is light: what is not used is not imported. How long it takes is measured by ``tests/bench/startup.py``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"msgspec", "jinja2", "faker", "hypothesis", "click", "selectolax"}
# Runs the command as ``python -m forgegen`` does, then tells on the last line which packages are loaded.
COMMAND = """
import json, runpy, sys
sys.argv = ["forgegen", *json.loads(sys.argv[1])]
try:
    runpy.run_module("forgegen", run_name="__main__", alter_sys=True)
except SystemExit as e:
    assert not e.code, e.code
finally:
    print()
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
IMPORT = """
import json, sys
{}
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def loaded(code: str, *arguments: str, cwd: Path) -> set[str]:
    """The top-level packages that a fresh process has loaded in the end."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_forgegen_imports_nothing_heavy(tmp_path: Path) -> None:
    """``import forgegen`` leaves msgspec, jinja2, faker, hypothesis, click and selectolax alone."""
    seen = loaded(IMPORT.format("import forgegen"), cwd=tmp_path)

    assert "forgegen" in seen
    assert seen & HEAVY == set()


@pytest.mark.few("code", keep=1)
@pytest.mark.parametrize("code", ["dir(forgegen)", "forgegen.__all__", "forgegen.__version__", "forgegen.UsageError"])
def test_looking_at_the_facade_imports_nothing_heavy(code: str, tmp_path: Path) -> None:
    """Neither do listing the names, asking for the version, or taking an error class to catch."""
    assert loaded(IMPORT.format(f"import forgegen; {code}"), cwd=tmp_path) & HEAVY == set()


def test_using_a_name_imports_what_it_needs(tmp_path: Path) -> None:
    """The check sees what is imported: reading a text needs msgspec, and nothing that renders."""
    seen = loaded(IMPORT.format("import forgegen; forgegen.read_text"), cwd=tmp_path)

    assert seen & HEAVY == {"msgspec"}


@pytest.mark.few("arguments", keep=1)
@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_import_only_click(arguments: list[str], tmp_path: Path) -> None:
    """``forgegen --help`` imports neither jinja2, faker, hypothesis, msgspec nor selectolax."""
    seen = loaded(COMMAND, json.dumps(arguments), cwd=tmp_path)

    assert seen & HEAVY == {"click"}


def test_a_page_is_made_without_faker_and_hypothesis(tmp_path: Path) -> None:
    """``forgegen page`` imports what renders; not Faker, Hypothesis, or the parser that reads pages back."""
    seen = loaded(COMMAND, json.dumps(["page"]), cwd=tmp_path)

    assert seen & HEAVY == {"click", "jinja2", "msgspec"}


def test_listing_imports_only_what_is_listed(tmp_path: Path) -> None:
    """``forgegen list profiles`` leaves templates, quirks, formats and what makes threads alone."""
    code = COMMAND.replace('partition(".")[0]', 'removeprefix("forgegen.")')
    seen = loaded(code, json.dumps(["list", "profiles"]), cwd=tmp_path)

    assert "generate.profile" in seen
    assert (
        seen & {"jinja2", "generate.making", "quirks.catalogue", "site.faults", "corpus.plan", "assess.predict"}
        == set()
    )


def test_the_worker_of_a_parser_loads_nothing_that_renders(tmp_path: Path) -> None:
    """Each start of a parser loads it."""
    assert loaded(IMPORT.format("import forgegen.assess.worker"), cwd=tmp_path) & HEAVY == {"msgspec"}
