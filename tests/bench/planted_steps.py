"""Bugs of the ordinary parsers, the same in eight engines, through ``check`` itself: ``python -m tests.bench.planted_steps``.

Each replaces a step that the parsers share, as somebody in a hurry writes it. A bug is found by a page on which the
right parser passes ``check`` and the one with the bug does not; one that no page of a skin can show is not asked for
there (``NOT_SHOWN``).
"""

from __future__ import annotations

import argparse
import html as html_module
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen.assess.check import Failed
from forgegen.pages.page import Page
from forgegen.strategies import check, pages
from tests.bench.ordinary_parsers import PARSERS, STEPS, Steps, number, own, soup, words

AT = (10, 100, 300)
_PICTURES = "img.smilies, img.smilie, img.emoji, img.smiley, img.inlineimg, img[alt][smilieid], img.face"


def _with_pictures(found: Tag | None, *without: str) -> str | None:
    """The text of an element and what its pictures say."""
    for picture in () if found is None else found.select(_PICTURES):
        picture.replace_with(str(picture.get("alt") or ""))
    return words(found, *without)


RIGHT = STEPS._replace(words=_with_pictures)
"""The parsers without a bug; they read what pictures say as well."""

Change = Callable[[Any], Any]
BUGS: dict[str, Steps] = {}


def _text(name: str, change: Callable[[str], str]) -> None:
    """A bug in what is made of every text."""

    def changed(found: Tag | None, *without: str) -> str | None:
        text = _with_pictures(found, *without)
        return None if text is None else change(text)

    BUGS[f"text: {name}"] = RIGHT._replace(words=changed)


def _value(step: str, name: str, change: Callable[[str], Any]) -> None:
    """A bug in what is made of every name, date or title that there is."""

    def changed(value: Any) -> Any:
        return change(value) if isinstance(value, str) else value

    BUGS[f"{step}: {name}"] = RIGHT._replace(**{step: changed})


def _rows(name: str, change: Change) -> None:
    BUGS[f"rows: {name}"] = RIGHT._replace(rows=change)


def _number(name: str, change: Callable[[str | None], int | None]) -> None:
    BUGS[f"number: {name}"] = RIGHT._replace(number=change)


# Texts.
BUGS["text: what pictures say is lost"] = STEPS
_text("140 characters", lambda t: t[:140])
_text("first line", lambda t: t.split("\n")[0])
_text("lines that begin with > are quotations", lambda t: "\n".join(x for x in t.split("\n") if not x.startswith(">")))
_text("references decoded twice", html_module.unescape)
_text("tags taken out of the text", lambda t: re.sub(r"<[^>]*>", "", t))
_text("comments taken out", lambda t: re.sub(r"<!--|-->", "", t))
_text("addresses taken out", lambda t: re.sub(r"https?://\S+", "", t))
_text("mention at the beginning taken out", lambda t: re.sub(r"^@\w+:? ", "", t))
_text("bbcode taken out", lambda t: re.sub(r"\[[^\]\n]*\]", "", t))
_text("smiley codes taken out", lambda t: re.sub(r":[a-z_]+:", "", t))
_text("astral characters lost", lambda t: "".join(c for c in t if ord(c) < 0x10000))
_text("ASCII only", lambda t: t.encode("ascii", "ignore").decode())
_text("latin-1 with question marks", lambda t: t.encode("latin-1", "replace").decode("latin-1"))
_text("compatibility forms folded", lambda t: unicodedata.normalize("NFKC", t))
_text("no-break spaces taken out", lambda t: t.replace("\u00a0", ""))
_text("ideographic spaces taken out", lambda t: t.replace("\u3000", ""))
_text("line breaks taken out", lambda t: t.replace("\n", ""))
_text("quotation marks made straight", lambda t: t.translate(str.maketrans("“”‘’", "\"\"''")))
_text("lower case", str.lower)
_text("number alone is nothing", lambda t: "" if t.strip().lstrip("+-").isdigit() else t)
_text("ellipsis cut", lambda t: t.rstrip(".…"))
_text("asterisks taken out", lambda t: t.replace("*", ""))
_text("backslash sequences read", lambda t: t.replace("\\n", "\n"))
_text("dates taken out", lambda t: re.sub(r"\d{4}-\d\d?-\d\d?( \d\d:\d\d)?", "", t))
_text("null is nothing", lambda t: "" if t == "null" else t)
_text("strips punctuation", lambda t: t.strip(" .,!?:;-"))
_text("word for a reply cut", lambda t: re.sub(r"^(回复|Re:?|RE:) ?", "", t))


