"""Where things stand in the markup of each engine, by family: what a scraper of it would have noted."""

from __future__ import annotations

from typing import NamedTuple


class Markup(NamedTuple):
    """CSS selectors: links to boards and threads, to the next page; a post, its id, author and body, and what in the
    body is quoted. ``id_pattern`` takes the id out of what ``id`` finds."""

    boards: str
    threads: str
    post: str
    id: str
    author: str
    body: str
    quoted: str = "blockquote"
    next: str = 'link[rel="next"]::attr(href), a[rel~="next"]::attr(href)'
    id_pattern: str = r"(.+)"


# An article above its comments.
NEWS = {
    "reference": Markup(
        "tr.board-row a.subject", "tr.thread-row a.subject", "li.floor", "::attr(id)", "span.who", "p.text", "blockquote",
    ),
    "6park": Markup(
        "#d_list a[href*=newslist], a[href*='act=newslist']", "#d_list a[href*='act=view']", "div.reply_list_div[id]",
        "::attr(id)", ".r_auther a", ".reply_auther_content", ".r_reply_a, .r_quote",
        next=".pages a::attr(href), link[rel=next]::attr(href)",
    ),
    "ptt": Markup(
        "a.board", ".r-ent .title a", "#main-content > div.push[id]", "::attr(id)", ".push-userid", ".push-content",
        ".colon",
    ),
}  # fmt: skip

# Linear boards on servers of old: tables, queries, offsets.
CLASSIC = {
    "discuz": Markup(
        "a[href*='forum-'][href$='-1.html']", "#threadlist a.xst", "#postlist > div[id^=post_]:not(.ad)",
        "table.plhin::attr(id)", ".favatar .pi .authi a", "td.t_f", "div.quote, i.pstatus, font.jammer, ignore_js_op",
        next="a.nxt::attr(href)",
    ),
    "phpbb3": Markup(
        "a.forumtitle", "a.topictitle", "div.post[id^=p]", "::attr(id)", "p.author a[href]:not(.unread)", "div.content",
    ),
    "smf2": Markup(
        "a.subject", ".message_index_title span[id^=msg_] a", "#quickModForm > div.windowbg[id^=msg]", "::attr(id)",
        ".poster h4 a", ".inner", "blockquote, cite",
    ),
}  # fmt: skip

# Linear boards of today: data attributes, slugs, JSON-LD.
MODERN = {
    "xenforo2": Markup(
        "a[data-shortcut=node-description]", "a[data-tp-primary]", "article.message--post[data-content]",
        "::attr(data-content)", "h4.message-name .username", ".message-body .bbWrapper",
        next="a.pageNav-jump--next::attr(href)",
    ),
    "vbulletin5": Markup(
        "a.forum-title", "a.topic-title", "li.b-post[data-node-id]", "::attr(data-node-id)", ".author a",
        ".js-post__content-text", "blockquote, .bbcode_quote", next="a.right-arrow[href]::attr(href)",
    ),
    "invision4": Markup(
        "a.cForumGrid__title-link", "h4.ipsDataItem_title a[title]", "article.ipsComment[id^=elComment_]", "::attr(id)",
        ".cAuthorPane_content .cAuthorPane_author a", "[data-role=commentContent]", ".ipsQuote",
    ),
    "discourse": Markup(
        "a.category-title-link", "a.raw-topic-link[itemprop=url]", "div.crawler-post", "::attr(id)", ".creator > a > span",
        "div.post", "aside.quote",
    ),
}  # fmt: skip

# Trees of comments.
NESTED = {
    "oldreddit": Markup(
        ".sr-list a.title", "a.title.may-blank", ".commentarea .thing.comment[id^=thing_t1_] > .entry", "a.permalink::attr(href)",
        "a.author", ".usertext:not(.grayed) .md", id_pattern=r"/([0-9a-z]+)/$",
    ),
    "hackernews": Markup(
        "a.boardlink", ".titleline a", "tr.comtr", "::attr(id)", ".comhead a.hnuser", ".commtext", "i.quoted",
    ),
}  # fmt: skip

# Themes and variants of these engines: what breaks a scraper that was written for the plain ones.
THEMES = {
    "discuz-plaza": CLASSIC["discuz"]._replace(boards="a[href*='mod=forumdisplay']"),
    "discuz-touch": Markup(
        ".threadlist a", ".threadlist a", ".postlist > div.plc[id^=pid]", "::attr(id)", "ul.authi li.grey b a",
        ".message", "div.quote, i.pstatus", next="a.nxt::attr(href)",
    ),
    "xenforo2-dusk": MODERN["xenforo2"],
    "xenforo2-orchard": MODERN["xenforo2"],
    "discourse-app": MODERN["discourse"],
    "ladder-semantic": NEWS["reference"]._replace(post="#comments .item[id]", author=".who", body=".text"),
    "ladder-table": NEWS["reference"]._replace(post="tr.item[id]", author="b.who", body="div.text"),
    "ladder-classes": NEWS["reference"]._replace(post="div.item[id]", author=".who", body=".text"),
    "ladder-br": NEWS["reference"]._replace(post="#comments .item[id]", author=".who", body=".text"),
}  # fmt: skip

FAMILIES = {"news": NEWS, "classic": CLASSIC, "modern": MODERN, "nested": NESTED}
MARKUP = {skin: markup for family in (*FAMILIES.values(), THEMES) for skin, markup in family.items()}
