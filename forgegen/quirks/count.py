"""Quirks of counts: views, comments, replies and likes, as displayed and as they are."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET

from forgegen.model.thread import Post, Thread
from forgegen.quirks.define import Detector, changed, head, odd, place, plain, post_quirk, put, quirk
from forgegen.quirks.facts import Facts
from forgegen.quirks.replies import appended
from forgegen.rendering.variables import PageContext


def _shown(pattern: str) -> Detector:
    """Detects pages on which a count is displayed so."""
    match = re.compile(pattern).fullmatch
    return lambda f: any(map(match, f.counts))


def _marks_replies(facts: Facts) -> bool:
    return "replies" in facts.page.context.skin.post


@quirk(
    "count.zero-omitted",
    about="no mark where there are no replies",
    catches="the mark required: AttributeError",
    detect=lambda f: _marks_replies(f) and any(v.replies == 0 and not v.replies_text for v in f.views),
)
def zero_omitted(thread: Thread) -> Thread:
    """Nothing to do but to have a post without replies."""
    return thread if thread.posts else appended(thread, 1)


@post_quirk(
    "count.zero-shown",
    about="[0评] where there are no replies",
    catches="0 taken for no value",
    detect=lambda f: _marks_replies(f) and any(v.replies == 0 and bool(v.replies_text) for v in f.views),
    implies=("count.foreign-form",),
)
def zero_shown(post: Post) -> Post:
    """A mark that says 0."""
    return odd(post, replies="digits", count=0)


@post_quirk(
    "count.two-digit",
    about="[12评]: a count of two digits or more",
    catches="a pattern of one digit",
    detect=lambda f: any(isinstance(p.replies, int) and p.replies >= 10 for p in f.posts),
)
def two_digits(post: Post) -> Post:
    """A mark that says 12, whatever there is."""
    return odd(post, count=12)


def _views(thread: Thread, form: str, least: int) -> Thread:
    """The thread with views, and the likes of a post, in a form that shows in numbers of this size."""
    thread = msgspec.structs.replace(head(thread, views=form), views=max(thread.views, least))
    if not thread.posts:
        return thread
    at = place(f"count.{form}", thread)
    return changed(thread, at, lambda p: odd(put(p, likes=max(p.likes or 0, least)), likes=form))


@quirk(
    "count.comma",
    about="commas between thousands: 1,234",
    catches="int() of a comma",
    source="proboards-scraper#30; ytdl-org/youtube-dl#26495",
    detect=_shown(r"\d{1,3}(?:,\d{3})+"),
    implies=("count.foreign-form",),
)
def comma(thread: Thread) -> Thread:
    """Commas between thousands."""
    return _views(thread, "comma", 1_234)


@quirk(
    "count.dot",
    about="1.840, with a dot between thousands",
    catches="read as 1, or as 1.84",
    source="apify-projects/store-crawler-google-places#15",
    detect=_shown(r"\d{1,3}(?:\.\d{3})+"),
    implies=("count.foreign-form",),
)
def dot(thread: Thread) -> Thread:
    """Dots between thousands."""
    return _views(thread, "dot", 1_840)


@quirk(
    "count.space",
    about="1 234, with a narrow space between thousands",
    catches="read as 1",
    detect=_shown(r"\d{1,3}(?:\u202f\d{3})+"),
    implies=("count.foreign-form",),
)
def space(thread: Thread) -> Thread:
    """Narrow no-break spaces between thousands."""
    return _views(thread, "space", 1_234)


@quirk(
    "count.k",
    about="thousands as K: 1.2K, 2.5M",
    catches="read as 1, or as nothing",
    source="yt-dlp/yt-dlp#506, #5849; PipePipe#221",
    detect=_shown(r"[\d.]+[KMB]"),
    implies=("count.foreign-form",),
)
def thousands(thread: Thread) -> Thread:
    """Thousands as K."""
    return _views(thread, "k", 12_345)


@quirk(
    "count.wan",
    about="ten thousands as 万: 1.2万, 3.4亿",
    catches="read as 1, or as nothing",
    source="yt-dlp/yt-dlp#506",
    detect=_shown(r"[\d.]+[万亿]"),
    implies=("count.foreign-form",),
)
def wan(thread: Thread) -> Thread:
    """Ten thousands as 万."""
    return _views(thread, "wan", 12_345)


@quirk(
    "count.fullwidth",
    about="１２３, in full-width digits",
    catches="patterns of ASCII digits; digits that int() takes and a JSON reader does not",
    detect=_shown(r"[０-９]+"),
    implies=("count.foreign-form",),
)
def fullwidth(thread: Thread) -> Thread:
    """Full-width digits."""
    return _views(thread, "fullwidth", 0)


@quirk(
    "count.word",
    about="a word where the count should be: discuss",
    catches="int() of a word",
    source="toxinu/pyhn#28",
    detect=lambda f: f.truth.comment_count_shown == "discuss",
    implies=("count.foreign-form",),
)
def word(thread: Thread) -> Thread:
    """A word for the number of comments."""
    return head(thread, comments="word")


@quirk(
    "count.blank",
    about="nothing where the count should be",
    catches="int() of nothing",
    source="toxinu/pyhn#28",
    layer="site",
    detect=lambda f: f.truth.comment_count is None and f.truth.comment_count_shown is UNSET,
)
def blank(contexts: list[PageContext]) -> list[PageContext]:
    """Nothing for the number of comments, where it stands in an element of its own."""
    selector = contexts[0].skin.page.get("comment_count")
    if selector is None or selector.pattern is not None:
        return contexts
    return [msgspec.structs.replace(context, comments_text="") for context in contexts]


def _disagrees(facts: Facts) -> bool:
    said = (facts.page.thread.odd is not None and facts.page.thread.odd.count) or None
    return said is not None and facts.truth.comment_count == said != len(facts.page.thread.posts)


@quirk(
    "count.disagrees",
    about="the header counts other posts than there are",
    catches="the header trusted",
    source="Tieba_Spider#9",
    detect=_disagrees,
)
def disagrees(thread: Thread) -> Thread:
    """Three more than there are."""
    return head(thread, count=len(thread.posts) + 3)


@quirk(
    "count.in-title",
    about="a title with [2评] or [置顶] in it",
    catches="the title's brackets taken for a count",
    detect=lambda f: isinstance(f.truth.title, str) and re.search(r"\[(?:\d+评|置顶)\]", f.truth.title) is not None,
    implies=("text.title-bracket",),
)
def in_title(thread: Thread) -> Thread:
    """A title that looks like a row of a list."""
    return msgspec.structs.replace(
        thread, article=msgspec.structs.replace(thread.article, title=f"[置顶] {thread.article.title} [2评]")
    )


@quirk(
    "count.overflow",
    about="views above 2,147,483,647",
    catches="fields of 32 bits",
    detect=lambda f: isinstance(f.truth.views, int) and f.truth.views > 2**31,
)
def overflow(thread: Thread) -> Thread:
    """More than 32 bits hold."""
    return msgspec.structs.replace(thread, views=3_000_000_000)


@quirk(
    "count.in-text",
    about="a post whose text ends in a mark like [2评]",
    catches="the text's own brackets taken for the mark of replies",
    detect=lambda f: re.search(r"\[\d+评\]", f.text) is not None,
    on=plain(1),
)
def in_text(thread: Thread) -> Thread:
    """A text that ends like a mark."""
    return changed(thread, place("count.in-text", thread), lambda p: put(p, text=f"{p.text} [2评]"))
