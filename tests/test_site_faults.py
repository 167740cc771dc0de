"""Faults: who meets them is fixed by seed, method, URL and ask; transient ones pass, and each is what its name says."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest

from forgegen.errors import UnknownName, UsageError
from forgegen.model.truth import Truth
from forgegen.reading.extraction import extract
from forgegen.site.faults import FAULTS, Faults, parse_faults
from forgegen.site.serving import make_site
from forgegen.site.urls import Place
from tests.sites import HOST, OWN, SKINS, client_of, small_site
from tests.tiers import amount

TRANSIENT = [name for name, fault in FAULTS.items() if fault.lasting == "transient"]
PERMANENT = [name for name, fault in FAULTS.items() if fault.lasting == "permanent"]
THREAD = "/news/10000001.html"


def faulty(name: str, rate: str = "1", **options: Any) -> httpx.Client:
    """A client of a small forum with one fault."""
    return client_of(small_site(faults={name: rate}, **options), timeout=1)


def test_the_issue_names_them() -> None:
    """Each fault has what it is, what it catches, how long it lasts and where it is seen."""
    assert len(FAULTS) >= 20
    for fault in FAULTS.values():
        assert fault.about
        assert fault.catches
        assert fault.lasting in ("transient", "permanent")
        assert fault.seen in ("status", "wire", "content")


@pytest.mark.scaled
@pytest.mark.parametrize("name", TRANSIENT)
def test_transient_faults_clear_within_two_retries(name: str) -> None:
    """At rate 1 each URL is bad at first; the third ask, if not the second, is answered well, and all that follow."""
    site, plain = small_site("plainforum", faults={name: 1}), small_site("plainforum")
    for place in list(site.finder.places())[: 12 : amount(3, 1)]:
        path = site.finder.path(place)
        good = _seen(client_of(plain), path)
        answers = [_seen(client_of(site, timeout=1), path) for _ in range(4)]
        assert answers[2] == answers[3] == good
    met = {asked.fault for asked in site.log}
    assert met == {name, ""}


def _seen(client: httpx.Client, path: str) -> object:
    """What a client makes of an address: status and body, or the kind of its error."""
    with client:
        try:
            answer = client.get(path)
        except httpx.HTTPError as e:
            return type(e).__name__
        return answer.status_code, answer.content, answer.headers.get("content-type")


def test_reset_begins_anew() -> None:
    """After a reset the same URL meets the same fault again."""
    site = small_site(faults={"500": 1})
    with client_of(site) as client:
        first = [client.get(THREAD).status_code for _ in range(4)]
        site.reset()
        assert [client.get(THREAD).status_code for _ in range(4)] == first
    assert first[0] == 500
    assert first[2:] == [200, 200]


def test_concurrency_changes_nothing() -> None:
    """However many ask in whatever order, each ask of each URL meets the same fault."""
    urls = [f"/news/{10_000_000 + i % 7}.html?x={i}" for i in range(60)]
    asks = [url for url in urls for _ in range(3)]

    def outcome(workers: int, order: int) -> dict[str, list[int]]:
        site = make_site(1, threads=7, faults="429=.2,503=.2,500=.1,502=.1")
        shuffled = asks.copy()
        random.Random(order).shuffle(shuffled)
        with client_of(site) as client, ThreadPoolExecutor(workers) as pool:
            list(pool.map(client.get, shuffled))
        seen: dict[str, list[int]] = {}
        for asked in site.log:
            seen.setdefault(asked.url, []).append(asked.status)
        return {url: sorted(statuses) for url, statuses in seen.items()}

    first = outcome(1, 0)
    assert outcome(8, 1) == first
    assert {status for statuses in first.values() for status in statuses} == {200, 429, 500, 502, 503}


def test_rates_are_kept() -> None:
    """Over many URLs each fault comes about as often as it was told, and another seed chooses other URLs."""
    faults = Faults(parse_faults("429=.1,truncated=.02"), 7)
    met = [faults.transient("GET", f"/t/{i}") for i in range(20_000)]
    names = [found[0].name for found in met if found]

    assert 1800 < names.count("429") < 2200
    assert 320 < names.count("truncated") < 480
    assert len(names) == names.count("429") + names.count("truncated")
    other = [Faults(parse_faults("429=.1"), 8).transient("GET", f"/t/{i}") for i in range(200)]
    assert [bool(o) for o in other] != [bool(m) for m in met[:200]]


def test_methods_are_told_apart() -> None:
    """HEAD of a URL is counted apart from GET."""
    faults = Faults({"500": Decimal(1)}, 1)
    for method in ("GET", "HEAD"):
        assert [faults.transient(method, "/") is not None for _ in range(3)] in (
            [True, True, False],
            [True, False, False],
        )


@pytest.mark.few("name", keep=2)
@pytest.mark.parametrize("name", PERMANENT)
def test_permanent_faults_take_whole_threads(name: str) -> None:
    """Every page of a thread is away, at each ask, lists stay, and the expectation says which."""
    site = small_site("plainforum", threads=12, faults={name: Decimal("0.4")})
    rows = list(site.expected(HOST))
    away = {row.url: row.fault for row in rows}
    with client_of(site) as client:
        for row in rows:
            statuses = {client.get(row.url).status_code for _ in range(3)}
            assert (statuses == {200}) == (row.fault is None)
            assert len(statuses) == 1
        assert client.get("/").status_code == 200
    assert set(away.values()) == {name, None}
    by_thread: dict[str, set[str | None]] = {}
    for url, fault in away.items():
        by_thread.setdefault(url.partition("page-")[0], set()).add(fault)
    assert {len(faults) for faults in by_thread.values()} == {1}


@pytest.mark.parametrize(("name", "status"), [("429", 429), ("500", 500), ("502", 502), ("503", 503)])
def test_faults_of_status(name: str, status: int) -> None:
    """The status is the fault's name; who should wait is told how long."""
    with faulty(name) as client:
        answer = client.get(THREAD)

    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("1" if status in (429, 503) else None)


