"""``check``: one line in a test that holds a parser to a page's truth."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET

from forgegen.assess.adapting import adapt_page, wanted_by
from forgegen.assess.answer_forms import checked_form
from forgegen.assess.causes import Causes, causes
from forgegen.assess.compare import Comparison, Difference, compare, differences
from forgegen.assess.normalise import ws
from forgegen.assess.predict import PAGE_FIELDS, POST_FIELDS, read_prediction
from forgegen.assess.unplant import needed
from forgegen.assess.untraced import Untraced
from forgegen.errors import UnknownName, UsageError, check_name, check_type, quoted
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import LABELS

_TOLD = 5  # differences in a message
_NAMED = 8  # labels on a line of it
_NEVER_ASKED = ("id",)  # a parser may number posts as it likes


class Failed(AssertionError):
    """What ``check`` raises: the first differences, what explains them, and ``differences`` with all of them.

    The labels of the page are looked for when the message is read, not while Hypothesis shrinks.
    """

    def __init__(
        self, problem: str, found: tuple[Difference, ...] = (), page: Page | None = None,
        comparison: Comparison | None = None,
    ) -> None:  # fmt: skip
        super().__init__(problem)
        self.differences = found
        self.page = page
        self._comparison = comparison
        self._again: Callable[[Page], Comparison | Failed] | None = None

    def add_note(self, note: str, /) -> None:
        """Take a note, but not the one of the labels of what Hypothesis drew: the message has them."""
        if not note.startswith(LABELS):
            super().add_note(note)

    def needed(self) -> Failed:
        """The failure on the page without the quirks without which the parser fails in the same way: for reports, since
        it calls the parser again, up to 20 times."""
        again, page = self._again, self.page
        if again is None or page is None or not page.planted:
            return self
        last = self

        def fails(other: Page) -> bool:
            nonlocal last
            try:
                found = again(other)
            except Exception:  # what a parser raises elsewhere is another failure
                return False
            if not isinstance(found, Failed) or found.kind != self.kind:
                return False
            last = found
            return True

        needed(page, fails)
        return last

    @property
    def kind(self) -> tuple[str, str]:
        """The field and the kind of the first difference."""
        first = self.differences[0]
        return first.field, first.kind

    def __str__(self) -> str:
        problem = str(self.args[0])
        return problem if self.page is None else _message(problem, self.differences, self.page, self._comparison)


class Unclaimed(Failed):
    """What ``check`` raises where the answer lacks a field that was asked for."""


class Rubbish(Failed):
    """What ``check`` raises where the answer is none."""


def check(
    parser: Callable[[Any], Any],
    page: Page,
    *,
    fields: Iterable[str] | None = None,
    adapt: str | None = None,
    rename: Mapping[str, str] | None = None,
    whitespace: str = "fold",
    form: str = "text",
) -> Comparison:
    """Fail where a parser's answer is not what the page shows; the comparison where it is.

    The parser gets the page's bytes, or what ``adapt`` names (``str``, ``scrapy``, ``httpx``, ``requests``), or what
    the annotation of its first argument asks for. ``fields`` are the fields to be compared (default: all it claims);
    one of them that it does not claim fails. ``author`` means that of posts where the parser returns posts, else the
    page's; ``page.author`` always means the page's. ``rename`` maps its field names to ours. ``whitespace`` is
    ``fold``, where runs of white space and what has no width make no difference, or ``strict``. ``form`` is ``text``,
    ``markdown`` or ``html``: what the parser's texts are written in.

    Raises: AssertionError with the page's quirks, the first differences with both values, what was compared and what
    was not claimed; UnknownName for a field, adapter or form; MissingExtra for Markdown without its extra.
    """
    __tracebackhide__ = True
    with Untraced():
        if not callable(parser):
            raise UsageError(f"parser cannot be {quoted(parser)}; right would be a function that takes a page")
        check_type("page", page, Page, "a Page, as the strategies and render give")
        if isinstance(fields, str) or not (fields is None or isinstance(fields, Iterable)):
            raise UsageError(
                f"fields cannot be {quoted(fields)}; right would be names of fields, as ['text', 'author']"
            )
        names = None if fields is None else tuple(known_field(name) for name in fields)
        if names is not None and not names:
            raise UsageError("fields is empty; right would be names of fields, or None for all that the parser claims")
        how = _How(names, rename, _profile(whitespace), checked_form(form))
        kind = adapt if adapt is not None else wanted_by(parser)
        given = adapt_page(page, kind)
    with _Noted(page):
        answer = parser(given)
    with Untraced():
        found = _judged(answer, page, how)
        if isinstance(found, Failed):
            found._again = lambda other: _judged(parser(adapt_page(other, kind)), other, how)
        raiser = _raiser()
        next(raiser)
    # On one line, since to Hypothesis a line that failing test cases alone run explains the failure.
    return found if isinstance(found, Comparison) else raiser.throw(found)  # type: ignore[return-value]


class _How(NamedTuple):
    """How an answer is judged: which fields, by which names, with which white space, in which form of texts."""

    fields: tuple[str, ...] | None = None
    rename: Mapping[str, str] | None = None
    profile: str = "ws"
    form: str = "text"


def _raiser() -> Generator[None, None, None]:
    """What raises the exception that is thrown into it."""
    __tracebackhide__ = True
    yield


class _Noted:
    """A context in which what a parser raises is given a note about the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        with Untraced():
            if isinstance(error, Exception):
                error.add_note(_about(self.page, causes(self.page, ())))


