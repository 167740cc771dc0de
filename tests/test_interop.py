"""What other tools make of the formats that are theirs: they answer with the bytes that were written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import requests

from forgegen.corpus.files import OutputFolder, read_folder
from forgegen.corpus.formats.webpoet import GENERIC
from forgegen.corpus.plan import make_plan
from forgegen.corpus.rows import Row, rows
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.write import write
from forgegen.errors import UsageError
from forgegen.site.exchange import Request, Wire
from forgegen.site.faults import parse_faults
from forgegen.site.serving import make_site
from forgegen.site.urls import Place
from tests.corpora import Serial
from tests.replays import Sent, asking, crawled, sent_of
from tests.tiers import heavy

vcr, wacz_validate, playwright = heavy("vcr"), heavy("wacz.validate"), heavy("playwright.sync_api")
fixture_module = heavy("web_poet.testing")
SKINS = ("reference", "discuz", "phpbb3")  # UTF-8 in Chinese, GBK, English


def corpus_of(out: Path, **settings: Any) -> tuple[Spec, list[Row]]:
    """A small corpus written to a folder, and its rows."""
    settings = {"threads": 6, "seed": 3, "skins": SKINS, **settings, "formats": [settings["formats"]]}
    spec = make_spec(settings)
    write(spec, out, executor=Serial())
    return spec, [row for index in range(spec.threads) for row in rows(spec, index)]


def shard(spec: Spec, out: Path, form: str) -> Path:
    """The only shard of a format."""
    return out / make_plan(spec).path(0, form)


@pytest.mark.needs("vcr")
@pytest.mark.outside
def test_vcr_answers_from_a_cassette(tmp_path: Path) -> None:
    """Requests within a cassette get the status, the headers and the bytes of every page, and no other page."""
    spec, made = corpus_of(tmp_path, formats="vcr")
    tape = vcr.VCR(record_mode="none").use_cassette(str(shard(spec, tmp_path, "vcr")), allow_playback_repeats=True)
    with tape, requests.Session() as session:
        for row in made:
            answer = session.get(row.page.url, timeout=5)
            assert (answer.status_code, answer.content) == (200, row.body)
            assert answer.headers["Content-Type"] == row.page.headers["Content-Type"]
        with pytest.raises(Exception, match=r"other\.example"):
            session.get("https://other.example/", timeout=5)


@pytest.mark.needs("vcr")
@pytest.mark.outside
def test_a_crawl_with_requests_replays_from_a_cassette(tmp_path: Path) -> None:
    """From ``/``, requests under VCR.py reaches every thread's page by links and redirects, with the site's bytes."""
    spec, made = corpus_of(tmp_path, formats="vcr", skins="xenforo2", threads=4, site={"boards": 2})
    ask = asking(make_site(3, skin="xenforo2", boards=2, threads=4))
    tape = vcr.VCR(record_mode="none").use_cassette(str(shard(spec, tmp_path, "vcr")))
    with tape, requests.Session() as session:

        def get(url: str) -> Sent:
            answer = session.get(url, timeout=5, allow_redirects=False)
            return sent_of(answer.status_code, list(answer.headers.items()), answer.content)

        seen = crawled(get)
    assert {row.url for row in made} <= set(seen)
    assert {url for url, sent in seen.items() if sent != ask(url)} == set()


@pytest.mark.needs("vcr")
@pytest.mark.outside
def test_vcr_plays_faults_and_then_the_page(tmp_path: Path) -> None:
    """Asked again and again, each address of the cassette gives the site's answers in their order, faults and all."""
    faults = "429=.2,truncated=.1,wrong-length=.1,short-length=.1,mojibake=.1,redirect-loop=.1,login-wall=.1,gone=.3"
    spec, made = corpus_of(tmp_path, formats="vcr", skins="phpbb3", threads=4, site={"boards": 2, "faults": faults})
    site = make_site(3, skin="phpbb3", boards=2, threads=4, faults=faults)
    path, met = shard(spec, tmp_path, "vcr"), set()
    lines = [line[2:].replace("!!binary ", "", 1) for line in path.read_text("utf-8").splitlines()[2:]]
    urls = [json.loads(line)["request"]["uri"] for line in lines]
    with vcr.VCR(record_mode="none").use_cassette(str(path)), requests.Session() as session:
        for url in urls:
            parts = urlsplit(url)
            good = site.answer(Request("GET", unquote(parts.path), parts.query, {}, parts.netloc))
            wire = good.wire or Wire()
            with session.get(url, timeout=5, allow_redirects=False, stream=True) as answer:
                assert answer.status_code == good.status
                assert answer.raw.read() == good.body[: wire.cut][: wire.declare]
                assert answer.headers.get("Content-Length") == (good.wire and str(wire.declare or len(good.body)))
            met.add(site.log[-1].fault)

    assert met == {"", *parse_faults(faults)}
    assert {site.permanent_fault(Place("thread", index)) for index in {row.index for row in made}} == {None}