def test_faults_of_the_wire() -> None:
    """Slow, dropped, cut and wrongly measured answers are what a client would see of them."""
    with faulty("slow-headers") as client, pytest.raises(httpx.ReadTimeout):
        client.get(THREAD)
    for name in ("truncated", "wrong-length"):
        with faulty(name) as client, pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
            client.get(THREAD)
    with faulty("dropped") as client, pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        client.get(THREAD)
    with faulty("short-length") as client:
        page = client.get(THREAD)
    assert page.status_code == 200
    assert int(page.headers["content-length"]) == len(page.content)
    assert b"</html>" not in page.content


def test_a_redirect_loop_has_no_end() -> None:
    """A client that follows gives up by its own limit; asked again, the page is there."""
    with faulty("redirect-loop") as client:
        with pytest.raises(httpx.TooManyRedirects):
            client.get(THREAD, follow_redirects=True)
        client.get(THREAD)
        assert client.get(THREAD).status_code == 200


def test_the_wrong_charset_is_only_a_word() -> None:
    """The bytes are right, the header is not."""
    with client_of(small_site()) as client:
        right = client.get(THREAD)
    with faulty("wrong-charset") as client:
        wrong = client.get(THREAD)

    assert wrong.content == right.content
    assert wrong.headers["content-type"] == "text/html; charset=iso-8859-1"


def test_mojibake_is_in_the_words() -> None:
    """Headers and markup are right, the words are those of another charset."""
    with client_of(small_site()) as client:
        right = client.get(THREAD)
    with faulty("mojibake") as client:
        wrong = client.get(THREAD)

    assert wrong.headers["content-type"] == right.headers["content-type"]
    assert wrong.content.decode().encode("latin-1") == right.content


@pytest.mark.parametrize(("name", "word"), [("login-wall", "Log in"), ("captcha", "human")])
def test_walls_have_status_200(name: str, word: str) -> None:
    """What keeps a crawler out looks well by its status."""
    with faulty(name) as client:
        page = client.get(THREAD)

    assert page.status_code == 200
    assert word in page.text


