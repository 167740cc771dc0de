"""Where in the posts author, date and text stand: features relative to a post, scored by what they show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from forgegen.adopt.date_search import date_column
from forgegen.adopt.name_search import author_attributes, author_column
from forgegen.adopt.post_parts import Fields, FoundField, PostParts
from forgegen.adopt.saved_tree import PageElement
from forgegen.adopt.text_search import find_texts


def find_fields(posts: Sequence[PostParts]) -> Fields:
    """The places of the three fields, each with the best of others."""
    columns: dict[str, list[PageElement | None]] = defaultdict(lambda: [None] * len(posts))
    for place, post in enumerate(posts):
        for css, node in post.first.items():
            columns[css][place] = node
    columns = {css: nodes for css, nodes in columns.items() if sum(n is not None for n in nodes) * 2 >= len(posts)}
    columns[""] = [post.region.node for post in posts]
    date = _best(date_column(css, nodes) for css, nodes in columns.items())
    author = _best([*(author_column(css, nodes, posts) for css, nodes in columns.items()), *author_attributes(posts)])
    text = find_texts(posts, columns, (*author[:1], *date[:1]))
    return Fields(author, date, text)


def _best(found: Iterable[FoundField | None]) -> tuple[FoundField, ...]:
    every = sorted((f for f in found if f is not None and f.score > 0), key=lambda f: (-f.score, len(f.css), f.css))
    return tuple(every[:5])