def check_answer(
    answer: Any, page: Page, *, fields: tuple[str, ...] | None = None, rename: Mapping[str, str] | None = None,
    whitespace: str = "fold", form: str = "text",
) -> Comparison:  # fmt: skip
    """As ``check``, for an answer that is there already."""
    found = _judged(answer, page, _How(fields, rename, _profile(whitespace), form))
    if isinstance(found, Failed):
        raise found
    return found


def _judged(answer: Any, page: Page, how: _How) -> Comparison | Failed:
    """The comparison, or what is to be raised."""
    fields = how.fields
    try:
        prediction = read_prediction(answer, how.rename)
    except UnknownName:
        raise
    except UsageError as e:
        return _failure(Rubbish, f"rubbish: {e}", page, kind="rubbish")
    if prediction.empty:
        return _failure(Rubbish, "the parser claims nothing: its answer is empty", page, kind="rubbish")
    comparison = compare(page.truth, prediction, profile=how.profile, form=how.form)
    prediction = comparison.prediction
    if prediction.plain is not None:
        return _plain_failure(prediction.plain, page, fields) or comparison
    unclaimed = [] if fields is None else [name for name in fields if not _claimed(name, comparison)]
    if unclaimed:
        lacking = ", ".join(unclaimed)
        hint = f"; keys that mean nothing here: {', '.join(prediction.unknown)}" if prediction.unknown else ""
        told = f"the parser does not claim {lacking}{hint}"
        return _failure(Unclaimed, told, page, comparison, kind="unclaimed", field=lacking)
    found = tuple(d for d in differences(comparison) if _asked(d, fields, comparison))
    return Failed(str(found[0]), found, page, comparison) if found else comparison


_PROFILES = {"fold": "ws", "strict": "strict"}


def _profile(whitespace: str) -> str:
    """The profile of normalisation that compares texts so.

    Raises: UnknownName.
    """
    check_name("whitespace", whitespace, _PROFILES)
    return _PROFILES[whitespace]


def known_field(name: str) -> str:
    """A field's name as comparisons use it: ``page.title`` for ``title``.

    Raises: UnknownName.
    """
    check_type("a field", name, str, "its name, as 'text'")
    bare = name.removeprefix("page.")
    if bare in PAGE_FIELDS or (bare == name and name in (*POST_FIELDS, "posts", "order")):
        return name if name in POST_FIELDS or name in ("posts", "order") else f"page.{bare}"
    raise UnknownName("field", name, (*dict.fromkeys((*PAGE_FIELDS, "posts", *POST_FIELDS, "order")), "page.author"))


def _author_of_page(name: str, comparison: Comparison) -> bool:
    return name == "author" and comparison.prediction.posts is None


