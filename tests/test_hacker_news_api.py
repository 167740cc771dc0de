"""The public API of Hacker News, as its loaders use it (HackerNews/API, README.md)."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sites import HOST, client_of, small_site


def get(client: httpx.Client, path: str) -> Any:
    """What the API answers."""
    answer = client.get(f"/v0/{path}.json", params={"print": "pretty"})
    assert answer.status_code == 200
    return answer.json()


def test_all_items_are_read_from_the_greatest_down_and_by_walks() -> None:
    """No item is above ``maxitem``; a walk over ``kids`` from all stories meets each comment once, with its parent,
    author, time and score; what is not there is null."""
    site = small_site("hackernews")
    truths = [row.truth for row in site.expected(HOST)]
    with client_of(site) as client:
        stories = get(client, "newstories")
        assert sorted(get(client, "topstories")) == sorted(get(client, "beststories")) == sorted(stories)
        seen: dict[int, Any] = {}
        waiting = [(number, None) for number in stories]
        while waiting:
            number, parent = waiting.pop()
            item = seen[number] = get(client, f"item/{number}")
            assert (item["id"], item.get("parent")) == (number, parent)
            waiting += [(kid, number) for kid in item.get("kids", [])]
        assert len(seen) == sum(1 + len(truth.posts) for truth in truths)
        assert get(client, "maxitem") == max(seen)
        assert get(client, f"item/{max(seen) + 1}") is None
        assert set(get(client, "updates")["items"]) <= set(seen)

        name = next(item["by"] for item in seen.values() if item["type"] == "comment" and item.get("by"))
        person = get(client, f"user/{name}")
        assert person["id"] == name
        assert person["submitted"] == sorted((n for n, item in seen.items() if item.get("by") == name), reverse=True)
        assert get(client, "user/nobody-here") is None
    titles = {(item["title"], item["by"]) for item in seen.values() if item["type"] == "story"}
    assert titles == {(truth.title, truth.author) for truth in truths}
