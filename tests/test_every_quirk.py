"""Every quirk, on every skin: its witness has it, its readers are as promised, and no truth is lost by it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import permutations, product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.cli.skin import starter
from forgegen.generate.lexicon import locale_names
from forgegen.generate.making import make_thread
from forgegen.model.thread import Author, Odd, Post, Thread
from forgegen.pages.page import Page, render
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD, plain
from forgegen.quirks.quirk import Quirk
from forgegen.reading.decoding import charset_in, decode
from forgegen.reading.extraction import extract
from forgegen.rendering.look import NOISES
from forgegen.skins.furniture import skins_for
from forgegen.skins.loading import load_skin, skin_names
from tests.drawn import threads
from tests.readers import READERS, read
from tests.tiers import Run, amount, fuzz, number, part

pytestmark = pytest.mark.few("skin")
SKINS = skin_names()
HOPEFUL = [name for name, quirk in QUIRKS.items() if quirk.readers != "hostile"]
PORTABLE = [name for name, quirk in QUIRKS.items() if quirk.readers == "portable"]
CLASSES = sorted({quirk.klass for quirk in QUIRKS.values()})


def in_turn(key: str, skin: str, of: int, place: int = 0) -> int:
    """A number below ``of``, another one for the next skin: for each key every number comes as often over all skins."""
    return (number(key) + SKINS.index(skin) + place) % of


def of(klass: str) -> list[Quirk]:
    """The quirks of a class."""
    return [quirk for quirk in QUIRKS.values() if quirk.klass == klass]


@pytest.mark.few("quirk", keep=len(QUIRKS) // 3)
@pytest.mark.parametrize("quirk", QUIRKS.values(), ids=list(QUIRKS))
def test_the_witness_has_its_label_and_no_other(quirk: Quirk) -> None:
    """On the reference skin, else on the first one that shows such a thing, the witness is detected; what else is detected
    comes with it by declaration."""
    pages = (witness_of(quirk, skin) for skin in ("reference", "xenforo2", "discourse", "oldreddit", "discuz"))
    page = next((page for page in pages if quirk.detect(page)), witness_of(quirk))

    assert quirk.detect(page)
    assert set(page.quirks) - {quirk.name} <= set(quirk.implies)
    assert set(quirk.implies) <= set(QUIRKS)
    assert page.planted == (quirk.name,)


@pytest.mark.few("quirk", keep=len(QUIRKS) // 3)
@pytest.mark.parametrize("quirk", QUIRKS.values(), ids=list(QUIRKS))
def test_a_quirk_says_what_it_is(quirk: Quirk) -> None:
    """Name, description, and the mistake it finds are there; sources look like references."""
    assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", quirk.name)
    assert len(quirk.about) > 5
    assert len(quirk.catches) > 5
    assert "." not in quirk.about[-1:] + quirk.catches[-1:]
    assert not quirk.source or "#" in quirk.source or ":" in quirk.source, quirk.source


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("klass", CLASSES)
@pytest.mark.scaled
def test_witnesses_are_read_as_promised(klass: str, skin: str) -> None:
    """html5lib and lexbor find the truth of what is not hostile; every common parser does of what is portable.

    On the reference skin all are asked; on each other skin lexbor and two of the five others, in turn: each parser meets
    each quirk on eight skins or more. A quick run takes a tenth of the quirks.
    """
    wrong = []
    for quirk in part(of(klass), f"{klass} {skin}", 10):
        page = witness_of(quirk, skin)
        if quirk.readers == "hostile":
            continue
        expected = page.truth
        readers = [name for place, name in enumerate(READERS) if in_turn(quirk.name, skin, 5, place) in (0, 2)]
        readers = list(READERS) if skin == "reference" and Run.whole else readers
        readers = readers if quirk.readers == "portable" else ["html5lib"]
        wrong += [(quirk.name, "lexbor")] if extract(page, skin) != expected else []
        wrong += [(quirk.name, reader) for reader in readers if read(reader, page) != expected]

    assert wrong == []


@lru_cache(maxsize=16)
def small_thread(locale: str, profile: str) -> Thread:
    """The first generated thread of two to four posts in which somebody is answered."""
    made = (make_thread(2029, i, locale=locale, profile=profile) for i in range(10_000))
    return next(t for t in made if 2 <= len(t.posts) <= 4 and any(p.depth > 1 for p in t.posts))


@pytest.mark.scaled
@pytest.mark.few("locale", keep=1)
@pytest.mark.parametrize("locale", locale_names())
@pytest.mark.parametrize("skin", SKINS)
def test_portable_quirks_keep_the_truth_in_every_locale(skin: str, locale: str) -> None:
    """Planted in a generated thread of any locale, also one that is not the skin's own, each leaves a page from whose
    bytes the truth is extracted; in a skin that has no furniture for the locale, in the skin's own.

    Each skin takes a seventh of the quirks in each locale, in a quick run one in twenty-one: each quirk meets each
    locale on three skins, and the witnesses meet each skin.
    """
    thread, wrong = small_thread(locale, load_skin(skin).profile), []
    ui = None if skin in skins_for(locale) else load_skin(skin).uis[0]
    for name in (name for name in PORTABLE if in_turn(f"{name} {locale}", skin, amount(21, 7)) == 0):
        for page in render(thread, skin, quirks=[name], noise="none", ui=ui):
            wrong += [name] if extract(page, skin) != page.truth else []

    assert wrong == []


@pytest.mark.parametrize("skin", SKINS)
def test_items_between_unclosed_posts_lose_none(skin: str) -> None:
    """What stands between posts, closed, leads no post into an element that the one before left open."""
    between = ("markup.ad-row", "markup.hidden-row", "markup.script-string", "markup.ghost-script")
    left_open = [name for name in HOPEFUL if name.startswith("markup.unclosed-")]
    wrong = []
    for pair in product(between, left_open):
        for quirks in permutations(pair):
            page = Page(plain(1, 1, 1), skin, quirks=quirks, noise="none")
            wrong += [quirks] if extract(page, skin) != page.truth else []

    assert wrong == []


@pytest.mark.scaled
@pytest.mark.parametrize("skin", SKINS)
def test_of_two_encodings_the_later_is_declared(skin: str) -> None:
    """Where a quirk takes the header's charset away, the declaration that is left can be read, whatever another quirk
    made of it before. Each skin takes a third of the pairs."""
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(msgspec.structs.replace(PLAIN_THREAD.posts[0], text="好的"),))
    wrong = []
    pairs = permutations([quirk.name for quirk in of("enc") if quirk.readers != "hostile"], 2)
    mine = (pair for pair in pairs if in_turn("/".join(pair), skin, 3) == 0)
    for quirks in part(mine, skin, 5):
        page = Page(thread, skin, quirks=quirks, noise="none")
        wrong += [quirks] if extract(page, skin) != page.truth else []
        wrong += [quirks] if skin == "reference" and read("html5lib", page) != page.truth else []

    assert wrong == []


@pytest.mark.parametrize("skin", ["reference", "phpbb3", "xenforo2", "invision4"])
def test_scripts_and_styles_mean_the_same_in_any_encoding(skin: str) -> None:
    """References are not read there: structured data in JSON stays the same, and styles hold no reference."""
    post = msgspec.structs.replace(PLAIN_THREAD.posts[0], text="说 \U0001f600㙍")
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(post,))

    def raw(quirks: tuple[str, ...], kind: str) -> list[str]:
        page = Page(thread, skin, quirks=quirks, data="google")
        html = decode(page.body, page.encoding, charset_in(page.headers["Content-Type"]))
        return re.findall(rf"<{kind}[^>]*>(.*?)</", html, re.DOTALL)

    expected = [json.loads(text) for text in raw((), 'script type="application/ld[+]json"')]
    assert ("㙍" in str(expected)) is (skin != "phpbb3")
    for quirk in of("enc"):
        if quirk.readers != "hostile":
            found = raw((quirk.name,), 'script type="application/ld[+]json"')
            assert [json.loads(text) for text in found] == expected, quirk.name
            assert "&#" not in "".join(raw((quirk.name,), "style")), quirk.name


FORMS = [
    '<meta charset="{{ encoding }}" />',
    "<meta charset={{ encoding }}>",
    "<meta http-equiv='Content-Type' content='text/html; charset={{ encoding }}'>",
    '<meta content="text/html; charset={{ encoding }}" http-equiv="Content-Type">',
    "",
]


@pytest.mark.parametrize("form", FORMS)
def test_encodings_are_planted_however_a_skin_declares_its_own(form: str, tmp_path: Path) -> None:
    """In a user's skin too header and declaration agree with the bytes as promised; where it declares nothing, no
    quirk that needs a declaration is planted."""
    for name, text in starter("forum", "mine", "").items():
        file = tmp_path / "mine" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace('<meta charset="{{ encoding }}">', form), "utf-8")
    for quirk in of("enc"):
        page = witness_of(quirk, "mine", templates=(str(tmp_path),))
        assert quirk.readers == "hostile" or extract(page, "mine") == page.truth, quirk.name
        assert quirk.name in page.quirks or not form, quirk.name


@pytest.mark.scaled
@pytest.mark.few("text")
@pytest.mark.parametrize("text", ["<", "<!--", "< <", "a<b <", "<<<<", "x <-"])
def test_references_without_a_semicolon_are_not_cut(text: str) -> None:
    """What other quirks put into a text stands beside such a reference, not within it, in either order."""
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(msgspec.structs.replace(PLAIN_THREAD.posts[0], text=text),))
    wrong = []
    for name in part(HOPEFUL, text, 3):
        if QUIRKS[name].layer == "markup":
            for quirks in permutations(("markup.bare-reference", name)):
                page = Page(thread, "reference", quirks=quirks, noise="none")
                wrong += [quirks] if extract(page, "reference") != page.truth else []

    assert wrong == []


def test_the_status_is_told_by_classes_in_any_order() -> None:
    """A post's status is read from its classes also where the last is another one."""
    deleted = msgspec.structs.replace(PLAIN_THREAD.posts[0], odd=Odd(status="deleted"))
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(deleted,))
    for skin in SKINS:
        page = Page(thread, skin, quirks=("markup.attrs-order",), noise="none")
        assert extract(page, skin) == page.truth, skin


