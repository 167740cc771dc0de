"""The planted bugs: a name, the report that it is written from, and the step that replaces the honest one."""

# Bugs are what this file is made of: None where text is expected is one of them.
# mypy: disable-error-code="arg-type,union-attr,operator"

from __future__ import annotations

import html as html_module
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from lxml import html as lxml_html

from tests.bench.mutants.parser import POST, Seen, every, first, rows, text, words
from tests.parsers.common import count_of, date_of, floor_of


class Mutant(NamedTuple):
    """A bug: where it is planted (``posts``, ``page``, ``rows``, ``answer`` or ``body``), in which field, and how."""

    name: str
    where: str
    field: str
    step: Callable[[Any], Any]

    def killed(self, seen: Seen) -> bool:
        """Whether a page shows the bug."""
        if self.where == "posts":
            return seen.wrong_of_posts(self.field, self.step)
        if self.where == "page":
            return seen.wrong_of_page(self.field, self.step)
        check = {"rows": seen.wrong_rows, "answer": seen.wrong_answer, "body": seen.wrong_body}[self.where]
        return check(self.step)


MUTANTS: list[Mutant] = []


def _bug(name: str, where: str, field: str, step: Callable[[Any], Any]) -> None:
    MUTANTS.append(Mutant(name, where, field, step))


def _sure(node: Any, css: str) -> str:
    """The text of the first element that matches, by an author who never saw a page without it: that page raises."""
    return words(first(node, css))


def _known(number: int | None) -> int:
    """A number that is taken for granted: None raises."""
    if number is None:
        raise ValueError("no number")
    return number


def _on_text(li: Any, change: Callable[[str], Any]) -> Any:
    found = text(li, "p.text")
    return None if found is None else change(found)


def _on_name(li: Any, change: Callable[[str], Any]) -> Any:
    found = text(li, ".who")
    return None if found is None else change(found)


# Trees and rows.
_bug("rows: one at least", "rows", "", lambda r: rows(r) if rows(r)[0] is not None else [])
_bug("rows: descendant li too", "rows", "", lambda r: every(r, "ol.comment-list li.floor"))
_bug("rows: any li with the class", "rows", "", lambda r: every(r, "li.floor"))
_bug("rows: exact class attribute", "rows", "", lambda r: r.xpath("//li[@class='floor i0'][@id]"))
_bug(
    "rows: class begins with floor and a space",
    "rows",
    "",
    lambda r: r.xpath("//ol/li[starts-with(@class, 'floor ')][@id]"),
)
_bug("rows: hidden ones are posts", "rows", "", lambda r: every(r, "ol.comment-list > li.floor"))
_bug("rows: collapsed ones skipped", "rows", "", lambda r: [li for li in rows(r) if first(li, ".state") is None])
_bug("rows: without text skipped", "rows", "", lambda r: [li for li in rows(r) if text(li, "p.text")])
_bug("rows: without author skipped", "rows", "", lambda r: [li for li in rows(r) if text(li, ".who")])
_bug("rows: at most ten", "rows", "", lambda r: rows(r)[:10])
_bug("rows: at most fifty", "rows", "", lambda r: rows(r)[:50])
_bug("rows: same text only once", "rows", "", lambda r: list({text(li, "p.text") or li: li for li in rows(r)}.values()))
_bug("rows: sorted by floor", "rows", "", lambda r: sorted(rows(r), key=lambda li: floor_of(text(li, ".no")) or 0))
_bug("rows: sorted by floor as text", "rows", "", lambda r: sorted(rows(r), key=lambda li: text(li, ".no") or ""))
_bug("rows: sorted by time", "rows", "", lambda r: sorted(rows(r), key=lambda li: date_of(text(li, "time.when")) or ""))
_bug("rows: kept by floor", "rows", "", lambda r: list({floor_of(text(li, ".no")): li for li in rows(r)}.values()))
_bug(
    "rows: level from the indent, deepest 3",
    "posts",
    "parent",
    lambda li: POST["parent"](li) if not re.search(r"i[4-9]", li.get("class")) else None,
)
_bug(
    "parent: none below the second level",
    "posts",
    "parent",
    lambda li: POST["parent"](li) if "i1" in li.get("class").split() else None,
)
_bug(
    "parent: only on the first nine levels",
    "posts",
    "parent",
    lambda li: POST["parent"](li) if "i8" not in li.get("class").split() else None,
)
_bug(
    "parent: one digit",
    "posts",
    "parent",
    lambda li: (
        (m := re.search(r"#(c\d)", first(li, "a.parent").get("href"))) and m[1]
        if first(li, "a.parent") is not None
        else None
    ),
)
_bug(
    "parent: the post before",
    "answer",
    "",
    lambda posts: [{**p, "parent": posts[n - 1]["id"] if p["parent"] else None} for n, p in enumerate(posts)],
)
_bug(
    "parent: found by floor",
    "answer",
    "",
    lambda posts: [
        {
            **p,
            "parent": next(
                (
                    q["id"]
                    for q in posts
                    if q["floor"] == next((r["floor"] for r in posts if r["id"] == p["parent"]), None)
                ),
                None,
            )
            if p["parent"]
            else None,
        }
        for p in posts
    ],
)

