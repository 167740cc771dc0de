"""A site mounted on the mocks of HTTP libraries answers what it answers itself, faults too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
import requests

from forgegen.errors import UsageError
from forgegen.site.serving import ForumSite
from tests.conftest import ROOT
from tests.replays import Sent, crawled, sent_of
from tests.tiers import heavy

respx, responses, pytest_httpserver = heavy("respx"), heavy("responses"), heavy("pytest_httpserver")
OPTIONS: dict[str, Any] = {"skin": "phpbb3", "boards": 2, "threads": 3}
BROKEN = (httpx.HTTPError, requests.exceptions.RequestException)


@contextmanager
def mounted(name: str, site: ForumSite, request: pytest.FixtureRequest) -> Iterator[str]:
    """The site mounted on a library's mock, and the begin of its addresses."""
    if name == "respx":
        with respx.mock() as mock:
            yield site.mount(mock)
    elif name == "responses":
        with responses.RequestsMock() as mock:
            yield site.mount(mock)
    elif name == "pytest_httpx":
        yield site.mount(request.getfixturevalue("httpx_mock"))
    else:
        with pytest_httpserver.HTTPServer(host="127.0.0.1") as server:
            yield site.mount(server)


def asked(name: str, url: str, **options: Any) -> Sent:
    """What a client gets that the library stands behind."""
    if name in ("responses", "pytest_httpserver"):
        answer = requests.get(url, allow_redirects=False, **{"timeout": 5, **options})
        return sent_of(answer.status_code, list(answer.headers.items()), answer.content)
    with httpx.Client(trust_env=False) as client:
        got = client.get(url, **options)
        return sent_of(got.status_code, got.headers.multi_items(), got.content)


LIBRARIES = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.needs(name)) for name in ("respx", "responses", "pytest_httpx", "pytest_httpserver")],
)  # fmt: skip


@pytest.mark.outside
@LIBRARIES
def test_a_crawl_meets_the_site(name: str, request: pytest.FixtureRequest) -> None:
    """From ``/`` every thread's page is reached, and each answer has the bytes of the site's own server."""
    with ForumSite(1, **OPTIONS) as site, mounted(name, site, request) as url:
        host = url.removeprefix("http://")
        seen = crawled(lambda address: asked(name, address), url)
        assert {row.url for row in site.expected(url=url)} <= set(seen)
        with httpx.Client(transport=site.transport(), headers={"Accept-Encoding": "identity", "Host": host}) as client:
            for address, sent in seen.items():
                own = client.get(address)
                assert sent == sent_of(own.status_code, own.headers.multi_items(), own.content)
        assert site.truth(f"{url}/") == site.truth(f"{site.url}/")


@pytest.mark.outside
@LIBRARIES
@pytest.mark.parametrize(
    ("fault", "status"), [("503", 503), ("login-wall", 200), ("dropped", 0), ("truncated", 0), ("wrong-length", 0)]
)
def test_faults_show_as_they_do_to_a_client(name: str, fault: str, status: int, request: pytest.FixtureRequest) -> None:
    """A fault of status or content is an answer, one of the wire an error; asked again the page comes."""
    with ForumSite(1, faults={fault: 1}, **OPTIONS) as site, mounted(name, site, request) as url:
        address = next(site.expected(url=url)).url
        if status:
            assert asked(name, address).status == status
        else:
            with pytest.raises(BROKEN):
                asked(name, address)
        got = []
        for _ in range(2):  # the second request may meet it too
            with suppress(*BROKEN):
                got.append(asked(name, address))
        with httpx.Client(transport=site.transport()) as client:
            assert (got[-1].status, got[-1].body) == (200, client.get(address).content)


@pytest.mark.outside
@LIBRARIES
def test_slow_answers_run_into_the_limit_of_the_client(name: str, request: pytest.FixtureRequest) -> None:
    """A client that waits less than the answer takes gets its time-out."""
    slow: dict[str, Any] = {"faults": {"slow-headers": 1}, "slow": 0.5}
    with (
        ForumSite(1, **OPTIONS, **slow) as site,
        mounted(name, site, request) as url,
        pytest.raises((httpx.ReadTimeout, requests.exceptions.ReadTimeout)),
    ):
        asked(name, f"{url}/", timeout=0.1)


@pytest.mark.outside
@LIBRARIES
def test_the_examples_of_the_docs_run(name: str, request: pytest.FixtureRequest) -> None:
    """Each library's example in docs/serve.md passes with its fixture."""
    text = (ROOT / "docs" / "serve.md").read_text("utf-8")
    block = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "respx_mock" in block)
    names: dict[str, Any] = {"ForumSite": ForumSite, "httpx": httpx, "requests": requests, "responses": responses}
    exec(compile(block, "serve.md", "exec"), names)
    fixtures = {"respx": "respx_mock", "pytest_httpx": "httpx_mock", "pytest_httpserver": "httpserver"}
    given = [request.getfixturevalue(fixtures[name])] if name in fixtures else []
    names[f"test_with_{name}"](*given)


@pytest.mark.needs("respx")
@pytest.mark.outside
def test_clients_of_asyncio_are_answered_too() -> None:
    """An ``httpx.AsyncClient`` under respx gets the page."""

    async def page(address: str) -> bytes:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(address)).content

    with ForumSite(1, **OPTIONS) as site, respx.mock() as mock:
        url = site.mount(mock, host="board.example:8080")
        assert url == "http://board.example:8080"
        assert asyncio.run(page(f"{url}/")) == asked("respx", f"{url}/").body


@pytest.mark.parametrize(
    ("mock", "host", "said"), [(object(), "a.example", "cannot be mounted on"), (None, "a b", "host cannot be 'a b'")]
)
def test_what_is_no_mock_is_refused(mock: object, host: str, said: str) -> None:
    """The message names the libraries that are known, and what a host looks like."""
    with ForumSite(1, **OPTIONS) as site, pytest.raises(UsageError, match=said):
        site.mount(mock, host)
