"""The fixtures of the site: a running forum a session, and a factory for more."""

from __future__ import annotations

import pytest

pytest_plugins = ("pytester",)
TESTS = """
import httpx

def test_site(forum_site):
    rows = forum_site.expected()
    first = next(rows)
    assert httpx.get(first.url).status_code == 200
    assert forum_site.truth(first.url) == first.truth
    assert forum_site.requests[-1].url in first.url

def test_same_site(forum_site, forum_site_factory):
    other = forum_site_factory(7, skin="phpbb3", boards=1, threads=3, faults={"500": 1})
    assert other.url != forum_site.url
    assert httpx.get(other.url).status_code == 500
    with httpx.Client(transport=other.transport()) as client:
        assert client.get("http://any.example/robots.txt").status_code == 500
    assert len(other.requests) == 2
"""


def test_a_forum_runs_for_the_session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both fixtures give running forums; they are stopped at the end, without a trace or a warning.

    Other libraries' plugins, which cost seconds, are not loaded.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(
        "-p", "forgegen.pytest_plugin", "-q", "-p", "no:cacheprovider", "-W", "error"
    )

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*forgegen: seed 0*"])