@pytest.mark.needs("chromium")
@pytest.mark.needs("playwright")
@pytest.mark.outside
def test_a_browser_follows_links_within_an_archive(tmp_path: Path) -> None:
    """A browser that is routed to a site's archive gets from ``/`` to a board and a thread by clicking, byte for byte."""
    spec, made = corpus_of(tmp_path, formats="har", skins="phpbb3", threads=4, site={"boards": 2})
    ask = asking(make_site(3, skin="phpbb3", boards=2, threads=4))
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context()
        context.route_from_har(shard(spec, tmp_path, "har"), not_found="abort")
        tab = context.new_page()
        tab.goto("http://forum.example/")
        for link in ("a.forumtitle", "a.topictitle"):
            with tab.expect_navigation() as going:
                tab.click(link)
            answer = going.value
            assert (answer.status, answer.body()) == (200, ask(answer.url).body)
        assert tab.url in {row.url for row in made}
        browser.close()


@pytest.mark.needs("chromium")
@pytest.mark.needs("playwright")
@pytest.mark.outside
def test_playwright_answers_from_an_archive(tmp_path: Path) -> None:
    """A browser that is routed to the archive gets every page's bytes, and nothing else."""
    spec, made = corpus_of(tmp_path, formats="har")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context()
        context.route_from_har(shard(spec, tmp_path, "har"), not_found="abort")
        tab = context.new_page()
        for row in made:
            answer = tab.goto(row.page.url, wait_until="commit")
            assert (answer.status, answer.body()) == (200, row.body)
        with pytest.raises(Exception, match="ERR_FAILED"):
            tab.goto("https://other.example/")
        browser.close()


@pytest.mark.needs("wacz")
@pytest.mark.outside
@pytest.mark.filterwarnings("ignore")  # the validator leaves files open
def test_a_wacz_file_is_valid(tmp_path: Path) -> None:
    """The validator of py-wacz finds all files, sizes and digests right, and its own index equal to ours."""
    spec, _ = corpus_of(tmp_path, formats="wacz")
    checked = wacz_validate.Validation(str(shard(spec, tmp_path, "wacz")))

    assert checked.check_required_contents() == 0
    assert checked.frictionless_validate()
    assert checked.check_file_paths()
    assert checked.check_file_hashes()
    checked.dir.cleanup()


@pytest.mark.needs("web_poet")
@pytest.mark.outside
def test_the_generic_page_object_passes_its_fixtures(tmp_path: Path) -> None:
    """The page object that ships makes the item of every fixture, and no field more."""
    spec, made = corpus_of(tmp_path, formats="webpoet")
    from forgegen.web_poet_page import ForumPage

    folder = shard(spec, tmp_path, "webpoet") / GENERIC
    fixtures = [fixture_module.Fixture(place) for place in sorted(folder.iterdir())]
    assert len(fixtures) == len(made)
    for one in fixtures:
        assert one.is_valid()
        one.assert_full_item_correct(ForumPage)
        one.assert_no_extra_fields(ForumPage)
        assert "posts" in one.get_expected_output_fields()


