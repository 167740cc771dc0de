"""Baseline S0, the naive way to make a page: Faker, dataclasses, a recursive Jinja2 macro. Built once, then
left alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

import jinja2
from faker import Faker


@dataclass
class Comment:
    """One comment."""

    floor: int
    author: str
    avatar: str | None
    time: str
    text: str
    replies: int
    parent: int | None
    likes: int
    children: list[Comment] = field(default_factory=list)


@dataclass
class NaiveThread:
    """One thread."""

    title: str
    source_zh: str
    source_en: str
    latest: str
    views: int
    ncomments: int
    byline: str
    caption: str
    paragraphs: list[str]
    comments: list[Comment]


TEMPLATE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
).get_template("baseline.html")


def make(seed: int) -> NaiveThread:
    """A thread of 26 comments and 15 paragraphs, with two Fakers seeded for it."""
    zh, en = _FAKERS
    zh.seed_instance(seed)
    en.seed_instance(seed)
    r = Random(seed)
    comments = []
    for i in range(26):
        n = int(min(200, max(5, r.lognormvariate(3.9, 0.7))))
        comments.append(
            Comment(
                floor=i + 1,
                author=zh.name(),
                avatar=r.choice([None, "A", "W"]),
                time=zh.date_time_this_year().strftime("%Y-%m-%d %H:%M"),
                text=zh.text(max_nb_chars=n),
                replies=0,
                parent=None if i < 3 or r.random() < 0.45 else r.randrange(1, i),
                likes=zh.random_int(0, 99),
            )
        )
    for comment in comments:
        if comment.parent is not None:
            comments[comment.parent - 1].replies += 1
    return NaiveThread(
        title=zh.sentence(nb_words=10),
        source_zh=zh.company(),
        source_en=en.company(),
        latest=zh.date_time_this_year().strftime("%Y-%m-%d %H:%M"),
        views=zh.random_int(100, 99999),
        ncomments=26,
        byline=zh.name() + " " + zh.company(),
        caption=zh.sentence(nb_words=6),
        paragraphs=[zh.text(max_nb_chars=99) for _ in range(15)],
        comments=comments,
    )


_FAKERS = (Faker("zh_CN"), Faker("en_US"))


def page(seed: int) -> tuple[bytes, bytes]:
    """HTML and truth of one page, as bytes."""
    thread = make(seed)
    truth = json.dumps(asdict(thread), ensure_ascii=False).encode()
    roots = []
    for comment in thread.comments:
        if comment.parent is None:
            roots.append(comment)
        else:
            thread.comments[comment.parent - 1].children.append(comment)
    return TEMPLATE.render(t=thread, roots=roots).encode(), truth
