"""The readable text of a thread, as a text extractor would see the page; read and written.

Layout, one line each: title, blank, board, its Latin name, latest reply, back link, views, comments, byline; then the
caption (a sentence that ends in a bracketed date) and the paragraphs, each after a blank line; a blank line; then the
comments without blank lines: the avatar letter where the author's name begins with a Latin letter, author, floor, text
with `` [N评]`` where it has N direct replies. UTF-8, LF, no final newline (one is tolerated on reading).

``write_text`` never fails and is a projection: it drops what has no place here and escapes what would be read as
layout. ``read_text`` accepts exactly what ``write_text`` writes. ``docs/fixtures.md`` lists what is lost.

Two places need escapes, with backslashes. A text without replies that ends like a reply mark gets one before the
bracket: ``ok \\[1评]``. The first block is a caption if it ends in a bracketed date and begins with an even number of
backslashes, and a paragraph if that number is odd; each backslash that it begins with itself is doubled.
"""

from __future__ import annotations

import re

from forgegen.errors import ReadError, check_type
from forgegen.model.calendar import ZONES, Local, is_date
from forgegen.model.thread import Article, Author, Board, Post, Thread
from forgegen.model.tree import depths_from_counts, parents_of, reply_counts

BACK = "\u00a0 返回列表"
LATEST = "最新回复:"
VIEWS, COMMENTS = "\u00a0阅读", "\u00a0评论"
_LATEST = re.compile(r"(\d{1,4})年(\d{1,2})月(\d{1,2})日 (\d{1,2})点(\d{1,2})分 (\S+)", re.ASCII)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ENGLISH_CAPTION = re.compile(rf".*\(({'|'.join(_MONTHS)}) (\d{{1,2}}), (\d{{1,4}})\)", re.ASCII | re.DOTALL)
_CAPTION = re.compile(r".*\((\d{1,4})年(\d{1,2})月(\d{1,2})日\)", re.ASCII | re.DOTALL)
_REPLIES = re.compile(r" (\\*)\[([1-9]\d*)评\]\Z", re.ASCII)
_COUNT = re.compile(r"0|[1-9]\d{0,999}", re.ASCII)


def is_latin(name: str) -> bool:
    """Whether a name begins with a Latin letter, and so has a letter for an avatar."""
    c = name[:1]
    return "A" <= c <= "Z" or "a" <= c <= "z" or ("\u00c0" <= c <= "\u024f" and c not in "×÷")


def date_text(local: Local | None) -> str:
    """A local time as the header shows it: no zero padding, the zone's label.

    >>> date_text(Local("2024-02-16T21:01"))
    '2024年2月16日 21点1分 PT'
    """
    if local is None:
        return ""
    y, mo, d, h, mi = local.parts
    return f"{y}年{mo}月{d}日 {h}点{mi}分 {local.zone}"


def _line(text: str) -> str:
    return text.replace("\n", " ") if "\n" in text else text


def _letters(name: str) -> tuple[str, ...]:
    """The avatar letters that fit a Latin name, the usual one first."""
    return name[0].lower(), name[0], name[0].upper()


def _letter(author: Author) -> str:
    fitting = _letters(author.name)
    return author.avatar if author.avatar in fitting else fitting[0]


def _is_caption(block: str) -> bool:
    m = _CAPTION.fullmatch(block)
    if m is not None:
        return is_date(int(m[1]), int(m[2]), int(m[3]))
    m = _ENGLISH_CAPTION.fullmatch(block)
    return m is not None and is_date(int(m[3]), _MONTHS.index(m[1]) + 1, int(m[2]))


def _blocks(article: Article) -> list[str]:
    """Caption and paragraphs, the first one escaped where it looks like a caption."""
    blocks = [_line(block) for block in ((article.caption,) if article.caption else ()) + article.paragraphs]
    if blocks and _is_caption(blocks[0]):
        first = blocks[0]
        own = first[: len(first) - len(first.lstrip("\\"))]
        blocks[0] = own + first if article.caption else f"\\{own}{first}"
    return blocks