def _wrong_words(name: str, read: Callable[..., str | None]) -> None:
    BUGS[f"text: {name}"] = RIGHT._replace(words=read)


def _string_only(found: Tag | None, *without: str) -> str | None:
    return None if found is None else str(found.string or "")


def _first_string(found: Tag | None, *without: str) -> str | None:
    return None if found is None else str(found.find(string=True) or "")


def _own_strings(found: Tag | None, *without: str) -> str | None:
    return None if found is None else "".join(found.find_all(string=True, recursive=False))


def _joined(found: Tag | None, *without: str) -> str | None:
    for br in () if found is None else found.select("br"):
        br.decompose()
    return _with_pictures(found, *without)


def _all_parts(found: Tag | None, *without: str) -> str | None:
    return _with_pictures(found)


def _first_part_only(found: Tag | None, *without: str) -> str | None:
    return _with_pictures(found, *without[:1])


def _spaced(found: Tag | None, *without: str) -> str | None:
    _with_pictures(found, *without)
    return None if found is None else found.get_text(" ", strip=True)


def _without(css: str, found: Tag | None, *without: str) -> str | None:
    return _with_pictures(found, *without, css)


def _by_pattern(found: Tag | None, *without: str) -> str | None:
    """Breaks made of the markup, then every tag taken out, the references as they are."""
    if found is None:
        return None
    _with_pictures(found, *without)
    return re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>|</p>|</li>", "\n", found.decode_contents()))


_wrong_words("the only string", _string_only)
_wrong_words("the first string", _first_string)
_wrong_words("strings of its own", _own_strings)
_wrong_words("br dropped", _joined)
_wrong_words("nothing left out", _all_parts)
_wrong_words("references of the source", _by_pattern)
_wrong_words("links dropped", partial(_without, "a"))
_wrong_words("bold dropped", partial(_without, "b, strong"))
_wrong_words("code dropped", partial(_without, "code, pre"))
_wrong_words("lists dropped", partial(_without, "ul, ol"))
_wrong_words("tables dropped", partial(_without, "table"))
_wrong_words("italics dropped", partial(_without, "i, em"))

# Names.
_value("name", "lower case", str.lower)
_value("name", "first word", lambda n: n.split(" ")[0])
_value("name", "word characters", lambda n: "".join(re.findall(r"\w", n)))
_value("name", "ASCII", lambda n: n.encode("ascii", "ignore").decode() or None)
_value("name", "digits at the end cut", lambda n: n.rstrip("0123456789"))
_value("name", "numbers are nobody's", lambda n: None if n.isdigit() else n)
_value("name", "capital at the beginning", str.capitalize)
_value("name", "twelve characters", lambda n: n[:12])
_value("name", "one letter is nobody", lambda n: n if len(n) > 1 else None)
BUGS["name: required"] = RIGHT._replace(name=lambda n: n.strip())
BUGS["name: gone is a word"] = RIGHT._replace(name=lambda n: n or "Guest")

# Dates.
_value("date", "no minutes", lambda d: re.sub(r":\d\d", ":00", d, count=1))
_value("date", "zone dropped, taken for UTC", lambda d: re.sub(r"([+-]\d\d:?\d\d|Z)$", "", d) + "Z")
_value("date", "day only", lambda d: d[:10])
_value("date", "12 is 0", lambda d: re.sub(r"T12:", "T00:", d))
_value("date", "month and day changed", lambda d: re.sub(r"-(\d\d)-(\d\d)T", r"-\2-\1T", d))
_value("date", "this century", lambda d: "20" + d[2:] if re.match(r"\d{4}-", d) else d)
_value("date", "winter time", lambda d: re.sub(r"-0[47]:?00$", "-08:00", d))
BUGS["date: required"] = RIGHT._replace(date=lambda d: d[:40])

# Rows.
_rows("first ten", lambda rows: rows[:10])
_rows("first fifty", lambda rows: rows[:50])
_rows("first twenty-five", lambda rows: rows[:25])
_rows("without the first", lambda rows: rows[1:])
_rows("without the last", lambda rows: rows[:-1])
_rows("turned round", lambda rows: rows[::-1])
_rows("same text once", lambda rows: list({row.get_text(): row for row in rows}.values()))
_rows("by class as written", lambda rows: [row for row in rows if " ".join(row["class"]) == " ".join(rows[0]["class"])])
_rows(
    "deleted left out",
    lambda rows: [row for row in rows if "deleted" not in " ".join(row["class"]) and not row.select(".locked")],
)
_rows("at least one", lambda rows: [rows[0], *rows[1:]])
_rows("links needed", lambda rows: [row for row in rows if row.select("a[href]")])
_rows("without pictures", lambda rows: [row for row in rows if not row.select("img")])

