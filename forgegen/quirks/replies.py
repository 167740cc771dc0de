"""Quirks of the tree: how many posts there are, and what answers what."""

from __future__ import annotations

from forgegen.model.thread import Post, Thread
from forgegen.quirks.define import any_post, odd, plain, post_quirk, put, quirk, stretched, with_posts
from forgegen.quirks.facts import Facts

_LAST = ("page.second", "page.last-no-next", "page.one-left")
_DEEP = ("tree.depth3", "tree.deep50", "floor.3digit", "time.onedigit", *_LAST)


def appended(thread: Thread, *depths: int) -> Thread:
    """The thread with plain posts of these depths behind its own, the first of them a direct answer."""
    before = len(thread.posts)
    thread = stretched(thread, before + len(depths))
    posts = list(thread.posts)
    posts[before:] = [put(post, depth=depth) for post, depth in zip(posts[before:], depths, strict=True)]
    return with_posts(thread, posts)


@quirk(
    "tree.empty",
    about="a page without posts; the list element is empty or absent",
    catches="a method called on None",
    source="kevinzg/facebook-scraper#475",
    detect=lambda f: not f.posts,
)
def empty(thread: Thread) -> Thread:
    """No posts."""
    return with_posts(thread, [])


@quirk(
    "tree.single",
    about="one post",
    catches="patterns of the plural; a list expected where one object comes",
    detect=lambda f: len(f.posts) == 1 and f.page.context.pages == 1,
)
def single(thread: Thread) -> Thread:
    """The first post alone."""
    return with_posts(thread, list(stretched(thread, 1).posts[:1]))


@quirk(
    "tree.depth3",
    about="a reply to a reply",
    catches="two levels taken for all",
    detect=lambda f: f.deepest >= 3,
    on=plain(),
)
def depth3(thread: Thread) -> Thread:
    """A root, a reply, two replies to it."""
    return appended(thread, 1, 2, 3, 3)


@quirk(
    "tree.deep50",
    about="50 levels of replies",
    catches="recursion, indents as levels",
    detect=lambda f: f.deepest >= 50,
    on=plain(),
    page=-1,
    implies=("tree.depth3", "tree.only-child", "floor.lexical"),
)
def deep50(thread: Thread) -> Thread:
    """A chain of 50."""
    return appended(thread, *range(1, 51))


@quirk(
    "tree.deep256",
    about="more than 256 levels of replies, which skins that nest show as so many nested elements",
    catches="lxml drops what is nested deeper without a word",
    source="Unstructured-IO/unstructured#4289, #4340; dgunning/edgartools#1114; scrapy/parsel#147",
    readers="html5",
    detect=lambda f: f.deepest > 256,
    on=plain(),
    page=-1,
    implies=_DEEP,
)
def deep256(thread: Thread) -> Thread:
    """A chain of 301, of which the last stands alone on its page where pages hold 10, 15, 20, 25, 50 or 100 posts."""
    return appended(thread, *range(1, 302))


@quirk(
    "tree.deep1000",
    about="more than 1,000 levels of replies",
    catches="RecursionError",
    source="fhightower/html-to-json#65; psf/requests-html#356",
    readers="html5",
    detect=lambda f: f.deepest > 1000,
    on=plain(),
    page=-1,
    implies=(*_DEEP, "tree.deep256"),
)
def deep1000(thread: Thread) -> Thread:
    """A chain of 1,201."""
    return appended(thread, *range(1, 1202))


@quirk(
    "tree.wide11",
    about="more than ten direct replies to one post",
    catches="the first ten taken for all; counts of one digit",
    source="xfgryujk/TiebaManager#23",
    detect=lambda f: f.tells_parents and any(len(ids) > 10 for ids in f.children.values()),
    on=plain(),
    implies=("count.two-digit", "floor.lexical"),
)
def wide11(thread: Thread) -> Thread:
    """A root with eleven replies."""
    return appended(thread, 1, *[2] * 11)


def _chained(facts: Facts) -> bool:
    only = {parent: ids[0] for parent, ids in facts.children.items() if len(ids) == 1}
    return any(child in only for child in only.values())


@quirk(
    "tree.only-child",
    about="a chain of single replies",
    catches="chains flattened",
    detect=_chained,
    on=plain(),
    implies=("tree.depth3",),
)
def only_child(thread: Thread) -> Thread:
    """Three posts, each the only reply to the one before it."""
    return appended(thread, 1, 2, 3)


