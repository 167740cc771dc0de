"""A plain Scrapy spider a family of skins, following pagination, sees the truth; with faults and retries, still does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from forgegen.site.serving import ForumSite
from forgegen.skins.loading import load_skin, skin_names
from tests.crawled import says, truths, words
from tests.spiders.markup import FAMILIES, MARKUP, THEMES

ROOT = Path(__file__).resolve().parent.parent
SKINS = list(MARKUP)
FAULTS = "429=.05,500=.05,502=.05,503=.05,dropped=.05,truncated=.05,wrong-length=.05,short-length=.05," \
    "slow-headers=.02,slow-body=.02,login-wall=.04,captcha=.04,duplicated-posts=.05"  # fmt: skip


def crawled(site: ForumSite, skin: str, folder: Path) -> list[tuple[str, str, str]]:
    """Id, author and text of each post that the spider saw, sorted."""
    out = folder / "posts.jsonl"
    start = site.url + site.site.forum.skin.urls.index
    command = [sys.executable, "-m", "tests.spiders.crawl", skin, start, str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return sorted((_digits(row["id"]), words(row["author"]), words(row["text"])) for row in rows)


def _digits(name: str) -> str:
    """The digits of an id; of one in base 36 those behind the kind of thing that it is."""
    name = name.removeprefix("thing_t1_")
    return "".join(c for c in name if c.isdigit())


def wrong(found: list[tuple[str, str, str]], site: ForumSite) -> list[str]:
    """How what a spider saw differs from the truth: ids and authors, each as often, and their texts."""
    posts: dict[tuple[str, str], list[Any]] = {}  # some engines count posts anew in each thread
    for _, truth in truths(site.site, site.url):
        for post in truth.posts:
            posts.setdefault((_digits(str(post.id)), words(str(post.author or ""))), []).append(post)
    differences = []
    for pid, author, text in found:
        left = posts.get((pid, author), [])
        said = next((post for post in left if says(text, post)), None)
        if said is None:
            differences.append(f"post {pid} of {author!r}: {text!r}, not one of {[post.text for post in left]!r}")
        else:
            left.remove(said)
    missing = [key for key, left in posts.items() for _ in left]
    return differences + [f"post {pid} of {author!r} is missing" for pid, author in missing]


def test_each_family_has_skins() -> None:
    """Every skin belongs to a family, or is a theme of one that does."""
    assert all(FAMILIES.values())
    assert set(skin_names()) == set(MARKUP)
    assert {s for s in skin_names() if load_skin(s).base} == set(THEMES)


@pytest.mark.outside
@pytest.mark.needs("scrapy")
@pytest.mark.parametrize("skin", SKINS)
def test_a_spider_sees_the_truth(skin: str, tmp_path: Path) -> None:
    """Every post once, with author and text."""
    with ForumSite(3, skin=skin, boards=2, threads=9) as site:
        assert wrong(crawled(site, skin, tmp_path), site) == []


@pytest.mark.outside
@pytest.mark.needs("scrapy")
@pytest.mark.parametrize("skin", [skin for skin in SKINS if skin not in THEMES])
def test_a_spider_that_tries_again_sees_it_through_faults(skin: str, tmp_path: Path) -> None:
    """Statuses, broken connections and walls cost retries, not posts; posts that come twice are one by their id."""
    with ForumSite(3, skin=skin, boards=2, threads=9, faults=FAULTS, slow=0.2) as site:
        found = crawled(site, skin, tmp_path)
        met = {asked.fault for asked in site.requests}

        assert wrong(sorted(set(found)), site) == []
    assert len(met) >= 4
