"""A site in time: one order of activity, numbers that grow, and clients that come back for what is new."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import chain, pairwise
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser

from forgegen.cli.serve import past_line
from forgegen.errors import UsageError
from forgegen.model.calendar import DAY, HOUR, iso_utc
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page
from forgegen.rendering.listing import thread_line
from forgegen.site.forum import Forum
from forgegen.site.moments import Clock, read_moment, read_speed
from forgegen.site.numbers import Numbers
from forgegen.site.schedule import A_SLOT
from forgegen.site.serving import ForumSite, make_site
from forgegen.site.site import SiteContent
from forgegen.site.urls import Place
from tests.command import within
from tests.sites import HOST, SKINS, client_of, small_site

pytestmark = pytest.mark.few("skin")
BILLION = 10**9


@lru_cache(maxsize=8)
def forum_of(skin: str, threads: int = 90) -> Forum:
    """A forum that tests share; they change nothing in it."""
    return small_site(skin, threads=threads, boards=3).forum


# -- one order of activity --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skin", SKINS)
def test_lists_are_in_their_order_and_whole(skin: str) -> None:
    """Each thread stands on its board's list once. Boards go by the latest post, but for those that stay on top; on
    engines that list by arrival, by that; BBS boards have their oldest thread first on each page, the newest page
    first."""
    forum = forum_of(skin)
    for board in range(3):
        pages = [forum.listed(board, page) for page in range(1, forum.board_pages(board) + 1)]
        listed = [index for page in pages for index in page]
        assert sorted(listed) == [index for index in range(forum.size) if forum.board_index(index) == board]
        if forum.rules.order == "oldest":
            assert [index for page in reversed(pages) for index in page] == sorted(listed)
            assert all(len(page) == forum.skin.threads_per_page for page in pages[1:])
        elif forum.rules.order == "arrival":
            assert listed == sorted(listed, reverse=True)
        else:
            rows = [forum.row(index) for index in listed]
            stuck = [row for row in rows if row.sticky]
            assert rows[: len(stuck)] == stuck
            assert len(stuck) <= 2 * forum.rules.stuck
            assert all((a.last or 0) >= (b.last or 0) for a, b in pairwise(rows[len(stuck) :]))


@pytest.mark.parametrize("skin", SKINS)
def test_no_title_stands_twice_on_a_list(skin: str) -> None:
    """A board's neighbours tell different stories."""
    forum = forum_of(skin)
    for board in range(3):
        for page in range(1, forum.board_pages(board) + 1):
            titles = [forum.row(index).title for index in forum.listed(board, page)]
            assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("skin", SKINS)
def test_everything_that_tells_of_activity_tells_the_same(skin: str) -> None:
    """Index, feed, sitemap, permalinks of last posts and the threads' own pages agree on what came last."""
    site = small_site(skin, threads=24, boards=3)
    forum, finder = site.forum, site.finder
    every = {index: forum.row(index) for index in range(forum.size)}
    for board in range(3):
        latest = forum.board_row(board).latest
        mine = [row for index, row in every.items() if forum.board_index(index) == board]
        assert latest is not None
        if forum.rules.order == "activity":
            assert latest.last == max(row.last or 0 for row in mine)
    with client_of(site, cookies={"over18": "1"}) as client:
        feed = ET.fromstring(client.get(site.rules.rss).content)
        dates = [parsedate_to_datetime(e.text or "").timestamp() for e in feed.iter("pubDate")]
        assert dates == sorted((row.published or 0 for row in every.values()), reverse=True)[: len(dates)]
        sitemap = ET.fromstring(client.get("/sitemap.xml").content)
        stated = {url[0].text: url[1].text for url in sitemap}
        for index, row in every.items():
            thread = forum.thread(index)
            times = [post.time or 0 for post in thread.posts] or [thread.published or 0]
            assert row.last == max(times)
            assert row.last_pid == max(thread.numbers)
            assert forum.changed(index) >= max(times)
            assert stated[HOST + finder.path(Place("thread", index))] == iso_utc(forum.changed(index))