def _read(client: httpx.Client, url: str) -> Truth:
    page = client.get(url)
    assert page.status_code == 200
    return extract(page.content, "plainforum", templates=[OWN], observed="2025-06-01T00:00:00Z")


def _long(**faults: int) -> tuple[httpx.Client, list[str]]:
    """A client of a forum, and the addresses of the pages of a thread with several."""
    site = small_site("plainforum", threads=30, faults=faults)
    index = next(i for i in range(30) if site.finder.pages(Place("thread", i)) > 2)
    return client_of(site), [HOST + site.finder.path(Place("thread", index, page)) for page in (1, 2, 3)]


def test_a_grown_thread_repeats_posts() -> None:
    """Pages begin with posts that the page before ended with; ids tell them."""
    plain, urls = _long()
    grown, _ = _long(**{"duplicated-posts": 1})
    first, second = _read(plain, urls[0]), _read(grown, urls[1])
    repeated = {p.id for p in first.posts} & {p.id for p in second.posts}

    assert 1 <= len(repeated) <= 4
    assert [p.id for p in second.posts if p.id in repeated] == [p.id for p in first.posts[-len(repeated) :]]
    assert _read(grown, urls[0]) == first


def test_a_shrunk_thread_lacks_posts() -> None:
    """Pages begin some posts later than the page before ended."""
    plain, urls = _long()
    shrunk, _ = _long(**{"missing-posts": 1})
    second, short = _read(plain, urls[1]), _read(shrunk, urls[1])
    lost = [p.id for p in second.posts if p.id not in {q.id for q in short.posts}]

    assert 1 <= len(lost) <= 4
    assert lost == [p.id for p in second.posts[: len(lost)]]


def test_a_stale_page_is_an_older_one() -> None:
    """It lacks the latest posts, says that a cache gave it, and the rest is as it was."""
    plain, urls = _long()
    stale, _ = _long(stale=1)
    answer = stale.get(urls[1])
    old = extract(answer.content, "plainforum", templates=[OWN], observed="2025-06-01T00:00:00Z")
    new = _read(plain, urls[1])

    assert answer.headers["age"] == "86400"
    assert old.posts == new.posts[: len(old.posts)]
    assert len(old.posts) == -(-len(new.posts) * 3 // 4)


@pytest.mark.scaled
@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SKINS)
def test_threads_that_changed_meanwhile_are_pages_in_every_skin(skin: str) -> None:
    """Also where posts have bodies, quote each other, and stand on a page that had neither before."""
    for fault in ("duplicated-posts", "missing-posts", "stale"):
        threads = amount(4, 10)
        site = small_site(skin, threads=threads, faults={fault: 1})
        client = client_of(site, cookies={"over18": "1"})
        for index in range(threads):
            for page in range(1, site.finder.pages(Place("thread", index)) + 1)[:4]:
                assert (
                    client.get(site.finder.path(Place("thread", index, page)), follow_redirects=True).status_code == 200
                )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("429=2", "rate '2' of fault '429'; right would be a number from 0 to 1"),
        ("429", "rate '' of fault '429'"),
        ("429=x", "rate 'x'"),
        ("429=-0.1", "rate '-0.1'"),
        ("429=nan", "rate 'nan'"),
        ("429=.6,500=.6", "make 1.2 together"),
        ("gone=.6,missing=.6", "permanent faults make 1.2 together"),
    ],
)
def test_wrong_rates_are_named(spec: str, message: str) -> None:
    """The error holds the rate, the fault and what would be right."""
    with pytest.raises(UsageError, match=message):
        parse_faults(spec)


def test_wrong_faults_are_answered_with_the_nearest() -> None:
    """A misspelt fault is named with the one that was meant."""
    with pytest.raises(UnknownName, match="Did you mean 'truncated'"):
        parse_faults("truncatd=.1")
