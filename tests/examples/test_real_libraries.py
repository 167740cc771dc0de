"""Faults that the strategies find in well-known libraries, each shrunk to a page or value of a few lines.

They are known findings, not expectations: a library that has mended one passes too, as "not found in this version". What
is asserted is forgegen's part: the strategy reaches the shape that is to blame, and what it finds comes out small and
labelled. ``python -m tests.examples.test_real_libraries`` prints what was found as the table of docs/findings.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, cast

import extruct
import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from forgegen.model.thread import Article, Thread
from forgegen.pages.page import Page
from forgegen.strategies import (
    OBSERVED,
    Shown,
    dates,
    encodings,
    json_ld_shapes,
    microdata_shapes,
    pages,
    post_texts,
    threads,
)
from tests.tiers import heavy

dateparser, newspaper, readability, trafilatura = map(heavy, ("dateparser", "newspaper", "readability", "trafilatura"))
# What the libraries warn of is theirs.
pytestmark = [pytest.mark.findings, pytest.mark.filterwarnings("ignore")]

TABLE = Path(__file__).resolve().parents[2] / "docs" / "findings.md"
Search = st.SearchStrategy[Any]


class Finding(NamedTuple):
    """A fault: what happens, the labels of the shapes that explain it, how to look for it, what was said in public."""

    library: str
    what: str
    labels: tuple[str, ...]
    strategy: Search
    fails: Callable[[Any], bool]
    reported: str = ""
    examples: int = 100


class _Failed(AssertionError):
    """The library failed on what was drawn."""


def smallest(strategy: Search, fails: Callable[[Any], bool], examples: int = 100) -> Any:
    """The smallest value of a strategy for which something holds, the same in every run; None where none is found."""
    found = []

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(strategy)
    def search(value: Any) -> None:
        if fails(value):
            found.append(value)
            raise _Failed

    try:
        search()
    except _Failed:
        return found[-1]  # Hypothesis ends with the smallest
    return None


def raises(run: Callable[[Any], object], *kinds: type[Exception]) -> Callable[[Any], bool]:
    """Whether a library gives one of these errors."""

    def fails(value: Any) -> bool:
        try:
            run(value)
        except kinds:
            return True
        return False

    return fails


def _hush() -> None:
    """Libraries log what they fail on: hundreds of times here."""
    for name in ("trafilatura", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


# What is drawn: pages of an article of three paragraphs with at most two comments, or an article around a piece.

ARTICLE = Article(
    title="Footbridge at Calder Weir opens on Monday",
    byline="Calder Weir Herald",
    paragraphs=(
        "The new footbridge over the weir opens on Monday morning, eleven months later than the council had promised.",
        "Builders found an old culvert under the north bank last spring, and work stopped until it had been surveyed.",
        "Cyclists will have to dismount for the first weeks, because the handrails are still being raised on both sides.",
    ),
)
COMMENTS = (
    "The old ferry was quicker, and it never closed at night.",
    "Nobody asked the people who live on the north bank.",
)


def _subject(thread: Thread) -> Thread:
    """The thread below our article."""
    return msgspec.structs.replace(thread, article=ARTICLE)


def _told(thread: Thread) -> Thread:
    """The thread below our article, each comment with a text of its own."""
    posts = tuple(msgspec.structs.replace(post, text=COMMENTS[n]) for n, post in enumerate(thread.posts))
    return _subject(msgspec.structs.replace(thread, posts=posts))


PLAIN_ONES = threads(max_size=2, texts=st.just("ok"), quirks=(), shapes="any").map(_told)


def subjects(
    *quirks: str, readers: str = "portable", drawn: st.SearchStrategy[Thread] = PLAIN_ONES
) -> st.SearchStrategy[Page]:
    """Pages of the article with quirks of these names or classes."""
    return pages(drawn, skins=["reference"], readers=readers, quirks=quirks, shapes="any")


def boards(*quirks: str, readers: str = "portable") -> st.SearchStrategy[Page]:
    """Pages of a board, the article as its opening post."""
    return pages(PLAIN_ONES, skins=["phpbb3"], readers=readers, quirks=quirks, shapes="any")


def odd_texts(*quirks: str) -> st.SearchStrategy[Page]:
    """Pages of the article, the comments' texts as odd as they are drawn, in these ways."""
    return subjects(drawn=threads(max_size=2, quirks=quirks, shapes="any").map(_subject))


def around(shown: Shown) -> str:
    """An article, a piece in its body."""
    return _document("", f"<p>{shown.shown}, they said on Monday.</p>")