def test_fixtures_of_a_page_object_have_its_names(tmp_path: Path) -> None:
    """``page_object`` names the folder and ``rename`` the fields, of the page and of posts; no header is added."""
    spec, made = corpus_of(
        tmp_path, threads=1, skins="phpbb3", formats="webpoet", page_object="shop.pages:Topic", rename={"body": "text"}
    )
    folder = shard(spec, tmp_path, "webpoet") / "shop.pages.Topic" / made[0].stem
    item = json.loads((folder / "output.json").read_text("utf-8"))
    info = json.loads((folder / "inputs/HttpResponse-info.json").read_text("utf-8"))

    assert [post["body"] for post in item["posts"]] == [post.text for post in made[0].truth.posts]
    assert not any("text" in post or "replies_actual" in post for post in item["posts"])
    assert dict(info["headers"]) == made[0].page.headers
    assert (folder / "inputs/HttpResponse-body.html").read_bytes() == made[0].body


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"formats": ["webpoet"], "page_object": "pages.Topic"}, "right would be 'package.module:Class'"),
        ({"formats": ["webpoet"], "rename": {"body": "txet"}}, "Did you mean 'text'"),
        ({"formats": ["html"], "rename": {"body": "text"}}, "right would be with the format webpoet"),
    ],
)
def test_wrong_fixtures_are_refused(settings: dict[str, Any], said: str) -> None:
    """The message says what would be right."""
    with pytest.raises(UsageError) as error:
        make_spec(settings)

    assert said in str(error.value)


@pytest.mark.parametrize("form", ["har", "vcr"])
def test_a_file_that_readers_load_whole_has_a_limit(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard beyond it is refused with a sentence, and nothing is left under its name."""
    monkeypatch.setattr(f"forgegen.corpus.formats.{form}.MOST", 100_000)
    with pytest.raises(UsageError, match=f"a shard of {form} would be larger than .* smaller --shard-size"):
        corpus_of(tmp_path, threads=60, formats=form)

    assert not [file for file in (tmp_path / "data").rglob("*") if file.is_file()]


def test_an_archive_of_http_shows_what_a_browser_saw(tmp_path: Path) -> None:
    """An entry has the page as text where it is UTF-8, else in base64; a compressed body is unpacked in it."""
    spec, made = corpus_of(tmp_path, formats="har", quirks=["none", "transport.gzip"], threads=12)
    entries = json.loads(shard(spec, tmp_path, "har").read_text("utf-8"))["log"]["entries"]
    packed = 0
    for entry, row in zip(entries, made, strict=True):
        content = entry["response"]["content"]
        assert (entry["request"]["url"], entry["response"]["status"]) == (row.page.url, 200)
        assert ("encoding" in content) == (not row.is_plain())
        if row.is_plain():
            assert content["text"] == row.html
        packed += "transport.gzip" in row.page.planted

    assert packed
    assert httpx.URL(entries[0]["request"]["url"]).host


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "a/..", "c:/x", "a\\..\\x"])
def test_no_name_leads_out_of_a_folder(name: str, tmp_path: Path) -> None:
    """A name in a list that a stranger wrote is refused for reading, and one in a stranger's plan for writing."""
    (tmp_path / "in").mkdir()
    (tmp_path / "x").write_bytes(b"outside")
    folder = OutputFolder(tmp_path / "out")

    with read_folder(tmp_path / "in") as get, pytest.raises(OSError, match="is no name of a file in this folder"):
        get(name)
    with pytest.raises(OSError, match="is no name of a file in this folder"):
        folder.put(f"{name}/y", b"")
    folder.discard()