def _claimed(name: str, comparison: Comparison) -> bool:
    """Whether the parser claims a field that the page shows; posts where there are none claim all of theirs."""
    if _author_of_page(name, comparison):
        name = "page.author"
    if name == "order":
        return comparison.prediction.posts is not None
    if name == "posts" or name.startswith("page."):
        return name not in comparison.unclaimed
    if comparison.prediction.posts is None:
        return False
    return name not in comparison.unclaimed or not comparison.prediction.posts


def _asked(d: Difference, fields: tuple[str, ...] | None, comparison: Comparison) -> bool:
    if fields is None:
        return d.field not in _NEVER_ASKED
    if d.field.startswith("page."):
        return d.field in fields or any(_author_of_page(n, comparison) and d.field == "page.author" for n in fields)
    if d.field in ("posts", "order") or d.kind in ("missed", "spurious"):
        return any(not name.startswith("page.") and not _author_of_page(name, comparison) for name in fields)
    return d.field in fields


def _plain_failure(text: str, page: Page, fields: tuple[str, ...] | None) -> Failed | None:
    """Containment, all that plain text allows: every text stands in it as often as on the page."""
    wanted = {"text", "page.paragraphs"} if fields is None else set(fields)
    unknown = wanted - {"text", "page.paragraphs", "page.title"}
    if unknown:
        lacking = ", ".join(sorted(unknown))
        told = f"the parser returned plain text, which does not claim {lacking}"
        return _failure(Unclaimed, told, page, kind="unclaimed", field=lacking)
    texts: list[tuple[str, str]] = []
    truth = page.truth
    if "page.title" in wanted and isinstance(truth.title, str):
        texts.append(("title of the page", ws(truth.title)))
    if "page.paragraphs" in wanted and truth.paragraphs is not UNSET:
        texts += [(f"paragraph {i}", ws(p)) for i, p in enumerate(truth.paragraphs, 1)]
    if "text" in wanted:
        texts += [(f"text of post {i}", ws(p.text)) for i, p in enumerate(truth.posts, 1) if isinstance(p.text, str)]
    hay = ws(text)
    seen: dict[str, int] = {}
    for where, needle in texts:
        seen[needle] = seen.get(needle, 0) + 1
        if needle and hay.count(needle) < seen[needle]:
            field = where.split(" ")[0]
            found = Difference(field, "missing", None, None, repr(needle), "it nowhere", where)
            return Failed(f"{found} (plain text: containment only)", (found,), page)
    return None


def _failure(
    failed: type[Failed], problem: str, page: Page, comparison: Comparison | None = None, *, kind: str,
    field: str = "answer",
) -> Failed:  # fmt: skip
    difference = Difference(field, kind, None, None, "an answer", problem, "answer")
    return failed(problem, (difference,), page, comparison)


def _message(problem: str, found: tuple[Difference, ...], page: Page, comparison: Comparison | None) -> str:
    """One screen: the difference, the cause, the next differences, what was not judged."""
    asked = () if found and found[0].where == "answer" else found
    labels = causes(page, asked)
    lines = [problem, _about(page, labels)]
    if labels.others:
        lines.append(f"other labels of the page: {_few(labels.others)}")
    if len(found) > 1:
        lines.append(f"{len(found)} differences; the next: {found[1]}")
        lines += [f"  {difference}" for difference in found[2:_TOLD]]
    return "\n".join([*lines, *_coverage(comparison)])


def _about(page: Page, labels: Causes) -> str:
    where = f" (page {page.number} in skin {page.skin})" if page.number > 1 else f" (skin {page.skin})"
    unknown = "no label explains this" if labels.others else "none"
    return f"{LABELS}{_few(labels.likely) or unknown}{where}"


def _few(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _coverage(comparison: Comparison | None) -> list[str]:
    if comparison is None:
        return []
    parts = [f"compared: {', '.join(comparison.compared) or 'nothing'}"]
    if comparison.unclaimed:
        parts.append(f"not claimed: {', '.join(comparison.unclaimed)}")
    if comparison.unshown:
        parts.append(f"not on this page: {', '.join(comparison.unshown)}")
    if comparison.prediction.unknown:
        parts.append(f"keys that mean nothing here: {', '.join(comparison.prediction.unknown)}")
    return ["; ".join(parts)]