def above(shown: Shown) -> str:
    """An article, a piece in its head."""
    return _document(shown.shown, "")


def _document(head: str, body: str) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in ARTICLE.paragraphs)
    title = f"<title>{ARTICLE.title}</title>"
    return f'<html lang="en"><head>{title}{head}</head><body><article>{body}{paragraphs}</article></body></html>'


# What the libraries say.


def trafilatura_text(html: str) -> str | None:
    """All text that trafilatura finds, comments included."""
    return cast("str | None", trafilatura.extract(html, include_comments=True))


def trafilatura_comments(page: Page) -> bool:
    """Whether trafilatura takes the comments for such."""
    return bool(getattr(trafilatura.bare_extraction(page.html), "comments", None))


def newspaper_article(html: str) -> Any:
    """newspaper4k's article."""
    article = newspaper.Article("https://a.example/", language="en")
    article.download(input_html=html)
    article.parse()
    return article


def readability_text(page: Page) -> str:
    """The article that readability keeps."""
    return str(readability.Document(page.html).summary())


def extruct_data(html: str) -> Any:
    """Structured data in two syntaxes."""
    return extruct.extract(html, base_url="https://a.example/", syntaxes=["json-ld", "microdata"])


def dateparser_date(shown: Shown) -> datetime | None:
    """What dateparser reads in a Chinese date, as seen at ``OBSERVED``."""
    seen_at = {"RELATIVE_BASE": datetime.fromisoformat(OBSERVED)}
    return cast("datetime | None", dateparser.parse(shown.shown, languages=["zh"], settings=seen_at))


def lxml_tree(page: Page) -> dict[str, Any]:
    """Who answers whom by nesting, the plain way: the nearest item around."""
    tree = lxml_html.fromstring(page.body)
    return {
        str(li.get("id")): li.xpath("string(ancestor::li[1]/@id)")
        for li in tree.xpath("//li[contains(@class, 'floor')]")
    }


# What is a fault.


def comments_lost(page: Page) -> bool:
    """A comment's text is nowhere in what trafilatura found."""
    text = trafilatura_text(page.html) or ""
    return any(str(post.text) not in text for post in page.truth.posts)


def comments_moved(page: Page) -> bool:
    """Comments change place between article and comments because of something that readers do not see."""
    plain = Page(page.thread, page.skin, noise=page.look.noise, data=page.look.data)
    return bool(page.thread.posts) and trafilatura_comments(page) != trafilatura_comments(plain)


def written_otherwise(pattern: str) -> Callable[[Page], bool]:
    """What matches a pattern in a comment stands nowhere in what trafilatura found."""

    def fails(page: Page) -> bool:
        written = [found for post in page.truth.posts for found in re.findall(pattern, str(post.text))]
        text = trafilatura_text(page.html) or ""
        return any(found not in text for found in written)

    return fails


JOINED_EMOJI, REFERENCE = r"[\u2600-\U0001faff]\u200d[\u2600-\U0001faff]", r"&(?:amp|lt|gt|#x?\w+);"


def last_lost(page: Page) -> bool:
    """newspaper4k leaves out the last paragraph though it has the first."""
    paragraphs, text = page.truth.paragraphs, newspaper_article(page.html).text
    assert isinstance(paragraphs, tuple)
    return paragraphs[0][:40] in text and paragraphs[-1][:20] not in text


def opening_lost(page: Page) -> bool:
    """readability leaves out the opening post."""
    return ARTICLE.paragraphs[0][:40] not in readability_text(page)


def misread(shown: Shown) -> bool:
    """Bytes come out as other characters."""
    found = trafilatura.bare_extraction(shown.shown)
    return shown.value not in str(getattr(found, "text", None))


def commenter_named(page: Page) -> bool:
    """Somebody who commented is named among the authors of the article."""
    people = {post.author for post in page.truth.posts} - {page.truth.author, ARTICLE.byline}
    if raises(newspaper_article, TypeError)(page.html):
        return False  # another finding
    return bool(people & set(newspaper_article(page.html).authors))


def block_unseen(shown: Shown) -> bool:
    """There is a valid block, and no error, and nothing found."""
    return (
        shown.value is not None
        and not raises(extruct_data, ValueError)(above(shown))
        and not extruct_data(above(shown))["json-ld"]
    )


def date_lost(shown: Shown) -> bool:
    """An item's date is an empty string."""
    items = [] if raises(extruct_data, ValueError)(shown.shown) else extruct_data(shown.shown)["microdata"]
    return (
        bool(shown.value)
        and "datePublished" in shown.value
        and any(item["properties"]["datePublished"] == "" for item in items)
    )