def _read_blocks(blocks: list[str]) -> tuple[str, tuple[str, ...]]:
    """The caption and the paragraphs of these blocks: the opposite of ``_blocks``."""
    if not blocks or not _is_caption(blocks[0]):
        return "", tuple(blocks)
    first = blocks[0].lstrip("\\")
    half, odd = divmod(len(blocks[0]) - len(first), 2)
    first = "\\" * half + first
    return ("", (first, *blocks[1:])) if odd else (first, tuple(blocks[1:]))


def _post_text(text: str, replies: int) -> str:
    """A text with its reply mark, or escaped where it ends like one without having replies."""
    text = _line(text)
    if replies:
        return f"{text} [{replies}评]"
    m = _REPLIES.search(text)
    return text if m is None else f"{text[: m.end(1)]}\\{text[m.end(1) :]}"


def write_text(thread: Thread) -> str:
    """The readable text of a thread. Never fails; see the module for what it drops."""
    check_type("thread", thread, Thread, "a Thread")
    a = thread.article
    lines = [
        a.title, "", thread.board.name, thread.board.latin, LATEST + date_text(thread.last_reply), BACK,
        f"{thread.views}{VIEWS}", f"{len(thread.posts)}{COMMENTS}", a.byline,
    ]  # fmt: skip
    for block in _blocks(a):
        lines += ("", block)
    if thread.posts:
        lines.append("")
    counts = reply_counts(parents_of(p.depth for p in thread.posts))
    for n, (post, replies) in enumerate(zip(thread.posts, counts, strict=True), 1):
        author = post.author or Author("")
        if is_latin(author.name):
            lines.append(_letter(author))
        lines += (author.name, f"{n} 楼", _post_text(post.text, replies))
    return "\n".join(map(_line, lines))


def read_text(text: str | bytes) -> Thread:
    """The thread that a readable text shows, without times of posts.

    Raises: ReadError with the line, for anything that ``write_text`` does not write.
    """
    check_type("text", text, (str, bytes), "the readable text of a thread")
    return _Reader(_decoded(text)).thread()


_LONE = re.compile("[\ud800-\udfff]")


def _decoded(text: str | bytes) -> str:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as e:
            raw = e.object
            line = raw.count(b"\n", 0, e.start) + 1
            raise ReadError(line, f"not UTF-8: byte 0x{raw[e.start]:02x}; right would be UTF-8") from None
    if text == "":
        raise ReadError(1, "the input is empty; right would be a thread's readable text")
    for bad, name in (("\r", "CR; right would be lines that end in LF alone"), ("\0", "NUL")):
        at = text.find(bad)
        if at >= 0:
            raise ReadError(text.count("\n", 0, at) + 1, f"holds {name}")
    if lone := _LONE.search(text):
        raise ReadError(text.count("\n", 0, lone.start()) + 1, f"holds the lone surrogate {lone[0]!a}")
    return text