# Floors.
_bug("floor: position", "answer", "", lambda posts: [{**p, "floor": n} for n, p in enumerate(posts, 1)])
_bug("floor: int of the first word", "posts", "floor", lambda li: int(_sure(li, ".no").split()[0]))
_bug(
    "floor: at most three digits",
    "posts",
    "floor",
    lambda li: int(m[0]) if (m := re.search(r"\d{1,3}", _sure(li, ".no"))) else None,
)
_bug("floor: one digit", "posts", "floor", lambda li: int(m[0]) if (m := re.search(r"\d", _sure(li, ".no"))) else None)
_bug(
    "floor: only before 楼",
    "posts",
    "floor",
    lambda li: int(m[1].replace(",", "")) if (m := re.search(r"([\d,]+) ?楼", _sure(li, ".no"))) else None,
)
_bug(
    "floor: ASCII digits only, unnamed",
    "posts",
    "floor",
    lambda li: int(m[0].replace(",", "")) if (m := re.search(r"[\d,]+", _sure(li, ".no"), re.ASCII)) else None,
)
_bug(
    "floor: searched in the whole item",
    "posts",
    "floor",
    lambda li: (
        floor_of(m[0])
        if (m := re.search(r"\d+ ?楼", words(first(li, ".say")) + (text(li, ".no") or "")))
        else floor_of(text(li, ".no"))
    ),
)
_bug("floor: required", "posts", "floor", lambda li: _known(floor_of(text(li, ".no"))))

# Counts.
_bug(
    "replies: one digit",
    "posts",
    "replies",
    lambda li: int(m[1]) if (m := re.fullmatch(r"\[(\d)评\]", text(li, ".replies") or "")) else 0,
)
_bug("replies: plain digits", "posts", "replies", lambda li: int((text(li, ".replies") or "[0评]")[1:-2]))
_bug(
    "replies: 0 is none",
    "posts",
    "replies",
    lambda li: POST["replies"](li) if text(li, ".replies") is None else POST["replies"](li) or None,
)
_bug(
    "replies: in the whole item",
    "posts",
    "replies",
    lambda li: count_of(m[1]) if (m := re.search(r"\[(\d+)评\]", words(first(li, ".say")))) else POST["replies"](li),
)
_bug(
    "likes: plain digits",
    "posts",
    "likes",
    lambda li: int(_sure(li, ".like b")) if text(li, ".like b") is not None else None,
)
_bug(
    "likes: comma only",
    "posts",
    "likes",
    lambda li: int(t.replace(",", "")) if (t := text(li, ".like b")) and re.fullmatch(r"[\d,]+", t, re.ASCII) else None,
)
_bug(
    "likes: dot is decimal",
    "posts",
    "likes",
    lambda li: int(float(t)) if (t := text(li, ".like b")) and re.fullmatch(r"\d+\.\d+", t) else POST["likes"](li),
)
_bug(
    "likes: K unknown",
    "posts",
    "likes",
    lambda li: int(float(t[:-1])) if (t := text(li, ".like b")) and t[-1] in "KM" else POST["likes"](li),
)
_bug(
    "likes: 万 unknown",
    "posts",
    "likes",
    lambda li: int(float(t[:-1])) if (t := text(li, ".like b")) and t[-1] in "万亿" else POST["likes"](li),
)
_bug("likes: required", "posts", "likes", lambda li: count_of(words(first(li, ".like b"))))
_bug("likes: 0 is none", "posts", "likes", lambda li: POST["likes"](li) or None)
_bug("views: plain digits", "page", "views", lambda r: int(_sure(r, ".views b")))
_bug("views: 32 bits", "page", "views", lambda r: min(count_of(text(r, ".views b")) or 0, 2**31 - 1))
_bug("comments: as many as posts", "page", "comment_count", lambda r: len(rows(r)))
_bug(
    "comments: in the title",
    "page",
    "comment_count",
    lambda r: (
        int(m[1]) if (m := re.search(r"\[(\d+)评\]", text(r, "h1.headline") or "")) else count_of(text(r, ".count b"))
    ),
)
_bug(
    "comments: int of a word",
    "page",
    "comment_count",
    lambda r: (
        int(_sure(r, ".count b").replace(",", ""))
        if not re.search(r"[.KMB万亿\u202f]", _sure(r, ".count b"))
        else count_of(text(r, ".count b"))
    ),
)


# Dates.
def _date(li: Any) -> str:
    return text(li, "time.when") or ""


