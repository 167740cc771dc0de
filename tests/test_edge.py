"""The catalogue of edge cases: as pages, as files, and as checked in."""

from __future__ import annotations

import codecs
import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

import forgegen
from corpus import edge_rebuild
from forgegen.cli.main import cli
from forgegen.model.truth import Truth
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.transport import gzipped
from forgegen.reading.extraction import extract
from forgegen.skins.loading import skin_names
from tests.tiers import amount

COMMAND = "python corpus/edge_rebuild.py"
_IN_COMMENTS = ("link", "mention", "smiley", "emoji", "image", "image-lazy", "image-noscript", "nested-quote")
NODES = {f"body.{node}" for node in _IN_COMMENTS}
ELSEWHERE = {"author.guest", "author.banned", "tree.pinned", "inject.hidden"}
"""What only other engines show."""

SHOWN = [name for name in QUIRKS if (not name.startswith("body.") or name in NODES) and name not in ELSEWHERE]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The catalogue as it should be."""
    return edge_rebuild.build()


def test_the_checked_in_catalogue_is_current(files: dict[str, bytes]) -> None:
    """No file of corpus/edge is stale, missing or superfluous; ``python corpus/edge_rebuild.py`` puts it right."""
    folder = edge_rebuild.FOLDER
    found = {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}

    assert {name for name in {*found, *files} if found.get(name) != files.get(name)} == set(), f"run: {COMMAND}"


def test_it_has_a_case_for_every_quirk(files: dict[str, bytes]) -> None:
    """cases.json is one array; each case has its files, which exist, and says what it is.

    Of the nodes of bodies those have one that comments of the skin can hold; what the skin cannot show has none.
    """
    cases = json.loads(files["cases.json"])

    assert [case["quirk"] for case in cases] == SHOWN
    for case in cases:
        assert case["key"] == f"reference/{case['quirk']}"
        assert {"skin", "readers", "files", "content_type", "catches"} <= set(case)
        assert case["quirk"] in case["labels"] or not case["labels"]
        for name in (*case["files"].values(), *(r["file"] for r in case.get("requests", []))):
            assert name in files, name
        assert Truth.from_json(files[case["files"]["truth"]]).to_json()


def test_files_read_back_to_their_truth(files: dict[str, bytes]) -> None:
    """A reader who has only the file and the content type of the case finds the truth, unless it is hostile."""
    for case in json.loads(files["cases.json"]):
        if case["readers"] == "hostile":
            continue
        _, _, charset = case["content_type"].lower().partition("charset=")
        charset = charset if is_codec(charset) else ""
        truth = Truth.from_json(files[case["files"]["truth"]])
        body = files[case["files"]["html"]]
        assert extract(body, "reference", encoding=charset or None, observed=observed(truth)) == truth, case["key"]


def is_codec(charset: str) -> bool:
    """Whether a name is that of an encoding; readers go by the page where a header names none."""
    with suppress(LookupError):
        return bool(codecs.lookup(charset))
    return False


def observed(truth: Truth) -> str | None:
    """The moment of observation that a truth tells."""
    return truth.observed if isinstance(truth.observed, str) else None


def test_what_a_file_cannot_hold_stands_as_requests(files: dict[str, bytes]) -> None:
    """Headers and further pages are listed with addresses and files; other cases have none."""
    cases = {case["quirk"]: case for case in json.loads(files["cases.json"])}

    assert "requests" not in cases["floor.gap"]
    assert cases["transport.gzip"]["requests"][0]["headers"]["Content-Encoding"] == "gzip"
    assert len(cases["page.beyond-last-200"]["requests"]) == 3
    assert len({r["url"] for r in cases["page.overlap"]["requests"]}) == 2
    assert cases["enc.none-latin1"]["requests"][0]["headers"]["Content-Type"] == "text/html"


def test_witnesses_are_small(files: dict[str, bytes]) -> None:
    """Pages stay below 15 kB, but those whose point is their size; all of it is below 6 kB a quirk."""
    large = {name for name, data in files.items() if name.endswith(".html") and len(data) > 15_000} - {"index.html"}

    assert {name.split("/")[1].removesuffix(".html").removesuffix(".1") for name in large} <= {
        "text.huge", "tree.deep50", "page.overlap", "page.exact-multiple", "page.beyond-last-200",
    }  # fmt: skip
    assert sum(map(len, files.values())) < 6_000 * len(QUIRKS)


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
def test_edge_cases_are_pages_that_have_their_quirk(skin: str) -> None:
    """``forgegen.edge_cases`` gives a page a quirk; a skin without occasion for one leaves it out."""
    pages = forgegen.edge_cases(skin)

    assert set(pages) <= set(QUIRKS)
    assert len(pages) > 150
    for name, page in pages.items():
        assert QUIRKS[name].detect(page)
        assert page.skin == skin


@pytest.mark.scaled
def test_the_command_writes_the_catalogue(tmp_path: Path, files: dict[str, bytes]) -> None:
    """The files are those of the checked-in catalogue; a second run replaces them, and --json says how many."""
    out = tmp_path / "cases"
    for _ in range(amount(1, 2)):
        result = CliRunner().invoke(cli, ["edge", str(out), "--json"], catch_exceptions=False)
        assert result.exit_code == 0
        assert json.loads(result.stdout)["cases"] == len(SHOWN)
        (out / "reference" / "more.html").write_bytes(b"")
    (out / "reference" / "more.html").unlink()

    assert {f.relative_to(out).as_posix(): f.read_bytes() for f in out.rglob("*") if f.is_file()} == files
    assert [f.name for f in tmp_path.iterdir()] == ["cases"]


def test_the_command_refuses_a_folder_with_other_files(tmp_path: Path) -> None:
    """Nothing is written into a folder that holds something else, or for a skin that does not exist."""
    (tmp_path / "mine.txt").write_text("x")

    for arguments in (["edge", str(tmp_path)], ["edge", str(tmp_path / "new"), "--skin", "referense"]):
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is not None
    assert [f.name for f in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_stored_gzip_members_are_valid(size: int) -> None:
    """What is compressed without a library is what a library decompresses."""
    data = bytes(n % 251 for n in range(size))

    assert gzip.decompress(gzipped(data)) == data
