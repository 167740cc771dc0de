"""Quirks of texts: what people type into posts. All of it is escaped, so that a page shows it as typed."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import msgspec

from forgegen.model.thread import Post, Thread
from forgegen.quirks.define import (
    Detector,
    any_post,
    changed,
    in_text,
    odd,
    place,
    plain,
    post_quirk,
    put,
    quirk,
    stretched,
    with_posts,
)
from forgegen.quirks.facts import Facts


def typed(name: str, text: str, detect: Detector | str, **told: Any) -> None:
    """A quirk that gives a post this text; a pattern detects it."""

    def plant(post: Post) -> Post:
        return put(post, text=text)

    post_quirk(name, detect=in_text(detect) if isinstance(detect, str) else detect, **told)(plant)


typed(
    "text.empty", "", any_post(lambda p: p.text == ""),
    about="a post without text", catches="skipped, so that floors shift; a crash",
    source="PhantomInsights/comments-generator#1",
)  # fmt: skip
typed(
    "text.blank", "\u3000 ", any_post(lambda p: isinstance(p.text, str) and p.text != "" and p.text.isspace()),
    about="a post of spaces", catches="skipped, so that floors shift",
    source="PhantomInsights/comments-generator#1", implies=("text.edge-space",),
)  # fmt: skip
typed(
    "text.br", "one\ntwo\n\nthree", r"\n",
    about="several lines", catches="the text stops at the first line; words joined",
    source="rushter/selectolax#59; scrapy/scrapy#3488",
)  # fmt: skip
typed(
    "text.reply-prefix", "回复 @al: so it is", r"^回复 ?@?[^\0:：\n]{1,20}[:：]",
    about="a text that begins with 回复 @name:", catches="the text after the prefix lost",
    source="hui-shao/TiebaBackup#3",
)  # fmt: skip
typed(
    "text.entity", "&lt;b&gt; &amp;amp; &#x21;", r"&(?:[a-zA-Z]+|#\d+|#x[0-9a-f]+);",
    about="a typed reference: &lt;", catches="unescaped twice",
    source="hjhee/tiebaSpider#1",
)  # fmt: skip
typed(
    "text.tagish", "</li> <!-- ]]> <br>", r"</?[a-zA-Z]|<!--|\]\]>",
    about="typed tags and comments", catches="taken for tags",
)  # fmt: skip
typed(
    "text.less-than", "<图一> <2cm <3", r"<[^\0a-zA-Z/!?]",
    about="< before a digit or a Chinese character", catches="taken for a tag, the rest lost",
    source="scrapy/parsel#23",
)  # fmt: skip
typed(
    "text.edge-space", "  ok ", r"^\s|\s$|\s\0",
    about="spaces at the ends of a text", catches="trimming, or its lack",
)  # fmt: skip
typed(
    "text.nbsp", "so\u00a0it\u00a0is", "\u00a0",
    about="no-break spaces", catches="folded to spaces, or not matched by patterns of them",
)  # fmt: skip
typed(
    "text.double-space", "so  it is", r"[^\s\0]  +[^\s\0]",
    about="two spaces in a row", catches="folded to one",
)  # fmt: skip
typed(
    "text.ideographic-space", "好\u3000的", r"[^\s\0]\u3000[^\s\0]",
    about="an ideographic space", catches="folded to a space",
)  # fmt: skip
typed(
    "text.zerowidth", "so\u200bit\ufeffis", "[\u200b\u2060\ufeff]",
    about="zero-width spaces and marks", catches="dropped, or taken for spaces",
)  # fmt: skip
typed(
    "text.astral", "\U00020bb7\U0001f600", "[\U00010000-\U0010ffff]",
    about="characters beyond the first plane: emoji, rare Chinese", catches="replaced, cut in half, or an error",
    source="Ehco1996/Python-crawler#4; dataabc/weibo-search#440",
)  # fmt: skip
typed(
    "text.emoji-zwj", "\u2764\u200d\u2728", "\u200d",
    about="emoji joined to one", catches="the joiner dropped: the picture falls apart",
)  # fmt: skip
typed(
    "text.combining", "re\u0301sume\u0301", "[\u0300-\u036f\u20d0-\u20ff]",
    about="combining marks", catches="composed, so that texts differ",
)  # fmt: skip
typed(
    "text.compat", "㎡①Ａ", "[\u2460-\u24ff\u3300-\u33ff\uff21-\uff5a]",
    about="compatibility characters", catches="folded to others",
)  # fmt: skip
typed(
    "text.separator", "so\u2028it\u2029is ok", "[\u2028\u2029]",
    about="line and paragraph separators of Unicode", catches="splitlines() splits; taken for spaces",
)  # fmt: skip
typed(
    "text.long", "so it is, " * 18 + "ok", lambda f: any(len(text) > 140 for text in f.texts),
    about="a text of more than 140 characters", catches="cut, or taken for the article",
)  # fmt: skip
typed(
    "text.huge", "so it is, " * 6_600 + "ok", lambda f: any(len(text) > 65_536 for text in f.texts),
    about="a text of more than 65,536 characters", catches="cut at a buffer; slow patterns",
    implies=("text.long", "text.longer-than-article"),
)  # fmt: skip
typed(
    "text.code", "\nif ok:\n    say(yes)\n", r"\n(?: {2,}|\t+)\S",
    about="code with indentation and a leading line break", catches="indentation lost, first line break lost",
    implies=("text.br", "text.edge-space"),
)  # fmt: skip
typed(
    "text.url", "https://a.example/x?a=1&b=2#c", r"https?://",
    about="a bare address", catches="& decoded, or the address cut",
)  # fmt: skip
_RARE = {"Sk", "Lm", "Lt", "Nl", "Mc", "Me"}
typed(
    "text.rare", "so ^ it ` is \u02d0", lambda f: any(unicodedata.category(c) in _RARE for c in set(f.written)),
    about="signs that people rarely type: carets, backticks, modifier letters",
    catches="patterns of letters and digits; taken for mark-up",
)  # fmt: skip
typed(
    "text.control", "so\x0bit\x08is", "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]",
    about="control characters", catches="XML-compatible text required: an exception, the page lost",
    source="codelucas/newspaper#189; D4Vinci/Scrapling#366, #368; closeio/quotequail#84", readers="hostile",
)  # fmt: skip
typed(
    "text.private-use", "so\ue000it is", "[\ue000-\uf8ff]",
    about="characters for private use, as icon fonts have them", catches="dropped, or an error",
)  # fmt: skip
typed(
    "text.noncharacter", "so\uffffit\ufffeis", "[\ufffe\uffff\ufdd0-\ufdef]",
    about="code points that are no characters", catches="XML-compatible text required: an exception",
    readers="hostile",
)  # fmt: skip


@post_quirk(
    "text.quote",
    about="a quotation above the text",
    catches="the quotation read as the post's own text",
    source="vanilla/porter#63",
    detect=lambda f: any(v.odd is not None and v.odd.quote is not None for v in f.views),
)
def quote(post: Post) -> Post:
    """A quotation."""
    return odd(post, quote="al: no")


@post_quirk(
    "text.quote-only",
    about="a quotation and nothing else",
    catches="the post skipped, or the quotation taken for its text",
    source="ppy/osu-web#3643",
    detect=any_post(lambda p: isinstance(p.quote, str) and p.text == "" and not p.parent),
    implies=("text.quote", "text.empty"),
)
def quote_only(post: Post) -> Post:
    """A quotation, no text."""
    return odd(put(post, text=""), quote="al: no")


@post_quirk(
    "text.quote-nested",
    about="a quotation that holds a quotation",
    catches="the inner one read as text",
    source="vanilla/porter#63; danbooru/danbooru#2998",
    detect=any_post(lambda p: isinstance(p.quote, str) and re.search("(?:^|\n)> ", p.quote) is not None),
    implies=("text.quote", "text.br"),
)
def quote_nested(post: Post) -> Post:
    """A quotation with a quoted line in it."""
    return odd(post, quote="bo:\n> al: no\nyes")


def _twice(facts: Facts) -> bool:
    return len(set(facts.texts)) < len(facts.texts)


@quirk(
    "text.dup",
    about="the same text twice: 支持！",
    catches="the second dropped as a duplicate",
    detect=_twice,
    on=plain(1, 1),
)
def dup(thread: Thread) -> Thread:
    """Two neighbours say the same."""
    thread = stretched(thread, 2)
    at = max(1, place("text.dup", thread))
    posts = list(thread.posts)
    posts[at - 1 : at + 1] = [put(posts[at - 1], text="支持！"), put(posts[at], text="支持！")]
    return with_posts(thread, posts)


typed(
    "text.short", "好", any_post(lambda p: isinstance(p.text, str) and len(p.text) == 1),
    about="a text of one character", catches="short blocks dropped as furniture",
    source="buriy/python-readability#76; mozilla/readability#775",
)  # fmt: skip


def _paragraphs(facts: Facts) -> tuple[str, ...]:
    return facts.page.thread.article.paragraphs


@quirk(
    "text.longer-than-article",
    about="a post longer than the article",
    catches="the post taken for the article",
    source="buriy/python-readability#23; mozilla/readability#391, #103",
    detect=lambda f: max(map(len, f.texts), default=0) > max(200, 2 * sum(map(len, _paragraphs(f)))),
    implies=("text.long",),
)
def longer_than_article(thread: Thread) -> Thread:
    """A text of at least 220 characters, and three times as long as the article."""
    words = "and then the kettle hummed again, "
    count = (3 * sum(map(len, thread.article.paragraphs)) + 220) // len(words) + 1
    return changed(thread, place("text.longer-than-article", thread), lambda p: put(p, text=words * count + "ok"))


@quirk(
    "text.like-article",
    about="a post that repeats the article's first paragraph",
    catches="one of the two dropped as a duplicate; the post taken for the article",
    source="MoonshotAI/kimi-cli#1863",
    detect=lambda f: bool(_paragraphs(f)) and _paragraphs(f)[0] in f.texts,
    implies=("text.short",),
)
def like_article(thread: Thread) -> Thread:
    """The first paragraph as a post, where there is one."""
    if not thread.article.paragraphs:
        return thread
    text = thread.article.paragraphs[0]
    return changed(thread, place("text.like-article", thread), lambda p: put(p, text=text))


def titled(name: str, title: str, pattern: str, **told: Any) -> None:
    """A quirk that gives the thread this title; a pattern detects it."""
    found = re.compile(pattern)

    def plant(thread: Thread) -> Thread:
        return msgspec.structs.replace(thread, article=msgspec.structs.replace(thread.article, title=title))

    def detect(f: Facts) -> bool:
        return isinstance(f.truth.title, str) and found.search(f.truth.title) is not None

    quirk(name, detect=detect, **told)(plant)


titled(
    "text.title-bracket", "【好】 [x] t", r"^[\[(（【「『《〈]",
    about="a title that begins with a bracket: 【…】, [x], (…), 「…」",
    catches="taken for a prefix or tag and cut; a pattern that stops at it",
)  # fmt: skip
titled(
    "text.title-separator", "a - b | c: d", r"\S(?: [-–—|·/] | ?[:：] ?)\S",
    about="a title with a separator in it: a - b, a | b, a: b",
    catches="the title cut where the site's name is taken off",
)  # fmt: skip
titled(
    "text.title-quotes", "“so” it’s", "[“”‘’„«»]",
    about="a title with curly quotation marks", catches="quotation marks made straight, or lost with a legacy charset",
)  # fmt: skip