def _late(facts: Facts) -> bool:
    if not facts.children:
        return False
    earliest: str | None = None
    for post, view in zip(reversed(facts.posts), reversed(facts.views), strict=True):
        instant = view.date.truth.instant if view.date else None
        if instant is None:
            continue
        if isinstance(post.parent, str) and earliest is not None and instant > earliest:
            return True
        if post.parent is None and (earliest is None or instant < earliest):
            earliest = instant
    return False


@quirk(
    "tree.late-reply",
    about="a reply to an early post, written after later posts",
    catches="order by time or by floor taken for the tree's",
    detect=_late,
    on=plain(),
    implies=("time.unordered",),
)
def late_reply(thread: Thread) -> Thread:
    """A root, a reply half an hour later, a root that was there before the reply."""
    thread = appended(thread, 1, 2, 1)
    posts = list(thread.posts)
    time = posts[-1].time
    if time is not None:
        posts[-2] = put(posts[-2], time=time + 1800)
    return with_posts(thread, posts)


def _orphaned(facts: Facts) -> bool:
    ids = {view.id for view in facts.views}
    return any(view.parent_id is not None and not view.away and view.parent_id not in ids for view in facts.views)


@quirk(
    "tree.orphan",
    about="the post answered is gone without a trace, the reply is still there",
    catches="orphans made roots, or hung on a neighbour; a link to an anchor that is not there",
    source="AndyBlocker/scpper-cn#141",
    detect=_orphaned,
    on=plain(),
    implies=("floor.gap",),
)
def orphan(thread: Thread) -> Thread:
    """A root, a removed post, its reply."""
    thread = appended(thread, 1, 1, 2)
    posts = list(thread.posts)
    posts[-2] = odd(posts[-2], status="removed")
    return with_posts(thread, posts)


@quirk(
    "tree.deleted-stub",
    about="a deleted post of which a stub is left, with replies below it",
    catches="the stack of parents breaks; replies hung on the wrong post; null texts",
    source="grp/newsyc#26; ForumMagnum/ForumMagnum#2773",
    detect=any_post(lambda p: p.status == "deleted"),
    on=plain(),
    implies=("author.deleted",),
)
def deleted_stub(thread: Thread) -> Thread:
    """A stub with a reply."""
    thread = appended(thread, 1, 2)
    posts = list(thread.posts)
    posts[-2] = odd(posts[-2], status="deleted")
    return with_posts(thread, posts)


@post_quirk(
    "tree.collapsed",
    about="a post folded away, its text still in the page",
    catches="folded posts skipped, the note of folding read as text",
    source="Tieba_Spider#9; TiebaLite#130",
    detect=any_post(lambda p: p.status == "collapsed"),
)
def collapsed(post: Post) -> Post:
    """Folded away."""
    return odd(post, status="collapsed")


@post_quirk(
    "tree.pinned",
    about="a comment that moderators have put on top, with words about that beside its author",
    catches="the words read as name, date or text; the post's depth told by its class",
    detect=lambda f: any(v.odd is not None and v.odd.pinned for v in f.views),
)
def pinned(post: Post) -> Post:
    """Put on top."""
    return odd(post, pinned=True)


@quirk(
    "tree.replies-cut",
    about="only the first replies to a post are on the page, its mark counts all of them",
    catches="counts trusted over posts that are there, or the other way round",
    source="Tieba_Spider#9; xfgryujk/TiebaManager#23",
    detect=lambda f: f.tells_parents and _fewer_than_told(f),
    on=plain(),
    implies=("count.two-digit",),
)
def replies_cut(thread: Thread) -> Thread:
    """A root whose mark says 12, with two replies."""
    thread = appended(thread, 1, 2, 2)
    posts = list(thread.posts)
    posts[-3] = odd(posts[-3], count=12)
    return with_posts(thread, posts)


def _fewer_than_told(facts: Facts) -> bool:
    """Whether a post says more replies than the thread holds; other pages are reckoned with."""
    rows = facts.page.thread.posts
    odds = [(v, rows[v.n - 1]) for v in facts.views if v.odd]
    return any(
        p.odd is not None and p.odd.count is not None and v.replies > len(facts.children.get(v.id, ())) > 0
        for v, p in odds
    )