def date_wrong(shown: Shown) -> bool:
    """A date is read, as another day."""
    found = dateparser_date(shown)
    return found is not None and len(shown.value) >= 10 and found.strftime("%Y-%m-%d") != shown.value[:10]


def date_unread(shown: Shown) -> bool:
    """No date is found where a whole one is shown."""
    return "年" in shown.shown and dateparser_date(shown) is None


def day_invented(shown: Shown) -> bool:
    """A month is shown, and a day comes out."""
    return len(shown.value) == 7 and dateparser_date(shown) is not None


FINDINGS: tuple[Finding, ...] = (
    Finding(
        "trafilatura", "`extract()` is None: one control reference loses the page", ("text.odd-references",),
        post_texts(readers="hostile"), lambda shown: trafilatura_text(around(shown)) is None, examples=400,
    ),
    Finding(
        "trafilatura", "comments within a `form` or `noscript` are in neither output",
        ("markup.form-wrap", "markup.noscript-wrap"), subjects("markup"), comments_lost, "adbar/trafilatura#596",
    ),
    Finding(
        "trafilatura", "comments move into the article, or out of it, with the spelling of the JSON-LD's type",
        ("jsonld.mime-charset", "jsonld.mime-case", "jsonld.mime-space", "jsonld.type-iri", "jsonld.type-null", "jsonld.type-social"),
        subjects("jsonld.mime-charset", "jsonld.mime-case", "jsonld.mime-space", "jsonld.type-iri"), comments_moved,
    ),
    Finding("trafilatura", "joined emoji fall apart", ("text.emoji-zwj",), odd_texts("text.emoji-zwj", "text.zerowidth", "text.combining", "text.astral"), written_otherwise(JOINED_EMOJI)),
    Finding("trafilatura", "`&amp;lt;` is decoded twice", ("text.entity",), odd_texts("text"), written_otherwise(REFERENCE)),
    Finding(
        "trafilatura", "Chinese bytes read as another language's: one cut byte, or a rare character",
        ("enc.gb-label", "enc.bad-byte", "enc.big5", "enc.no-meta", "enc.lie"), encodings(), misread,
    ),
    Finding(
        "newspaper4k", "TypeError where JSON-LD is null, a number, or holds one",
        ("jsonld.null", "jsonld.number", "jsonld.true", "jsonld.graph-null", "jsonld.name-list"),
        json_ld_shapes(), raises(lambda shown: newspaper_article(above(shown)), TypeError), "AndyTheFactory/newspaper4k#692",
    ),
    Finding(
        "newspaper4k", "an element within the last paragraph costs the paragraph", ("text.last-paragraph",),
        subjects("text"), last_lost, "codelucas/newspaper#207",
    ),
    Finding(
        "newspaper4k", "commenters named as authors of the article", ("jsonld.comment-outside",),
        subjects("jsonld.comment-outside", "jsonld.array", "jsonld.graph", "jsonld.main-entity"), commenter_named,
    ),
    Finding(
        "readability-lxml", "Unparseable: a torn reference at the end of the page", ("markup.torn",),
        subjects("markup", readers="html5"), lambda page: raises(readability_text, readability.readability.Unparseable)(page),
    ),
    Finding(
        "readability-lxml", "a long answer takes the place of the opening post", ("text.longer-than-article", "text.huge"),
        boards("text.longer-than-article", "text.huge", "text.br", "text.spanned"), opening_lost, "buriy/python-readability#23",
    ),
    Finding(
        "extruct", "JSONDecodeError, all data of the page lost",
        ("jsonld.empty", "jsonld.bom", "jsonld.two-objects", "jsonld.single-quotes", "jsonld.references", "jsonld.comment-wrap", "inject.script"),
        json_ld_shapes(), raises(lambda shown: extruct_data(above(shown)), ValueError), "scrapinghub/extruct#143",
    ),
    Finding(
        "extruct", "JSON-LD not seen for the spelling of its type",
        ("jsonld.mime-charset", "jsonld.mime-case", "jsonld.mime-space"), json_ld_shapes(), block_unseen,
    ),
    Finding("extruct", "`<time itemprop>` without `datetime`: an empty date", ("microdata.time-no-datetime",), microdata_shapes(), date_lost),
    Finding(
        "extruct", "ValueError: one broken address, all data of the page lost", ("microdata.bad-address",),
        microdata_shapes(), raises(lambda shown: extruct_data(shown.shown), ValueError),
    ),
    Finding(
        "extruct", "KeyError: a post behind `</html>` that an `itemref` names", ("markup.after-html",),
        subjects("markup.after-html", "markup.ad-row", "markup.hidden-row", readers="html5"), raises(lambda page: extruct_data(page.html), KeyError),
    ),
    Finding(
        "extruct", "ValueError: an XML declaration, given `str`", ("head.xml-declaration",),
        subjects("head.xml-declaration", "head.no-lang", readers="html5"), raises(lambda page: extruct_data(page.html), ValueError), "scrapinghub/extruct#242",
    ),
    Finding("dateparser", "a date without a year is read as another", ("time.year-missing",), dates(), date_wrong, "scrapinghub/dateparser#519", examples=400),
    Finding("dateparser", "a zone after the time, half past, evening: None",
        ("time.tz-label", "time.half-past", "time.evening"), dates(), date_unread, examples=400),
    Finding("dateparser", "a month gets a day", ("time.month",), dates(), day_invented, examples=400),
    Finding(
        "lxml", "posts without an end tag nest when an element in them is not closed",
        ("markup.unclosed-span", "markup.unclosed-div", "markup.unclosed-em", "markup.unclosed-font"),
        subjects("markup.unclosed-span", "markup.unclosed-div", "markup.omitted-close", readers="html5"), lambda page: any(lxml_tree(page).values()), "scrapy/parsel#57",
    ),
)  # fmt: skip
MODULES = {"newspaper4k": "newspaper", "readability-lxml": "readability"}


