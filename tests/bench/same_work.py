"""Baselines that do our work: S1 by Faker, S1m by Mimesis, each for as many comments and paragraphs of the same lengths.

They get our thread's tree, numbers and furniture for nothing, make names, times, likes and texts, and print them by our
own ``thread.html`` in stock Jinja2, with JSON-LD and truth by ``json``. Both are seeded for each page.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import msgspec
from faker import Faker
from markupsafe import Markup

from forgegen.pages.page import Page
from forgegen.rendering.templating import trusted_environment
from forgegen.rendering.variables import PageContext, PostView

_TEMPLATE = "reference/thread.html"


@dataclass
class NaiveDate:
    """A date as the template prints it."""

    shown: str
    attribute: str


@dataclass
class NaiveComment:
    """A comment with all that the template asks for; the fields without defaults are made, the others given."""

    author: str
    letter: str | None
    date: NaiveDate
    text: str
    likes: int
    n: int = 0
    id: str = ""
    floor: int = 0
    user: int = 0
    picture: int = 0
    shown: str = ""
    attribute: str = ""
    replies: int = 0
    depth: int = 1
    indent: int = 0
    parent_id: str | None = None
    parent_floor: int | None = None
    parent_href: str | None = None
    away: bool = False
    stated: bool = True
    itemref: str = ""
    floor_text: str = ""
    replies_text: str = ""
    likes_text: str = ""
    odd: None = None
    forum: None = None
    body: tuple[()] = ()


@dataclass
class NaivePage:
    """What was made of a page."""

    title: str
    byline: str
    caption: str
    paragraphs: list[str]
    comments: list[NaiveComment] = field(default_factory=list)


class Plan(NamedTuple):
    """What is given: our page's variables, its posts, and the seed."""

    seed: int
    context: PageContext
    variables: dict[str, Any]


class Words(NamedTuple):
    """A library of fake data: how it is seeded, and what makes names, companies, texts of a length, times, numbers."""

    seed: Callable[[int], object]
    name: Callable[[], str]
    company: Callable[[], str]
    text: Callable[[int], str]
    time: Callable[[], datetime]
    number: Callable[[], int]


def faker_words() -> Words:
    """Faker in Chinese; its shortest text has five characters, and a text is as long as asked for at the most."""
    fake = Faker("zh_CN")
    return Words(
        fake.seed_instance, fake.name, fake.company, lambda n: fake.text(max(n, 5))[:n], fake.date_time_this_year,
        lambda: fake.random_int(0, 99),
    )  # fmt: skip


def mimesis_words() -> Words | None:
    """Mimesis in Chinese, sentences cut to the length; None where it is not installed."""
    if find_spec("mimesis") is None:
        return None
    generic = import_module("mimesis").Generic("zh")
    sentence = generic.text.sentence

    def text(n: int) -> str:
        said: str = sentence()
        while len(said) < n:
            said += sentence()
        return said[:n]

    return Words(
        generic.reseed, generic.person.full_name, generic.finance.company, text, generic.datetime.datetime,
        lambda: int(generic.numeric.integer_number(0, 99)),
    )  # fmt: skip


def plan_of(page: Page, seed: int) -> Plan:
    """What the baselines get for nothing."""
    return Plan(seed, page.context, msgspec.structs.asdict(page.context))


def generate(words: Words, plan: Plan) -> NaivePage:
    """Texts of a page, as a dataclass."""
    words.seed(plan.seed)
    context, r = plan.context, random.Random(plan.seed)
    made = NaivePage(
        words.text(len(context.title)), words.company(), words.text(len(context.caption)),
        [words.text(len(paragraph)) for paragraph in context.paragraphs],
    )  # fmt: skip
    made.comments = [_comment(words, view, r) for view in context.posts]
    return made


def _comment(words: Words, view: PostView, r: random.Random) -> NaiveComment:
    time, likes = words.time(), words.number()
    shown, attribute = time.strftime("%Y-%m-%d %H:%M"), time.strftime("%Y-%m-%dT%H:%M-08:00")
    return NaiveComment(
        author=words.name(), letter=r.choice([None, "A", "W"]), date=NaiveDate(shown, attribute),
        text=words.text(len(view.text)), likes=likes, shown=shown, attribute=attribute, likes_text=str(likes), n=view.n,
        id=view.id, floor=view.floor, user=view.user, picture=view.picture, replies=view.replies, depth=view.depth,
        indent=view.indent, parent_id=view.parent_id, parent_floor=view.parent_floor, parent_href=view.parent_href,
        away=view.away, stated=view.stated, itemref=view.itemref, floor_text=view.floor_text,
        replies_text=view.replies_text,
    )  # fmt: skip


def render(plan: Plan, made: NaivePage) -> tuple[bytes, bytes]:
    """HTML and truth of a page."""
    template = trusted_environment(()).stock.get_template(_TEMPLATE)
    variables = plan.variables | {
        "title": made.title, "byline": made.byline, "caption": made.caption, "paragraphs": made.paragraphs,
        "posts": made.comments, "json_ld": _json_ld(plan.context, made), "body": (), "bodies": False,
    }  # fmt: skip
    return template.render(variables).encode(), _truth(plan.context, made)


def _json_ld(context: PageContext, made: NaivePage) -> Markup:
    nodes: dict[str, dict[str, Any]] = {}
    top: list[dict[str, Any]] = []
    for c in made.comments:
        node = {
            "@type": "Comment", "@id": f"{context.url}#{c.id}", "url": f"{context.url}#{c.id}",
            "author": {"@type": "Person", "name": c.author}, "datePublished": c.attribute, "text": c.text,
            "interactionStatistic": {
                "@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction",
                "userInteractionCount": c.likes,
            },
        }  # fmt: skip
        nodes[c.id] = node
        (nodes[c.parent_id].setdefault("comment", []) if c.parent_id in nodes else top).append(node)
    posting = {
        "@context": "https://schema.org", "@type": "DiscussionForumPosting", "@id": context.url, "url": context.url,
        "headline": made.title, "author": {"@type": "Organization", "name": made.byline},
        "datePublished": context.published.attribute if context.published else "", "text": "\n".join(made.paragraphs),
        "comment": top,
    }  # fmt: skip
    return Markup(json.dumps(posting, ensure_ascii=False).replace("<", "\\u003c"))


def _truth(context: PageContext, made: NaivePage) -> bytes:
    posts = [
        {
            "n": c.n, "id": c.id, "floor": c.floor, "author": c.author, "avatar": c.letter, "text": c.text,
            "date": {"shown": c.shown, "local": c.attribute[:16], "precision": "minute", "instant": c.attribute},
            "replies": c.replies, "parent": c.parent_id, "parent_floor": c.parent_floor, "likes": c.likes,
            "quote": None, "status": None, "edited": None, "body": None,
        }
        for c in made.comments
    ]  # fmt: skip
    head = asdict(replace(made, comments=[])) | {"views": context.views, "comment_count": context.comments}
    return json.dumps(head | {"posts": posts}, ensure_ascii=False).encode()
