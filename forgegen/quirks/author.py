"""Quirks of authors: their names, portraits and badges."""

from __future__ import annotations

import unicodedata
from typing import Any

from forgegen.model.thread import Author, Post, Thread
from forgegen.quirks.define import any_post, in_name, odd, place, plain, post_quirk, put, quirk, stretched, with_posts
from forgegen.quirks.facts import Facts


@post_quirk(
    "author.deleted",
    about="a post whose author is gone: no name, no link",
    catches="the author required; names shifted to the next post",
    source="Adam-Jimenez/auddit#24; minimaxir/facebook-page-post-scraper#71; FriendsOfFlarum/seo#140",
    detect=lambda f: "author" in f.page.context.skin.post and any(p.author is None for p in f.posts),
)
def deleted(post: Post) -> Post:
    """No author."""
    return put(post, author=None)


@post_quirk(
    "author.avatar-letter",
    about="a letter for a portrait, in an element before the name",
    catches="the letter glued to the name",
    detect=any_post(lambda p: isinstance(p.avatar, str)),
)
def avatar_letter(post: Post) -> Post:
    """A letter."""
    return put(post, author=Author(post.author.name if post.author else "al", "A"))


@post_quirk(
    "author.avatar-none",
    about="a drawn portrait where others have a letter",
    catches="fields taken by their place: they shift",
    detect=lambda f: "avatar" in f.page.context.skin.post and any(p.avatar is None and p.author for p in f.posts),
)
def avatar_none(post: Post) -> Post:
    """No letter."""
    return put(post, author=Author(post.author.name if post.author else "al"))


def _same(facts: Facts) -> bool:
    avatars: dict[str, object] = {}
    return any(avatars.setdefault(p.author, p.avatar) != p.avatar for p in facts.posts if isinstance(p.author, str))


@quirk(
    "author.same",
    about="two people with one name",
    catches="people kept by name",
    detect=_same,
    on=plain(1, 1),
    implies=("author.avatar-none",),
)
def same(thread: Thread) -> Thread:
    """Two posts by one name, one with a letter, one without."""
    return _pair(thread, "author.same", Author("bo", "B"), Author("bo"))


def _pair(thread: Thread, name: str, first: Author, second: Author) -> Thread:
    """The thread with two neighbouring posts by these authors."""
    thread = stretched(thread, 2)
    at = min(place(name, thread), len(thread.posts) - 2)
    posts = list(thread.posts)
    posts[at : at + 2] = [put(posts[at], author=first), put(posts[at + 1], author=second)]
    return with_posts(thread, posts)


@post_quirk(
    "author.op-badge",
    about="a badge beside the name: 楼主, mod",
    catches="the badge read as part of the name",
    detect=lambda f: any(v.odd is not None and v.odd.badge is not None for v in f.views),
)
def op_badge(post: Post) -> Post:
    """A badge."""
    return odd(put(post, author=post.author or Author("al", "A")), badge="楼主")


@post_quirk(
    "author.guest",
    about="a guest: a name without a link to a profile, where the engine has guests",
    catches="the author lost, since names are looked for in links",
    detect=lambda f: any(v.odd is not None and v.odd.guest and v.author is not None for v in f.views),
    implies=("author.avatar-none",),
)
def guest(post: Post) -> Post:
    """By somebody who is no member."""
    return odd(put(post, author=post.author or Author("al", "A")), guest=True)


@post_quirk(
    "author.banned",
    about="a member who was banned: the name stands in another element within its link",
    catches="the author lost, or taken for another one",
    detect=lambda f: any(v.odd is not None and v.odd.banned and v.author is not None for v in f.views),
)
def banned(post: Post) -> Post:
    """By somebody who may not write any more."""
    return odd(put(post, author=post.author or Author("al", "A")), banned=True)