def tier(library: str) -> list[pytest.MarkDecorator]:
    """The quick tier asks lxml, which it has."""
    return [] if library == "lxml" else [pytest.mark.every, pytest.mark.needs(MODULES.get(library, library))]


IDS = [f"{finding.library}-{finding.labels[0]}" for finding in FINDINGS]


def explained(found: Page | Shown, finding: Finding) -> bool:
    """Whether one of the shapes to blame is there."""
    return not set(found.quirks).isdisjoint(finding.labels)


def is_small(found: Page | Shown) -> bool:
    """Whether it fits a few lines: two posts and what is to blame beside the labels of our article, or one element."""
    if isinstance(found, Page):
        alone = Page(msgspec.structs.replace(found.thread, posts=()), found.skin, noise=found.look.noise)
        return len(found.thread.posts) <= 2 and len(set(found.quirks) - set(alone.quirks)) <= 3
    return len(str(found.shown)) <= 300 and len(found.quirks) <= 1


def outcome(finding: Finding, found: Page | Shown | None) -> str:
    """What was found, on one line."""
    if found is None:
        return "not found in this version"
    labels = ", ".join(f"`{name}`" for name in found.quirks)
    if isinstance(found, Page):
        posts = len(found.truth.posts)
        return f"a page of {posts} post{'s' * (posts != 1)}: {labels}"
    shown = found.shown if isinstance(found.shown, str) else ascii(found.shown)[2:-1]
    return f"`{shown if len(shown) <= 100 else shown[:97] + '...'}`: {labels}"


def row(finding: Finding) -> str:
    """A finding as a row of the table in the docs, as far as it does not depend on the library's version."""
    return f"| {finding.library} | {finding.what} |"


@pytest.mark.parametrize("finding", [pytest.param(f, marks=tier(f.library)) for f in FINDINGS], ids=IDS)
def test_a_finding_is_small_and_has_the_label_that_explains_it(
    finding: Finding, record_property: Callable[[str, object], None]
) -> None:
    """What fails shrinks to a few lines; the shape to blame is in the strategy's reach, mended or not."""
    _hush()
    found = smallest(finding.strategy, finding.fails, finding.examples)
    record_property(f"{finding.library} {version(finding.library)}", outcome(finding, found))

    assert found is None or is_small(found), found
    if found is None or not explained(found, finding):
        shape = smallest(finding.strategy, lambda drawn: explained(drawn, finding), finding.examples)
        assert shape is not None, f"none of {', '.join(finding.labels)} was drawn"


def test_the_findings_are_in_the_docs() -> None:
    """The table lists each of them."""
    text = TABLE.read_text("utf-8")

    assert [row(finding) for finding in FINDINGS if row(finding) not in text] == []


def _report() -> None:
    """Print what was found in the versions installed."""
    _hush()
    for finding in FINDINGS:
        found = smallest(finding.strategy, finding.fails, finding.examples)
        seen = f"{version(finding.library)} | {outcome(finding, found)} | {finding.reported}"
        print(f"{row(finding)} {seen} |", flush=True)


if __name__ == "__main__":
    _report()