_bug(
    "date: two digits of the hour",
    "posts",
    "date",
    lambda li: date_of(_date(li)) if not _date(li) or re.search(r"\b\d\d[:点]", _date(li)) else None,
)
_bug(
    "date: 20xx only",
    "posts",
    "date",
    lambda li: date_of(_date(li)) if not _date(li) or "20" in _date(li)[:12] else None,
)
_bug(
    "date: hour 0 is none",
    "posts",
    "date",
    lambda li: None if re.search(r"\b0?0[:点]", _date(li)) else date_of(_date(li)),
)
_bug(
    "date: month and day swapped up to 12",
    "posts",
    "date",
    lambda li: (
        f"{d[:5]}{d[8:10]}-{d[5:7]}{d[10:]}"
        if (d := date_of(_date(li))) and re.match(r"\d{4}-\d\d-(?:0\d|1[012])", d)
        else date_of(_date(li))
    ),
)
_bug(
    "date: no 29 February",
    "posts",
    "date",
    lambda li: None if "02-29" in (date_of(_date(li)) or "") else date_of(_date(li)),
)
_bug("date: required", "posts", "date", lambda li: date_of(words(first(li, "time.when"))))
_bug(
    "date: one form only",
    "posts",
    "date",
    lambda li: d if (d := _date(li)) and re.fullmatch(r"\d+-\d+-\d+ \d+:\d\d", d) else None,
)
_bug(
    "date: the last one of the item",
    "posts",
    "date",
    lambda li: date_of(words(i)[4:-3]) if (i := first(li, ".edited")) is not None else date_of(_date(li) or None),
)
_bug(
    "date: zone labels rejected",
    "posts",
    "date",
    lambda li: None if re.search(r" [A-Z]+$", _date(li)) else date_of(_date(li) or None),
)
_bug(
    "date: from the attribute, in UTC",
    "posts",
    "date",
    lambda li: (
        date_of(_date(li) or None)
        if not (d := (first(li, "time.when") is not None and first(li, "time.when").get("datetime")))
        or d.endswith("-08:00")
        else "1970-01-01T00:00"
    ),
)
_bug(
    "latest: skipped hour required to exist",
    "page",
    "last_reply",
    lambda r: None if "2024-03-10T02:30" in str(date_of(text(r, ".latest time"))) else date_of(text(r, ".latest time")),
)
_bug(
    "latest: a comment's time",
    "page",
    "last_reply",
    lambda r: date_of(text(r, "time.when")) if text(r, ".latest time") else None,
)
_bug("published: required", "page", "published", lambda r: date_of(words(first(r, ".byline time"))))

# Authors.
_bug("author: required", "posts", "author", lambda li: words(first(li, ".who")))
_bug("author: first word", "posts", "author", lambda li: _on_name(li, lambda t: t.split()[0]))
_bug("author: with the badge", "posts", "author", lambda li: _on_name(li, lambda t: t + (text(li, ".badge") or "")))
_bug("author: stripped", "posts", "author", lambda li: _on_name(li, str.strip))
_bug("author: composed", "posts", "author", lambda li: _on_name(li, lambda t: unicodedata.normalize("NFC", t)))
_bug("author: lower case", "posts", "author", lambda li: _on_name(li, str.lower))
_bug("author: unescaped again", "posts", "author", lambda li: _on_name(li, html_module.unescape))
_bug("author: tags removed", "posts", "author", lambda li: _on_name(li, lambda t: re.sub(r"<[^>]*>", "", t)))
_bug(
    "author: format characters removed",
    "posts",
    "author",
    lambda li: _on_name(li, lambda t: "".join(c for c in t if unicodedata.category(c) != "Cf")),
)
_bug(
    "author: null is none",
    "posts",
    "author",
    lambda li: _on_name(li, lambda t: None if t in ("null", "None", "[deleted]", "deleted") else t),
)
_bug("author: no floors in names", "posts", "author", lambda li: _on_name(li, lambda t: re.sub(r"\d+ ?楼", "", t)))
_bug("author: at most 20 characters", "posts", "author", lambda li: _on_name(li, lambda t: t[:20]))
_bug("author: digits are numbers", "posts", "author", lambda li: _on_name(li, lambda t: int(t) if t.isdecimal() else t))
_bug("avatar: always a letter", "posts", "avatar", lambda li: words(first(li, ".avatar.letter")))
_bug(
    "avatar: one per name",
    "answer",
    "",
    lambda posts: [
        {**p, "avatar": {q["author"]: q["avatar"] for q in posts}.get(p["author"], p["avatar"])} for p in posts
    ],
)