# Numbers.
_number("one digit", lambda s: None if number(s) is None else int(str(number(s))[-1]))
_number("two digits", lambda s: None if (n := number(s)) is None else n % 100)
_number("four digits", lambda s: None if (n := number(s)) is None else int(str(n)[:4]))
_number("comma ends it", lambda s: int(m[0]) if (m := re.search(r"-?\d+", s or "")) else None)
_number("no sign", lambda s: None if (n := number(s)) is None else abs(n))
_number("nothing for zero", lambda s: number(s) or None)
_number("off by one", lambda s: None if (n := number(s)) is None else n + (n > 9))
_number("required", lambda s: int(re.sub(r"[^\d-]", "", s or "")))

# Titles.
for _mark in (" - ", " | ", ": ", "："):
    _value("title", f"cut at {_mark!r}", lambda t, mark=_mark: t.split(mark)[0])  # type: ignore[misc]
_value("title", "brackets cut", lambda t: re.sub(r"^[\[【(（「《].*?[\]】)）」》] ?", "", t))
_value("title", "marks taken off", lambda t: t.strip("“”‘’\"'「」《》"))
_value("title", "references decoded twice", html_module.unescape)
_value("title", "tags taken out", lambda t: re.sub(r"<[^>]*>", "", t))
_value("title", "fifty characters", lambda t: t[:50])
_value("title", "ASCII", lambda t: t.encode("ascii", "ignore").decode())

# Trees.
BUGS["tree: html.parser"] = RIGHT._replace(
    soup=lambda body, encoding="utf-8": BeautifulSoup(body, "html.parser", from_encoding=encoding)
)
BUGS["tree: tags of the source in lower case"] = RIGHT._replace(
    soup=lambda body, encoding="utf-8": soup(re.sub(rb"<[A-Z][^>]*>", b"", body), encoding)
)
BUGS["tree: first text node"] = RIGHT._replace(
    own=lambda node, css: (found := node.select_one(css)) and found.find(string=True)
)
BUGS["tree: own text or fails"] = RIGHT._replace(own=lambda node, css: node.select_one(css).get_text())
BUGS["tree: stripped"] = RIGHT._replace(own=lambda node, css: (own(node, css) or "").strip(" :#[]()") or None)


def first_kills(skin: str, seed_number: int, examples: int) -> tuple[dict[str, int], set[str], int]:
    """The example that killed each bug, the bugs that the plain page kills, and how many pages the right parser failed."""
    first: dict[str, int] = {}
    looked, wrong = [0], [0]
    parse = PARSERS[skin]

    @seed(seed_number)
    @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(pages(skins=[skin]))
    def look(page: Page) -> None:
        looked[0] += 1
        if not _passes(partial(parse, do=RIGHT), page):
            wrong[0] += 1
            return
        for name, steps in BUGS.items():
            if name not in first and not _passes(partial(parse, do=steps), page):
                first[name] = looked[0]

    look()
    return first, {name for name, at in first.items() if at == 1}, wrong[0]


def _passes(parse: Any, page: Page) -> bool:
    try:
        check(lambda body: parse(body), page)
    except Failed:
        return False
    except Exception:
        return False
    return True


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.planted_steps", description=__doc__)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--skin", choices=sorted(PARSERS), action="append")
    asked = options.parse_args()
    for skin in asked.skin or PARSERS:
        for seed_number in range(asked.seeds):
            first, trivial, wrong = first_kills(skin, seed_number, asked.examples)
            bugs = [name for name in BUGS if name not in trivial]
            shares = [
                f"@{at} {100 * sum(first.get(name, at + 1) <= at for name in bugs) / len(bugs):.1f}"
                for at in AT
                if at <= asked.examples
            ]
            print(f"{skin}, seed {seed_number}: {len(bugs)} bugs, {', '.join(shares)} %; right parser failed {wrong}")
            print("  late:", ", ".join(f"{n} {first.get(n, '-')}" for n in bugs if first.get(n, 999) > 40), flush=True)


if __name__ == "__main__":
    main()