class _Reader:
    """Reads lines in order; every problem is told with its 1-based line."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def fail(self, problem: str, at: int | None = None) -> ReadError:
        return ReadError((self.at if at is None else at) + 1, problem)

    def peek(self, ahead: int = 0) -> str | None:
        at = self.at + ahead
        return self.lines[at] if at < len(self.lines) else None

    def take(self, what: str) -> str:
        line = self.peek()
        if line is None:
            raise ReadError(len(self.lines), f"the text ends before {what}")
        self.at += 1
        return line

    def expect(self, line: str, what: str) -> None:
        got = self.take(what)
        if got != line:
            raise self.fail(f"{got[:40]!r} where {what} should stand: {line!r}", self.at - 1)

    def count(self, label: str, what: str) -> int:
        line = self.take(what)
        digits = line.removesuffix(label)
        if digits == line or not _COUNT.fullmatch(digits):
            raise self.fail(f"{line[:40]!r} is not {what}; right would be {'12' + label!r}", self.at - 1)
        return int(digits)

    def thread(self) -> Thread:
        title = self.take("the title")
        self.expect("", "the blank line after the title")
        board = Board(self.take("the board"), self.take("the board's Latin name"))
        latest = self.latest()
        self.expect(BACK, "the back link")
        views = self.count(VIEWS, "the number of views")
        comments = self.count(COMMENTS, "the number of comments")
        comments_at = self.at - 1
        byline = self.take("the byline")
        blocks = self.blocks(comments)
        caption, paragraphs = _read_blocks(blocks)
        posts = self.posts()
        if len(posts) != comments:
            raise self.fail(f"says {comments} comments, but {len(posts)} floors follow", comments_at)
        article = Article(title, byline, caption, paragraphs)
        return Thread(article, posts, board, views, latest)

    def latest(self) -> Local | None:
        line = self.take("the latest reply")
        if not line.startswith(LATEST):
            raise self.fail(f"{line[:40]!r} where the latest reply should stand: {LATEST!r}", self.at - 1)
        shown = line.removeprefix(LATEST)
        if not shown:
            return None
        m = _LATEST.fullmatch(shown)
        right = f"right would be like {LATEST}2024年2月16日 21点1分 PT"
        if m is None:
            raise self.fail(f"bad date {shown[:40]!r}; {right}", self.at - 1)
        numbers = [int(g) for g in m.groups()[:5]]
        if any(str(v) != g for v, g in zip(numbers, m.groups()[:5], strict=True)):
            raise self.fail(f"bad date {shown!r}: numbers have no leading zeros; {right}", self.at - 1)
        y, mo, d, h, mi = numbers
        if not is_date(y, mo, d) or h > 23 or mi > 59:
            raise self.fail(f"bad date {shown!r}: there is no such day or time; {right}", self.at - 1)
        if m[6] not in ZONES:
            raise self.fail(f"bad date {shown!r}: unknown zone {m[6]!r}; known: {', '.join(ZONES)}", self.at - 1)
        return Local(f"{y:04d}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}", m[6])

    def blocks(self, comments: int) -> list[str]:
        """Caption and paragraphs: a blank line before each, until the first floor or the end."""
        blocks: list[str] = []
        while self.peek() is not None:
            if self.peek() == "" and self.peek(1) is None:  # the one final newline that is tolerated
                self.at += 1
                break
            if comments and blocks and self.peek() != "":
                raise self.fail(f"{(self.peek() or '')[:40]!r} where a blank line or floor 1 should stand")
            self.expect("", "a blank line before a paragraph")
            if comments and self.floor_ahead(1):
                break
            blocks.append(self.take("a paragraph"))
        return blocks

    def floor_ahead(self, n: int) -> int | None:
        """How many lines ahead floor n stands, for an author that begins here; None where it does not."""
        first = self.peek()
        if first is None:
            return None
        floor = f"{n} 楼"
        if self.peek(1) == floor and not is_latin(first):
            return 1
        second = self.peek(1) or ""
        if self.peek(2) == floor and is_latin(second) and first in _letters(second):
            return 2
        return None

    def posts(self) -> tuple[Post, ...]:
        rows: list[tuple[Author | None, str, int, int]] = []
        while self.peek() is not None:
            if self.at == len(self.lines) - 1 and self.peek() == "" and rows:
                break
            rows.append(self.row(len(rows) + 1))
        depths, waiting = depths_from_counts([count for _, _, count, _ in rows])
        if waiting:
            row = waiting[0]
            _, _, count, at = rows[row]
            raise self.fail(f"floor {row + 1} says [{count}评], but fewer replies follow", at)
        return tuple(Post(text, depth, author) for (author, text, _, _), depth in zip(rows, depths, strict=True))

    def row(self, n: int) -> tuple[Author | None, str, int, int]:
        """Author, text, direct replies and the text's line of floor n."""
        ahead = self.floor_ahead(n)
        if ahead is None:
            raise self.fail(self.no_floor(n))
        letter = self.take("the avatar letter") if ahead == 2 else None
        name = self.take("the author")
        self.take("the floor")
        line = self.take(f"the text of floor {n}")
        m = _REPLIES.search(line)
        author = Author(name, letter) if name else None
        if m is None:
            return author, line, 0, self.at - 1
        if m[1]:
            return author, line[: m.end(1) - 1] + line[m.end(1) :], 0, self.at - 1
        return author, line[: m.start()], int(m[2]), self.at - 1

    def no_floor(self, n: int) -> str:
        got = self.peek(1) if not is_latin(self.peek(1) or "") else self.peek(2)
        if is_latin(self.peek() or "") and self.peek(1) == f"{n} 楼":
            return f"author {self.peek()!r} begins with a Latin letter, but no avatar letter stands before it"
        return f"floor {n} is missing: after the author there should stand '{n} 楼', not {(got or 'the end')[:40]!r}"