@pytest.mark.scaled
@pytest.mark.parametrize("skin", SKINS)
def test_nothing_planted_is_taken_for_what_is_missing(skin: str) -> None:
    """Where posts have no date, author or text, no quirk adds what the skin's selectors take for it."""
    posts = Post(author=Author("bo"), time=None), Post(text="", author=None, time=None)
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=posts)
    pages = {name: Page(thread, skin, quirks=(name,), noise="none") for name in part(HOPEFUL, skin, 3)}

    assert [name for name, page in pages.items() if extract(page, skin) != page.truth] == []


@pytest.mark.parametrize("skin", SKINS)
@fuzz(50)
@given(thread=threads(max_size=5), name=st.sampled_from(HOPEFUL))
def test_truth_survives_in_hostile_threads(skin: str, thread: Thread, name: str) -> None:
    """Planted in any thread, a quirk that is not hostile leaves a page that reads back to its truth."""
    for page in render(thread, skin, quirks=[name], noise="none")[:3]:
        assert extract(page, skin) == page.truth, name


@pytest.mark.parametrize("skin", SKINS)
@fuzz(30)
@given(thread=threads(max_size=4), names=st.lists(st.sampled_from(HOPEFUL), min_size=2, max_size=6, unique=True))
def test_quirks_combine(skin: str, thread: Thread, names: list[str]) -> None:
    """Several quirks in one page: it still reads back to its truth."""
    for page in render(thread, skin, quirks=names, noise="none")[:3]:
        assert extract(page, skin) == page.truth