@pytest.mark.parametrize("skin", SKINS)
def test_links_to_the_latest_post_lead_there(skin: str) -> None:
    """On each list page, links to a thread's last post end on the page that shows it, at its anchor."""
    site = small_site(skin, threads=12)
    lines = [
        (thread_line(site.forum.row(index), site.forum.skin, HOST), site.forum.thread(index)) for index in range(12)
    ]
    with client_of(site, cookies={"over18": "1"}) as client:
        for line, thread in lines[:6]:
            address, _, anchor = line.last_post_url.partition("#")
            truth = site.shown(site.finder.place_of(address) or Place("index"), HOST).truth
            last = max(range(len(thread.numbers)), key=thread.numbers.__getitem__)
            assert [post.id for post in truth.posts if post.n == last] in ([anchor], [])
            for form in site.rules.latest:
                ask = form.format(id=thread.id, slug=line.slug)
                assert client.get(ask).headers["location"] == line.last_post_url


@pytest.mark.parametrize("skin", ["hackernews", "oldreddit"])
def test_the_front_page_ranks_the_newest(skin: str) -> None:
    """A page's threads are those that came last; hot ones stand first, and further pages go on to the first thread."""
    site = small_site(skin, threads=70)
    per, forum = site.forum.skin.threads_per_page, site.forum
    pages = [forum.front(page) for page in range(1, forum.front_pages() + 1)]
    with client_of(site) as client:
        first = client.get("/").text if skin == "oldreddit" else client.get("/news").text
        places = [first.index(f">{_escaped(forum.row(index).title)}<") for index in pages[0]]
        assert client.get(site.finder.path(Place("index", 0, len(pages)))).status_code == 200
        assert client.get(site.finder.path(Place("index", 0, len(pages) + 1))).status_code in (200, 404)

    assert sorted(pages[0]) == list(range(70 - per, 70))
    assert places == sorted(places)
    assert pages[0] != sorted(pages[0], reverse=True)
    assert sorted(index for page in pages for index in page) == list(range(70))


def _escaped(text: str) -> str:
    return str(escape(text))


# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skin", SKINS)
def test_numbers_grow_with_time_and_mean_one_thing(skin: str) -> None:
    """Threads and posts are numbered as they come over the whole forum, within the engine's columns, and each number
    leads back to what has it."""
    forum = forum_of(skin)
    posts = []
    for index in range(forum.size):
        thread, ranks, _ = forum.told(index)
        posts += [
            (forum.schedule.positions(index)[rank], number, index, n)
            for n, (rank, number) in enumerate(zip(ranks, forum.thread(index).numbers, strict=True))
        ]
        assert forum.index_of(thread.id) == index
    posts.sort()
    numbers = [number for _, number, _, _ in posts]
    threads = [forum.numbers.thread(index) for index in range(forum.size)]
    columns = forum.skin.columns

    assert all(a < b for a, b in pairwise(numbers))
    assert all(a < b for a, b in pairwise(threads))
    assert not columns.posts or numbers[-1] <= columns.posts
    assert not columns.threads or threads[-1] <= columns.threads
    for _, number, index, n in posts[::17]:
        assert forum.post_of(number) == (index, n)
    if columns.items:
        assert threads == [forum.thread(index).number(0) for index in range(forum.size)]


@pytest.mark.parametrize(("skin", "threads", "past"), [
    ("phpbb3", 10**6, False), ("phpbb3", 10**8, False), ("phpbb3", BILLION, True), ("smf2", 14_000_000, False),
    ("smf2", 20_000_000, True), ("discourse", 4 * 10**7, False), ("hackernews", BILLION, False), ("ptt", 10**10, False),
])  # fmt: skip
def test_ids_stay_within_the_columns_while_posts_fit(skin: str, threads: int, past: bool) -> None:
    """The last post of a large forum has an id within its column, or the forum says that its ids go on past it."""
    forum = Forum(1, skin=skin, threads=threads)
    numbers, columns = forum.numbers, forum.skin.columns
    last = threads - 1

    assert numbers.past is past
    fits = not columns.posts or numbers.post(last, 0) <= columns.posts
    assert past or (fits and (not columns.threads or numbers.thread(last) <= columns.threads))
    assert numbers.post(last - 1, 0) < numbers.post(last, 0)
    assert numbers.post_of(numbers.post(last, 0)) == (last, 0)
    assert forum.index_of(numbers.thread(last)) == last