# Texts.
_bug(
    "text: first piece only",
    "posts",
    "text",
    lambda li: first(li, "p.text").text or "" if first(li, "p.text") is not None else None,
)
_bug("text: br is nothing", "posts", "text", lambda li: _on_text(li, lambda t: t.replace("\n", "")))
_bug(
    "text: tails lost",
    "posts",
    "text",
    lambda li: (
        "".join(
            [
                p.text or "",
                *(words(c) if isinstance(c.tag, str) and c.tag != "br" else "\n" if c.tag == "br" else "" for c in p),
            ]
        )
        if (p := first(li, "p.text")) is not None
        else None
    ),
)
_bug(
    "text: stops at a comment",
    "posts",
    "text",
    lambda li: words(p) if (p := first(li, "p.text")) is None or not p.xpath(".//comment()") else p.text or "",
)
_bug("text: stripped", "posts", "text", lambda li: _on_text(li, str.strip))
_bug("text: spaces folded", "posts", "text", lambda li: _on_text(li, lambda t: re.sub(r"[ \t]+", " ", t)))
_bug("text: no-break spaces folded", "posts", "text", lambda li: _on_text(li, lambda t: t.replace("\xa0", " ")))
_bug("text: unescaped again", "posts", "text", lambda li: _on_text(li, html_module.unescape))
_bug("text: tags removed", "posts", "text", lambda li: _on_text(li, lambda t: re.sub(r"</?[a-zA-Z][^>]*>", "", t)))
_bug("text: < and what follows removed", "posts", "text", lambda li: _on_text(li, lambda t: re.sub(r"<[^>]*>", "", t)))
_bug("text: composed", "posts", "text", lambda li: _on_text(li, lambda t: unicodedata.normalize("NFC", t)))
_bug("text: compatibility folded", "posts", "text", lambda li: _on_text(li, lambda t: unicodedata.normalize("NFKC", t)))
_bug(
    "text: astral characters replaced",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: re.sub("[\U00010000-\U0010ffff]", "?", t)),
)
_bug(
    "text: zero-width removed",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: re.sub("[\u200b-\u200d\ufeff]", "", t)),
)
_bug("text: GBK only", "posts", "text", lambda li: _on_text(li, lambda t: t.encode("gbk", "ignore").decode("gbk")))
_bug("text: at most 140", "posts", "text", lambda li: _on_text(li, lambda t: t[:140]))
_bug(
    "text: prefix of replies cut",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: re.sub(r"^回复 ?@?[^:：]{1,20}[:：] ?", "", t)),
)
_bug("text: with the quotation", "posts", "text", lambda li: _on_text(li, lambda t: (text(li, ".quoted") or "") + t))
_bug("text: empty is none", "posts", "text", lambda li: _on_text(li, lambda t: t or None))
_bug("text: required", "posts", "text", lambda li: words(first(li, "p.text")))
_bug(
    "text: with the note of the edit",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: t + (text(li, ".edited") or "")),
)
_bug("text: marks cut", "posts", "text", lambda li: _on_text(li, lambda t: re.sub(r"\s*\[\d+评\]", "", t)))
_bug("text: splitlines", "posts", "text", lambda li: _on_text(li, lambda t: "\n".join(t.splitlines())))
_bug(
    "text: addresses cut at &",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: re.sub(r"(https?://[^\s&]*)&\S*", r"\1", t)),
)
_bug(
    "text: emoji pictures read",
    "posts",
    "text",
    lambda li: _on_text(li, lambda t: t + "".join(i.get("alt") or "" for i in every(li, "p.text img"))),
)
_bug("quote: not told", "posts", "quote", lambda li: None)
_bug("status: not told", "posts", "status", lambda li: None)

# The source read by patterns, or by a weaker tree.
_bug(
    "source: pattern of texts",
    "body",
    "",
    lambda p: [
        html_module.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br ?/?>", "\n", t)))
        for t in re.findall(r'<p class="text"[^>]*>(.*?)</p>', p.html, re.DOTALL)
    ],
)
_bug(
    "source: decoded as ASCII",
    "body",
    "",
    lambda p: [
        words(t) for t in every(lxml_html.document_fromstring(p.body.decode("ascii", "ignore")), "li.floor[id] p.text")
    ],
)
_bug("title: stripped of brackets", "page", "title", lambda r: re.sub(r"\[[^\]]*\]", "", text(r, "h1.headline") or ""))
_bug("title: one line", "page", "title", lambda r: " ".join((text(r, "h1.headline") or "").split("\n")))
_bug(
    "paragraphs: empty ones skipped",
    "page",
    "paragraphs",
    lambda r: [t for p in every(r, ".article-body > p") if (t := words(p))],
)
_bug(
    "paragraphs: first piece only",
    "page",
    "paragraphs",
    lambda r: [p.text or "" for p in every(r, ".article-body > p")],
)
_bug("board: required", "page", "board", lambda r: words(first(r, ".board .native")))
_bug("byline: required", "page", "author", lambda r: words(first(r, ".byline [rel=author] span")))
