"""The site on real sockets: what goes over the wire, the truth port, starting and stopping."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote

import httpx
import pytest

from forgegen.errors import UsageError
from forgegen.site.app import SiteApp
from forgegen.site.exchange import Answer, Request
from forgegen.site.serving import ForumSite, make_site
from tests.command import within

THREAD = "/news/10000001.html"


@pytest.fixture(scope="module")
def forum() -> Iterator[ForumSite]:
    """A running forum without faults."""
    with ForumSite(1, boards=2, threads=7) as site:
        yield site


def raw(site: ForumSite, data: bytes) -> bytes:
    """What the server says to some bytes, until it closes the connection."""
    port = int(site.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(data)
        received = b""
        while part := one.recv(65536):
            received += part
    return received


def test_it_serves_what_the_truth_says(forum: ForumSite) -> None:
    """Pages over a socket are those of the generator, the truth is theirs."""
    page = httpx.get(forum.url + THREAD)
    rows = {row.url: row for row in forum.expected()}

    assert page.status_code == 200
    assert rows[forum.url + THREAD].truth == forum.truth(forum.url + THREAD)
    assert rows[forum.url + THREAD].truth.title in page.text


def test_hot_pages_are_the_same_pages(forum: ForumSite) -> None:
    """The second answer, ready in memory, has the bytes and headers of the first."""
    with httpx.Client() as client:
        first, second, other = (client.get(forum.url + THREAD, headers=h) for h in ({}, {}, {"Cookie": "a=b"}))

    assert first.content == second.content == other.content
    assert first.headers == second.headers == other.headers


def test_the_truth_port(forum: ForumSite) -> None:
    """It tells the truth of an address, the expected pages, the requests; a reset forgets them."""
    forum.reset()
    url = forum.url + THREAD
    httpx.get(url)
    truth = httpx.get(f"{forum.truth_url}/truth?url={quote(url, safe='')}")
    assert truth.json() == json.loads(forum.truth(url).to_json())
    assert httpx.get(f"{forum.truth_url}/truth?url=/nowhere").status_code == 404
    assert httpx.get(f"{forum.truth_url}/truth").status_code == 400

    rows = [json.loads(line) for line in httpx.get(f"{forum.truth_url}/expected.jsonl").text.splitlines()]
    assert {row["url"]: row["truth"]["title"] for row in rows} == {r.url: r.truth.title for r in forum.expected()}
    lists = httpx.get(f"{forum.truth_url}/expected.jsonl?kind=all").text.splitlines()
    assert [json.loads(line)["kind"] for line in lists][:3] == ["index", "board", "board"]
    assert httpx.get(f"{forum.truth_url}/expected.jsonl?kind=threads").status_code == 400

    asked = httpx.get(f"{forum.truth_url}/requests").json()
    assert asked == [{"method": "GET", "url": THREAD, "status": 200, "fault": ""}]
    assert httpx.post(f"{forum.truth_url}/reset", headers={"X-Forgegen": "reset"}).status_code == 204
    assert forum.requests == []


def test_only_a_program_can_reset(forum: ForumSite) -> None:
    """A link, or a form of a foreign page, changes nothing: a reset wants POST and a header of its own."""
    url = f"{forum.truth_url}/reset"

    assert httpx.get(url).status_code == 405
    assert httpx.post(url).status_code == 403
    assert httpx.post(url, headers={"X-Forgegen": "reset"}).status_code == 204


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 200),
        ("[::1]", 200),
        ("localhost:80", 200),
        ("a.localhost", 200),
        ("evil.example", 421),
        ("", 421),
    ],
)
def test_the_truth_port_answers_to_its_own_names(forum: ForumSite, host: str, status: int) -> None:
    """A foreign Host is refused, so that a page in a browser cannot read the truth through its own name."""
    assert httpx.get(f"{forum.truth_url}/requests", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x/../y\r\nConnection: close\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /?" + b"q" * 10_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n" + b"x" * 100_000,
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
    ids=range(12),
)
def test_abuse_on_the_wire_gets_a_plain_4xx(forum: ForumSite, data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """Broken requests are refused in plain words, at once, without a trace on standard error."""
    answer = raw(forum, data)

    assert re.match(rb"HTTP/1.1 4\d\d ", answer)
    assert b"Traceback" not in answer
    assert capfd.readouterr().err == ""


def test_faults_on_the_wire() -> None:
    """Dropped, cut, wrongly measured and slow answers are so on a real connection."""

    def get(name: str) -> tuple[float, object]:
        with ForumSite(1, threads=7, faults={name: 1}, slow=0.4) as site:
            began = time.monotonic()
            try:
                page = httpx.get(site.url + THREAD, timeout=5, headers={"Accept-Encoding": "identity"})
            except httpx.HTTPError as e:
                return time.monotonic() - began, str(e)
            return time.monotonic() - began, page

    assert "disconnected without sending a response" in str(get("dropped")[1])
    assert "peer closed connection" in str(get("truncated")[1])
    assert "peer closed connection" in str(get("wrong-length")[1])
    for name in ("slow-headers", "slow-body"):
        took, page = get(name)
        assert took >= 0.35
        assert isinstance(page, httpx.Response)
        assert page.content.endswith(b"</html>\n") or page.content.endswith(b"</html>")
    page = get("short-length")[1]
    assert isinstance(page, httpx.Response)
    assert b"</html>" not in page.content


def test_head_over_the_wire_leaves_the_connection_usable(forum: ForumSite) -> None:
    """After HEAD, 304 and 404 the same connection goes on."""
    connection = http.client.HTTPConnection("127.0.0.1", int(forum.url.rpartition(":")[2]), timeout=10)
    tag = ""
    for method, path, status in (
        ("GET", THREAD, 200),
        ("HEAD", THREAD, 200),
        ("GET", THREAD, 304),
        ("GET", "/no", 404),
        ("GET", THREAD, 200),
    ):
        connection.request(method, path, headers={"If-None-Match": tag} if status == 304 else {})
        answer = connection.getresponse()
        body = answer.read()
        tag = answer.getheader("ETag") or tag
        assert answer.status == status
        assert bool(body) == (method == "GET" and status != 304)
    connection.close()


def test_it_listens_on_loopback_alone(forum: ForumSite) -> None:
    """Unless asked, no other address of the machine answers."""
    port = int(forum.url.rpartition(":")[2])
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if not str(address).startswith("127."):
            with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
                socket.create_connection((str(address), port), timeout=2).close()


def test_a_taken_port_is_named(forum: ForumSite) -> None:
    """The error says which port, and what is always free."""
    port = int(forum.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"port {port}: .*port 0 is any free one"):
        ForumSite(1, port=port)


def test_it_starts_at_once_and_stops_without_a_trace() -> None:
    """A started forum answers, a stopped one leaves no thread and no port, and stopping twice is no error."""
    before = threading.active_count()
    with ForumSite(1, threads=10**9) as site:
        assert httpx.get(site.url + "/news/1009999999.html").status_code == 200
        port = int(site.url.rpartition(":")[2])
    site.stop()

    assert threading.active_count() == before
    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()


@pytest.mark.few("number", keep=1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_one_line_and_ends_gently(number: signal.Signals) -> None:
    """Standard output is the ready line, standard error stays empty, the exit code is 0."""
    command = [sys.executable, "-m", "forgegen", "serve", "--seed", "1", "--port", "0", "--threads", "1000000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline().decode()
        match = re.fullmatch(r"forgegen ready url=(http://127\.0\.0\.1:\d+) truth=(http://127\.0\.0\.1:\d+)\n", line)
        assert match, (line, process.stderr.read())
        assert httpx.get(match[1] + THREAD).status_code == 200
        assert httpx.get(f"{match[2]}/truth?url={match[1]}{THREAD}").json()["title"]
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, b"", b"")


def test_wrong_use_of_the_command() -> None:
    """A misspelt fault is exit code 2 and one line with the nearest name."""
    done = within("serve", "--faults", "429=.1,truncatd=.1")

    assert done.returncode == 2
    assert b"Did you mean 'truncated'" in done.stderr
    assert done.stdout == b""


def test_others_get_their_turn_between_two_pages() -> None:
    """Of many requests at once the loop makes one page a turn, so that none waits for all others to be answered."""
    app = SiteApp(make_site(3, threads=40))
    turns: list[int] = []
    turn = 0
    answer = app.site.answer

    def noted(request: Request) -> Answer:
        turns.append(turn)
        return answer(request)

    app.site.answer = noted  # type: ignore[method-assign]

    async def asked(thread: int) -> None:
        path = f"/news/{10_000_000 + thread}.html".encode()
        scope = {"type": "http", "method": "GET", "path": path.decode(), "raw_path": path, "query_string": b"",
                 "headers": [(b"host", b"127.0.0.1")]}  # fmt: skip
        await app(scope, _nothing, _ignored)

    async def counted() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async def all_at_once() -> None:
        counter = asyncio.create_task(counted())
        await asyncio.gather(*map(asked, range(9)))
        counter.cancel()

    asyncio.run(all_at_once())

    assert len(turns) == 9
    assert all(later > earlier for earlier, later in pairwise(turns))


async def _nothing() -> dict[str, object]:
    return {"type": "http.request"}


async def _ignored(message: object) -> None:
    return None