@pytest.mark.parametrize("skin", SKINS)
@fuzz(40)
@given(thread=threads(max_size=3), name=st.sampled_from(list(QUIRKS)))
def test_any_quirk_can_be_planted_and_detected_anywhere(skin: str, thread: Thread, name: str) -> None:
    """Also hostile ones and on any page: planting ends in a page, detection in labels of the registry."""
    for page in render(thread, skin, quirks=[name], noise="none")[:2]:
        assert set(page.quirks) <= set(QUIRKS)
        assert page.headers["Content-Type"]


@given(thread=threads(max_size=3), name=st.sampled_from([n for n, q in QUIRKS.items() if q.layer == "thread"]))
@fuzz(150)
def test_planting_twice_leaves_a_thread(thread: Thread, name: str) -> None:
    """A thread that has a quirk can be given it again."""
    plant = QUIRKS[name].plant
    assert plant is not None
    once = plant(thread)

    assert isinstance(plant(once), Thread)


@pytest.mark.parametrize("skin", SKINS)
def test_a_plain_page_has_no_label(skin: str) -> None:
    """Furniture is never a quirk."""
    for noise in NOISES:
        assert Page(PLAIN_THREAD, skin, noise=noise).quirks == ()


def test_a_class_of_quirks_can_be_named() -> None:
    """The name of a class stands for all of its quirks."""
    page = Page(PLAIN_THREAD, quirks=["evasion"])

    assert page.planted == tuple(quirk.name for quirk in of("evasion"))


def test_the_plain_text_of_an_evasion_is_kept() -> None:
    """The truth's text is what stands there; an annotation holds what a person reads, and equality ignores it."""
    for quirk in of("evasion"):
        page = witness_of(quirk)
        (post,) = page.truth.posts
        assert post.plain == "cheap passes here"
        assert post.text != post.plain
        assert extract(page).posts[0].plain != post.plain


def test_control_characters_are_only_in_hostile_texts() -> None:
    """Where every parser is promised the truth no page holds a control character."""
    control = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    for quirk in QUIRKS.values():
        if quirk.readers == "portable" and quirk.layer != "bytes":
            assert not control.search(witness_of(quirk).html), quirk.name


def test_hosts_in_texts_lead_nowhere() -> None:
    """Every host that a quirk writes ends in .example or .invalid."""
    known = {"schema.org", "ogp.me", "www.w3.org", "www.yanzhou.example"}  # names of vocabularies, and the skin's own
    known |= {"www.youtube.com"}  # whose players body.media shows
    for quirk in QUIRKS.values():
        hosts = set(re.findall(r"//([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", witness_of(quirk).html)) - known
        assert all(host.endswith((".example", ".invalid")) for host in hosts), (quirk.name, hosts)


@pytest.mark.parametrize("skin", [name for name in SKINS if load_skin(name).post["text"].but])
def test_quirks_of_texts_leave_quotations_alone(skin: str) -> None:
    """Where a quotation stands within the text's element, a link in the text stands behind it: the parent is told."""
    page = Page(witness_of(QUIRKS["tree.deep50"]).thread, skin, quirks=("text.link",), noise="none")

    assert "text.link" in page.quirks
    assert extract(page, skin) == page.truth