def test_a_sites_thread_survives_its_json() -> None:
    """Its numbers are part of it, and a page of it stands alone."""
    thread = forum_of("phpbb3").thread(7)
    page = Page(thread, "phpbb3")

    assert Thread.from_json(thread.to_json()) == thread
    assert [post.id for post in page.truth.posts] == [f"p{thread.number(post.n)}" for post in page.truth.posts]
    with pytest.raises(ValueError, match="2 numbers for the opening post and 0 others"):
        Thread(numbers=(1, 2))


def test_the_command_says_that_ids_do_not_fit() -> None:
    """One line names the threads, the engine and its columns."""
    said = past_line(forum_of("phpbb3", BILLION))

    assert said.startswith("forgegen: 1,000,000,000 threads")
    assert "columns of phpBB hold (threads 4,294,967,295, posts 4,294,967,295)" in said
    assert "\n" not in said


@given(st.integers(0, 2 * BILLION))
def test_any_thread_of_a_billion_has_growing_numbers(index: int) -> None:
    """Wherever one looks, the posts of a thread and of the next one are numbered as they come."""
    numbers: Numbers = forum_of("phpbb3", BILLION).numbers
    found = sorted(
        (numbers.schedule.positions(slot)[rank], slot, rank)
        for slot in (index, index + 1)
        for rank in range(len(numbers.schedule.positions(slot)))
    )

    told = [numbers.post(slot, rank) for _, slot, rank in found]
    assert all(a < b for a, b in pairwise(told))