def _named(name: str, avatar: str | None, change: str, **told: Any) -> None:
    """A quirk that gives a post an author of this name."""
    pattern = told.pop("pattern")

    def plant(post: Post) -> Post:
        return put(post, author=Author(change, avatar))

    post_quirk(name, detect=in_name(pattern), **told)(plant)


_named(
    "author.edge-space", "A", " al\u3000",
    pattern=r"^\s|\s$|\s\0",
    about="a name with spaces at its ends, one of them ideographic", catches="trimming, or its lack",
    implies=("author.refused", "text.edge-space"),
)  # fmt: skip
_named(
    "author.looks-like", "3", "3 楼",
    pattern=r"^(?:\d+ ?楼|\[\d+评\]|null|None|undefined|\[?deleted\]?|发表于)$",
    about="a name that reads like something else: 3 楼, [2评], null, deleted", catches="read as that",
    implies=("author.cjk", "author.two-words"),
)  # fmt: skip
_named(
    "author.markup", "O", "O'Neil <i>&",
    pattern=r"""[<>&"']""",
    about="a name with <, & or quotation marks in it", catches="escaping, once too often or too rarely",
    implies=("text.tagish", "author.signs", "author.two-words"),
)  # fmt: skip
_named(
    "author.rtl", "A", "al\u202eob\u202c",
    pattern="[\u202a-\u202e\u2066-\u2069]",
    about="a name with bidirectional controls", catches="stripped, or shown in another order",
    implies=("evasion.bidi", "author.signs"),
)  # fmt: skip
_named(
    "author.digits", "1", "10086",
    pattern=r"^\d+$",
    about="a name of digits", catches="taken for a number, or for a floor",
)  # fmt: skip
_named(
    "author.cjk", "陈", "陈小满",
    pattern="[\u4e00-\u9fff]",
    about="a Chinese name, without a space", catches="names expected to have two words, or Latin letters",
)  # fmt: skip
_named(
    "author.two-words", "A", "al bo",
    pattern=r"[^\s\0] [^\s\0]",
    about="a name of two words", catches="the name cut at the space",
)  # fmt: skip
_named(
    "author.signs", "A", "al-bo.é",
    pattern=r"[^\w\s\0]|[^\W\d_a-zA-Z\u4e00-\u9fff]",
    about="a name with signs, or with letters that are neither plain Latin nor Chinese",
    catches="patterns of word characters; the name cut at the sign",
)  # fmt: skip
_named(
    "author.anonymous", None, "匿名用户",
    pattern=r"^(?:匿名|匿名用户|anonymous)$",
    about="an author without a name: 匿名用户", catches="all of them taken for one person",
    implies=("author.avatar-none", "author.cjk"),
)  # fmt: skip
_named(
    "author.long", "L", "l" + "o" * 62 + "ng",
    pattern=r"[^\0]{60}",
    about="a name of 65 characters", catches="names cut at 64", implies=("author.refused",),
)  # fmt: skip


def _folds(facts: Facts) -> bool:
    names = set(facts.names)
    return len({name.casefold() for name in names}) < len(names)


@quirk(
    "author.case",
    about="Bob and bob",
    catches="names folded to one",
    detect=_folds,
    on=plain(1, 1),
)
def case(thread: Thread) -> Thread:
    """Two people whose names differ by case."""
    return _pair(thread, "author.case", Author("Bob", "B"), Author("bob", "b"))


def _composes(facts: Facts) -> bool:
    if facts.name.isascii():
        return False
    names = set(facts.names)
    return len({unicodedata.normalize("NFC", name) for name in names}) < len(names)


@quirk(
    "author.nfc",
    about="é as one character and as two",
    catches="names folded to one",
    detect=_composes,
    on=plain(1, 1),
    implies=("text.combining", "author.signs"),
)
def nfc(thread: Thread) -> Thread:
    """Two people whose names differ by composition."""
    return _pair(thread, "author.nfc", Author("ren\u00e9", "R"), Author("rene\u0301", "R"))
