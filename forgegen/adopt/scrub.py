"""What of a page may be kept: markup and a dictionary of furniture words. Every other word becomes one of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
_MAIL = re.compile(r"\S@\S")
_SCRIPTS = {
    "CJK": (
        "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好"
        "看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知"
        "世什两次使身者被高已亲其进此话常与活正感"
    ),
    "HIRAGANA": "のにはをたがでてとしれさあいうかきくけこ", "KATAKANA": "アイウエオカキクケコサシスセソタチツテト",
    "CYRILLIC": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщ", "GREEK": "αοιετσνηυρπκμλωδγθ", "ARABIC": "اليمنترهبدعسكفقح",
    "HEBREW": "יוהלארתבשמנדק", "HANGUL": "이다는가의에을하고지한사도로기어자나라",
}  # fmt: skip


@cache
def dictionary() -> frozenset[str]:
    """Words of furniture that stay as they are."""
    return frozenset((Path(__file__).parent / "furniture.txt").read_text("utf-8").split())


@cache
def _ours() -> dict[int, tuple[str, ...]]:
    words = sorted(set((Path(__file__).parent / "words.txt").read_text("utf-8").split()))
    sizes = {len(word) for word in words}
    return {size: tuple(word for word in words if len(word) == size) for size in sizes}


class Scrubber:
    """Replaces what is a page's own; ``forbidden`` are words of names and titles, which nothing may be made of."""

    def __init__(self, forbidden: Iterable[str]) -> None:
        self.forbidden = frozenset(word.lower() for word in forbidden)

    def text(self, text: str) -> str:
        """A text with the same shape: words of the dictionary stay, others and numbers are replaced.

        >>> Scrubber(["zaphod"]).text("Reply to Zaphod, 1234")
        'Reply to Result, 2659'
        """
        text = text.replace("@", "") if _MAIL.search(text) else text
        return _TOKEN.sub(lambda m: self._number(m[0]) if m[0].isdigit() else self.word(m[0]), text)

    def word(self, word: str) -> str:
        """A word of furniture as it is, else another of its length, script and case."""
        small = word.lower()
        if small in dictionary() and small not in self.forbidden:
            return word
        if not small.isascii():
            name = unicodedata.name(word[-1], "")
            for script, letters in _SCRIPTS.items():
                if name.startswith(script):
                    return "".join(letters[crc32(f"{word}{i}".encode()) % len(letters)] for i in range(len(word)))
        made = self._like(small)
        return made.upper() if word.isupper() and len(word) > 1 else made.capitalize() if word[0].isupper() else made

    def _like(self, small: str) -> str:
        size, ours = len(small), _ours()
        if size not in ours:
            return self._like(small[:5]) + self._like(small[5:])
        words = ours[size]
        at = crc32(small.encode())
        for step in range(len(words)):
            word = words[(at + step) % len(words)]
            if word != small and word not in self.forbidden:
                return word
        return "x" * size

    def _number(self, digits: str) -> str:
        if len(digits) < 3:
            return digits
        made = str(crc32(digits.encode()) % 10 ** len(digits)).zfill(len(digits))
        return "1" + made[1:] if made[0] == "0" else made

    def token(self, token: str) -> str | None:
        """A class or an identifier: as it is where it says nothing of people or topics; None where it says nothing.

        >>> Scrubber(["balu"]).token("comment-author-balu"), Scrubber([]).token("js-post")
        ('comment-author-over', 'js-post')
        """
        if not re.fullmatch(r"[\w-]{1,60}", token) or re.search(r"\d{3,}|[0-9a-f]{8,}", token):
            return None
        named = re.match(r"(.*(?:author|user|tag|category|topic|forum|by)[-_])([\w-]+)$", token, re.IGNORECASE)
        bad = {part.lower() for part in _PARTS.findall(token)} & self.forbidden - dictionary()
        if token.lower() in self.forbidden and token.lower() not in dictionary():
            return self._like(re.sub(r"[^a-z]", "", token.lower()) or "x")
        if bad:
            return _PARTS.sub(lambda m: self.word(m[0]) if m[0].lower() in bad else m[0], token)
        if named and any(len(part) > 2 and part.lower() not in dictionary() for part in _PARTS.findall(named[2])):
            return named[1] + _PARTS.sub(lambda m: self.word(m[0]), named[2])
        return token


def words_in(text: str) -> list[str]:
    """Words in small letters."""
    return [word.lower() for word in _WORD.findall(text)]


def survivors(written: Iterable[str], page: str, names: Iterable[str], hosts: Iterable[str]) -> Iterator[str]:
    """What of a page stands in what was written and should not: one message each.

    Four words in a row of which not all are furniture, names of authors, hosts, mail addresses, numbers of five digits.
    """
    text = "\n".join(written)
    known, ours = dictionary(), {word for words in _ours().values() for word in words}
    grams = set(_grams(words_in(page)))
    for gram in _grams(words_in(text)):
        if gram in grams and any(len(word) > 3 and word not in known and word not in ours for word in gram):
            yield f"{' '.join(gram)!r} stands on the page"
    present = set(words_in(text))
    for name in names:
        parts = words_in(name)
        strange = [w for w in parts if len(w) > 3 and w not in known and w not in ours and w not in _TEMPLATE]
        if (
            strange
            and all(w in present for w in parts)
            and re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", text.lower())
        ):
            yield f"{name!r} is the name of an author"
    for host in hosts:
        if host in text:
            yield f"{host!r} is a host of the page"
    numbers = set(re.findall(r"\d{5,}", page))
    for number in sorted(set(re.findall(r"(?<![\w.])\d{5,}(?![\w.])", text)) & numbers):
        yield f"the number {number} stands on the page"
    for mail in re.findall(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text):
        yield f"{mail!r} is a mail address"


_TEMPLATE = frozenset(
    [
        "post",
        "posts",
        "forum",
        "pane",
        "none",
        "author",
        "date",
        "shown",
        "text",
        "status",
        "deleted",
        "endif",
        "endfor",
        "loop",
        "index",
        "rank",
        "place",
        "name",
        "link",
        "lines",
    ]
)


def _grams(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)