def test_a_billion_threads_cost_what_a_hundred_do() -> None:
    """A page of a list in the middle of a huge forum looks at some hundred threads' times and makes those it shows."""
    forum = make_site(1, skin="phpbb3", threads=BILLION, boards=4).forum
    made, timed = [], []
    pace, whole = forum.schedule.pace, forum.schedule.thread
    forum.schedule.pace = lambda slot: timed.append(slot) or pace(slot)  # type: ignore[func-returns-value,method-assign]
    forum.schedule.thread = lambda slot: made.append(slot) or whole(slot)  # type: ignore[func-returns-value,method-assign]
    rows = [forum.row(index) for index in forum.listed(2, forum.board_pages(2) // 2)]

    assert len(rows) == len(set(made)) == 25
    assert len(set(timed)) < 3_000
    assert [row.last or 0 for row in rows] == sorted((row.last or 0 for row in rows), reverse=True)


# -- time -------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 400 * DAY), st.integers(0, 40 * DAY))
def test_the_past_stays_as_it_was(start: int, later: int) -> None:
    """A later forum has all threads of the earlier one, with the same numbers, and their posts but for those taken
    down; nothing on it is from the future."""
    forum = forum_of("phpbb3", 40)
    first = forum.schedule.instant(forum.schedule.start(0))
    before, after = forum.at(first + start), forum.at(first + start + later)

    assert before.size <= after.size
    for index in range(before.size)[-3:]:
        old, new = before.told(index), after.told(index)
        fate = forum.whole(index)[1]
        assert set(old.ranks) - set(new.ranks) <= set(fate.taken)
        assert forum.index_of(old.thread.id) in (index, None)
        assert max([p.time or 0 for p in new.thread.posts], default=0) <= after.now
        assert old.changed <= new.changed <= after.activity.position


@given(st.integers(0, 4 * 10**5), st.sampled_from([1, 7, 120, 10**6, BILLION, 10**10]))
def test_positions_and_instants_agree(seconds: int, threads: int) -> None:
    """The position of an instant is the last one that has come by then, at any rate of threads."""
    schedule = forum_of("ptt", threads).schedule
    instant = schedule.instant(0) + seconds * 100
    position = schedule.position(instant)

    assert schedule.instant(position) <= instant < schedule.instant(position + 1)


def test_the_posts_of_a_thread_keep_its_pace() -> None:
    """They come one after the other between its arrival and the slot in which it ends, the last one there."""
    forum = forum_of("phpbb3")
    for index in range(forum.size):
        positions = forum.schedule.positions(index)
        assert all(a < b for a, b in pairwise(positions))
        assert positions[0] == forum.schedule.start(index)
        end = forum.schedule.timeline.end_of(index)
        assert positions[-1] >> A_SLOT == end or not forum.schedule.bumped
        assert positions[-1] >> A_SLOT <= end


def test_posts_are_edited_and_taken_down() -> None:
    """An edit adds the last sentence and shows its note; a post that is taken down had no replies and was not the
    last: both happen, to few."""
    forum = forum_of("xenforo2", 90)
    edited = taken = posts = 0
    for index in range(forum.size):
        whole, fate = forum.whole(index)
        posts += len(whole.posts)
        edited, taken = edited + len(fate.edited), taken + len(fate.taken)
        positions = forum.schedule.positions(index)
        for rank, at in fate.edited.items():
            row = next(row for row, post in enumerate(whole.posts) if post.arrival == rank - 1)
            before = forum.at(max(forum.schedule.instant(at - 1), forum.schedule.instant(positions[rank])))
            if before.activity.position < at:
                shown = before.told(index).thread.posts
                assert not any(post.text == whole.posts[row].text and post.arrival == rank - 1 for post in shown)
        assert all(at > positions[rank + 1] for rank, at in fate.taken.items())
    assert 0 < taken < posts / 50
    assert 0 < edited < posts / 20


# -- clients ----------------------------------------------------------------------------------------------------------


class Incremental:
    """A crawler of phpBB that comes back: from the top of each board to the first topic without a new post. It reads
    nothing but pages, and asks for a topic's pages from the one on which its next post stands."""

    def __init__(self, client: httpx.Client, boards: list[str]) -> None:
        self.client, self.boards = client, boards
        self.last: dict[str, str] = {}
        self.posts: dict[str, set[str]] = {}
        self.pages: dict[str, str] = {}
        self.again: list[str] = []

    def visit(self) -> None:
        """Read what is new."""
        for board in self.boards:
            address: str | None = board
            while address is not None:
                address = self._read_list(address)

    def _read_list(self, address: str) -> str | None:
        tree = LexborHTMLParser(self.client.get(address).content)
        for row in tree.css("ul.topics > li.row"):
            link, cell = row.css_first("a.topictitle"), row.css_first("dd.lastpost time")
            assert link is not None
            assert cell is not None
            topic = (link.attributes["href"] or "").lstrip(".")
            last = cell.attributes["datetime"] or ""
            if self.last.get(topic) == last:
                if "sticky" in (row.attributes["class"] or ""):
                    continue
                return None
            self.last[topic] = last
            self._read_topic(topic)
        found = tree.css_first("a[rel=next]")
        return None if found is None else (found.attributes["href"] or "").lstrip(".")

    def _read_topic(self, topic: str) -> None:
        known = self.posts.setdefault(topic, set())
        page = len(known) // 15
        while True:
            address = topic if page == 0 else f"{topic}&start={page * 15}"
            body = self.client.get(address).content
            tree = LexborHTMLParser(body)
            shown = [node.attributes["id"] or "" for node in tree.css("div.post[id]")]
            if self.pages.get(address) == str(shown):
                self.again.append(address)
            self.pages[address] = str(shown)
            known.update(shown)
            if tree.css_first("a[rel=next]") is None:
                return
            page += 1


def busy_site(skin: str, seed: int) -> SiteContent:
    """A forum with some fifty threads, to which one comes a day."""
    schedule = make_site(seed, skin=skin, threads=400, boards=2).forum.schedule
    return make_site(seed, skin=skin, threads=400, boards=2, at=schedule.instant(schedule.start(50)))


def ten_days(site: SiteContent, hours: int = 8) -> Iterator[None]:
    """Ten days in steps."""
    for _ in range(10 * 24 // hours):
        site.clock.advance(hours * HOUR)
        yield


def test_a_crawler_that_stops_at_the_first_old_topic_misses_nothing() -> None:
    """Over ten days it has every post that was on a page when it came, and fetched no topic's page that was as it
    had been."""
    site = busy_site("phpbb3", 1)
    with client_of(site) as client:
        boards = [site.finder.path(Place("board", board)) for board in range(2)]
        crawler = Incremental(client, boards)
        crawler.visit()
        size = site.forum.size
        for _ in ten_days(site):
            crawler.visit()
            known = set().union(*crawler.posts.values())
            numbers = {f"p{n}" for index in range(site.forum.size) for n in site.forum.thread(index).numbers}
            assert numbers <= known
    assert site.forum.size > size
    assert crawler.again == []


@pytest.mark.every
def test_a_crawler_that_watches_for_edits_sees_each() -> None:
    """It follows the dates of change in the sitemap: over ten days it fetches a thread's page again only where that
    has changed, and has in the end what the truth says."""
    site = busy_site("xenforo2", 3)
    seen: dict[str, str] = {}
    truths: dict[str, Truth] = {}
    fetched = 0
    with client_of(site) as client:
        for _ in chain([None], ten_days(site)):
            tree = ET.fromstring(client.get("/sitemap.xml").content)
            for address, changed in ((url[0].text or "", url[1].text or "") for url in tree):
                if "/threads/" not in address or seen.get(address) == changed:
                    continue
                seen[address] = changed
                pages = site.finder.pages(site.finder.place_of(address) or Place("index"))
                for page in [address, *(f"{address}page-{n}" for n in range(2, pages + 1))]:
                    assert client.get(page).status_code == 200
                    found = site.truth_at(page, HOST)
                    assert found is not None
                    fetched += page in truths
                    assert pages > 1 or truths.get(page) != found.truth
                    truths[page] = found.truth
    now = {row.url: row.truth for row in site.expected(HOST)}
    happened = [c.kind for c in site.changes(HOST, site.now - 10 * DAY)]

    assert {url: _timeless(truth) for url, truth in truths.items()} == {u: _timeless(t) for u, t in now.items()}
    assert fetched > 0
    assert {"thread", "post", "edit"} <= set(happened)


def _timeless(truth: Truth) -> list[tuple[object, ...]]:
    """What a truth says of the posts but for times, which may be told by their age."""
    return [(post.id, post.author, post.text) for post in truth.posts]


# -- the doors --------------------------------------------------------------------------------------------------------


def test_the_date_of_an_answer_is_the_moment_it_shows() -> None:
    """Pages, lists, errors and files all carry it, and it goes with the clock; the truth of an answer stays its own
    for ever, and without a moment it is that of the last answer for the address."""
    with ForumSite(1, skin="phpbb3", boards=2, threads=20) as site:
        forum = site.site.forum
        alive = next(
            slot for _, slot in forum.activity.live if forum.schedule.timeline.end_of(slot) < forum.activity.over + 40
        )
        url = site.url + site.site.finder.path(Place("thread", alive))
        first = httpx.get(url)
        then = site.truth(url)
        for path in ("/", "/nowhere", "/robots.txt", "/sitemap.xml"):
            date = parsedate_to_datetime(httpx.get(site.url + path).headers["date"])
            assert int(date.timestamp()) == site.now
        assert site.advance(days=800) == site.now
        assert site.truth(url) == then
        ask = f"{site.truth_url}/truth?url={quote(url, safe='')}"
        assert httpx.get(ask).json() == json.loads(then.to_json())
        second = httpx.get(url)
        later = httpx.get(ask).json()
        assert later != json.loads(then.to_json())
        old = httpx.get(f"{ask}&at={quote(first.headers['date'])}").json()
        assert old == json.loads(then.to_json())
        assert parsedate_to_datetime(second.headers["date"]) > parsedate_to_datetime(first.headers["date"])


def test_changes_are_what_differs() -> None:
    """What happened between two moments leads from the posts of the one to those of the other."""
    with ForumSite(1, skin="smf2", boards=2, threads=30) as site:
        start = site.now
        before = _numbers(site.site.forum)
        site.advance(days=40)
        after = _numbers(site.site.forum)
        lines = httpx.get(f"{site.truth_url}/changes?since={start}").text.splitlines()
        told = [json.loads(line) for line in lines]
        assert [row["at"] for row in told] == sorted(row["at"] for row in told)
        came = {row["post"] for row in told if row["kind"] in ("thread", "post")}
        gone = {row["post"] for row in told if row["kind"] == "deletion"}
        assert after == (before | came) - gone
        assert len(told) == len(list(site.changes(start)))
        for row in told[:10]:
            assert httpx.get(row["url"]).status_code == 200


def _numbers(forum: Forum) -> set[int]:
    return {number for index in range(forum.size) for number in forum.thread(index).numbers}


def test_expected_pages_at_another_moment() -> None:
    """They are what a forum that stands still at that moment shows."""
    with ForumSite(1, boards=2, threads=9) as site:
        at = site.now - 200 * DAY
        rows = httpx.get(f"{site.truth_url}/expected.jsonl?at={at}&kind=all").text.splitlines()
        other = make_site(1, boards=2, threads=9, at=at)

        assert [json.loads(row)["url"] for row in rows] == [
            row.url for row in other.expected(site.url, ("index", "board", "thread"))
        ]
        assert other.now == at


@pytest.mark.parametrize(
    "path", ["/truth?url=/&at=noon", "/expected.jsonl?at=1970-01-01", "/changes?since=", "/changes"]
)
def test_a_wrong_moment_is_answered_with_a_sentence(path: str) -> None:
    """It names what was given, and what would be right; the status is 400."""
    with ForumSite(1, boards=2, threads=5) as site:
        answer = httpx.get(site.truth_url + path)
    assert answer.status_code == 400
    assert re.search(r"right would be|Ask for", answer.text)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at": "yesterday"}, "at cannot be 'yesterday'; right would be as 2024-02-17T05:01:00Z"),
        ({"at": "1999-01-01"}, "the forum is not there at 1999-01-01T00:00:00Z; right would be 2024-"),
        ({"at": 10**15}, "at cannot be|not there at"),
        ({"clock": "fast"}, "clock cannot be 'fast'; right would be real, day/minute"),
        ({"clock": -1}, "clock cannot be '-1'"),
    ],
)
def test_wrong_times_are_refused(options: dict[str, object], message: str) -> None:
    """The error says what would be right."""
    with pytest.raises(UsageError, match=message):
        make_site(1, boards=2, threads=5, **options)  # type: ignore[arg-type]


def test_a_clock_goes_at_its_speed() -> None:
    """Time stands still unless it is told to go; it cannot be put back."""
    seconds = iter([100.0, 101.5, 103.0])
    going, still = Clock(1_000, read_speed("day/minute"), lambda: next(seconds)), Clock(1_000)

    assert (going.now, going.now) == (1_000 + 2160, 1_000 + 4320)
    assert (still.now, still.advance(60), still.now) == (1_000, 1_060, 1_060)
    with pytest.raises(UsageError, match="time cannot go back by 5 seconds"):
        still.advance(-5)
    assert read_moment("1708146060") == read_moment("2024-02-17T05:01:00Z")


def test_a_running_site_shows_more_and_more() -> None:
    """At a month a second, the index is another after a moment, and each answer agrees with its own date."""
    with ForumSite(1, boards=2, threads=12, clock="30 days/second") as site:
        url = site.url + site.site.finder.path(Place("thread", 11))
        while len(site.site.forum.thread(11).posts) == 0 and site.now < site.site.forum.schedule.present() + 400 * DAY:
            pass
        page = httpx.get(url)
        at = int(parsedate_to_datetime(page.headers["date"]).timestamp())
        truth = site.truth(url)
        assert truth == site.truth(url, at=at)
        assert truth.title in page.text


@pytest.mark.parametrize(("arguments", "said"), [
    (["--at", "noon"], "right would be as"), (["--clock", "fast"], "clock cannot be 'fast'"),
])  # fmt: skip
def test_the_command_names_a_wrong_time(arguments: list[str], said: str) -> None:
    """Wrong use is exit code 2, with what would be right."""
    done = within("serve", "--port", "0", *arguments)

    assert done.returncode == 2
    assert said in done.stderr.decode()
