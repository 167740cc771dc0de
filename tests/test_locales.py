"""A locale is data: its folder alone makes it, and says in which skins its pages may be shown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import forgegen
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import check
from forgegen.errors import UsageError
from forgegen.generate import lexicon
from forgegen.generate.lexicon import Lexicon, load_lexicon, locale_names
from forgegen.generate.making import make_thread
from forgegen.model.calendar import ZONES
from forgegen.pages.page import render
from forgegen.reading.extraction import extract
from forgegen.rendering.look import SITE_LOOK
from forgegen.site.serving import make_site
from forgegen.skins import furniture
from forgegen.skins.furniture import furniture_for, languages_of, skins_for
from forgegen.skins.loading import load_skin, skin_names
from tests.command import within as command
from tests.tiers import amount

LOCALES = Path(forgegen.__file__).parent / "locales"
PARTICULAR = [name for name in locale_names() if languages_of(name)]
OWN = [(locale, skin) for locale in PARTICULAR for skin in skins_for(locale)]
FOREIGN = [(locale, skin) for locale in PARTICULAR for skin in skin_names() if skin not in skins_for(locale)]
LINE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff] [\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("locale", PARTICULAR)
def test_a_locale_of_its_own_furniture_has_a_news_page_and_a_forum(locale: str) -> None:
    """Every locale that asks for furniture has some in the reference skin and in a forum's."""
    kinds = {load_skin(skin).kind for skin in skins_for(locale)}

    assert "reference" in skins_for(locale)
    assert kinds == {"article", "forum"}


@pytest.mark.parametrize(("locale", "skin"), OWN)
def test_pages_of_a_locale_have_furniture_in_its_language(locale: str, skin: str) -> None:
    """Without being asked a page takes the locale's language, and is read back to its truth."""
    thread = make_thread(4, 1, locale=locale, profile=load_skin(skin).profile)
    for page in render(thread, skin):
        assert page.look.ui in languages_of(locale)
        assert extract(page, skin) == page.truth


@pytest.mark.parametrize("locale", PARTICULAR)
def test_the_page_says_its_language(locale: str) -> None:
    """The reference skin states the language of its furniture and of the words."""
    assert f'<html lang="{locale}"' in render(make_thread(4, 1, locale=locale))[0].html


@pytest.mark.few("locale", "skin", keep=10)
@pytest.mark.parametrize(("locale", "skin"), FOREIGN)
def test_other_skins_refuse_a_locale_and_name_those_that_take_it(locale: str, skin: str) -> None:
    """No page mixes the words of such a locale with furniture in another language, unless that is asked for."""
    thread = make_thread(4, 1, locale=locale, profile=load_skin(skin).profile)
    able = ", ".join(skins_for(locale))

    with pytest.raises(UsageError, match=rf"skin '{skin}' has no furniture for locale '{locale}'.*{able}"):
        render(thread, skin)
    assert render(thread, skin, ui=load_skin(skin).uis[0])[0].truth.title


def test_the_command_refuses_with_exit_code_2() -> None:
    """'--locale ja' in a skin without Japanese furniture is wrong use, and so it is for a site and a corpus."""
    done = command("page", "--locale", "ja", "--skin", "xenforo2")

    assert done.returncode == 2
    assert b"discourse, discourse-app, reference" in done.stderr
    assert done.stdout == b""
    with pytest.raises(UsageError, match="no furniture"):
        make_site(1, skin="xenforo2", locale="ja", threads=3)
    with pytest.raises(UsageError, match="no furniture"):
        check(Spec(skins={"reference": 1, "xenforo2": 1}, locales={"ja": 1}))


def test_a_site_of_a_locale_takes_its_furniture_throughout() -> None:
    """Lists and the index of a Japanese site are in Japanese."""
    site = make_site(1, skin="discourse", locale="ja", threads=3)

    assert site.forum.look == SITE_LOOK._replace(ui="ja")


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A locale that is nothing but a folder: the Japanese words under another name and in another zone."""
    shutil.copytree(LOCALES, tmp_path / "locales", ignore=shutil.ignore_patterns("zh-*", "en", "stories"))
    folder = tmp_path / "locales" / "ja-XX"
    (tmp_path / "locales" / "ja").rename(folder)
    shutil.copytree(LOCALES / "ja" / "stories" / "town", folder / "stories" / "town")
    style = (folder / "style.toml").read_text("utf-8").replace('"JST"', '"HKT"').replace("JST =", "HKT =")
    (folder / "style.toml").write_text(style, "utf-8")
    monkeypatch.setattr(lexicon, "_locales", lambda: tmp_path / "locales")
    monkeypatch.setattr(furniture, "LOCALES", tmp_path / "locales")
    yield "ja-XX"
    load_lexicon.cache_clear()
    languages_of.cache_clear()
    furniture_for.cache_clear()


def test_a_folder_is_all_that_a_locale_needs(added: str) -> None:
    """A new folder is a new locale: threads, their zone, their furniture and their pages, without a line of code."""
    thread = make_thread(3, 2, locale=added)
    page = render(thread)[0]

    assert isinstance(load_lexicon(added), Lexicon)
    assert thread.zone == "HKT"
    assert page.look.ui == "ja"
    assert extract(page, "reference") == page.truth
    with pytest.raises(UsageError, match="no furniture"):
        render(thread, "smf2")


def test_every_locale_writes_in_a_zone_that_boards_show() -> None:
    """The zone of a locale, and those of its readers, are rows of the table of zones."""
    for name in locale_names():
        style = load_lexicon(name).style
        assert {style["grammar"]["zone"], *style.get("zones", {})} <= set(ZONES)


@pytest.mark.parametrize("profile", ["reference", "forum"])
def test_japanese_comments_are_written_with_their_own_marks(profile: str) -> None:
    """Clauses are parted by 、 and never by a space or a Chinese comma, also where laughter is put behind them."""
    texts = [post.text for i in range(40) for post in make_thread(8, i, locale="ja", profile=profile).posts]

    assert len(texts) > 300
    assert [text for text in texts if "，" in text or LINE.search(text)] == []


def test_replies_on_the_japanese_board_begin_with_the_number_they_answer() -> None:
    """On the board more than a third of replies quote a number that is on the page; under news none does."""
    threads = [make_thread(8, i, locale="ja", profile="forum") for i in range(60)]
    replies = [(post, thread) for thread in threads for post in thread.posts if post.depth > 1]
    numbered = [(re.match(r">>(\d+)", post.text), thread) for post, thread in replies]
    found = [(int(number[1]), thread) for number, thread in numbered if number]
    news = [post.text for i in range(30) for post in make_thread(8, i, locale="ja").posts]

    assert 0.35 < len(found) / len(replies) < 0.8
    assert all(2 <= floor <= len(thread.posts) + 1 for floor, thread in found)
    assert not any(text.startswith(">>") for text in news)


@pytest.mark.scaled
def test_no_day_is_followed_by_a_particle_that_it_does_not_take() -> None:
    """Where a slot prints 昨日 or 明日, the に that a date would take is left out."""
    pages = [make_thread(8, i, locale="ja").article.paragraphs for i in range(amount(60, 300))]
    wrong = re.compile("(?:昨日|今日)に(?!なっ|至|限)|(?:明日|明後日)に(?![はもな])")

    assert [p for paragraphs in pages for p in paragraphs if wrong.search(p)] == []


CANTONESE = re.compile("[唔冇嘅咗喺啲嘢嚟咁佢哋乜嗰㗎俾睇諗攞企食飲係邊嘥揸]")
MANDARIN = re.compile(
    "什麼|怎麼|為什麼|沒有人|他們|我們|你們|咱|這[個些裡樣麼]|那[個些裡樣麼]|不是|的[吧嗎呢啊]|在哪|誰"
)
SIMPLIFIED = re.compile("[这们说对时间还没过后给来现开关门车东书买卖听难让应该问题]")


@pytest.mark.parametrize("profile", ["reference", "forum"])
def test_comments_from_hong_kong_are_cantonese(profile: str) -> None:
    """Two comments of three have a word that only Cantonese writes, and nearly none has one of spoken Mandarin."""
    posts = [p.text for i in range(40) for p in make_thread(8, i, locale="zh-HK", profile=profile).posts]
    long = [text for text in posts if len(text) > 7]

    assert len(posts) > 300
    assert sum(bool(CANTONESE.search(text)) for text in long) / len(long) > 0.62
    assert sum(bool(MANDARIN.search(text)) for text in posts) / len(posts) < 0.005
    assert [text for text in posts if SIMPLIFIED.search(text)] == []


def test_news_from_hong_kong_is_written_chinese() -> None:
    """Outside quotations an article has no Cantonese, and all of it is in traditional characters."""
    pages = [p for i in range(120) for p in make_thread(8, i, locale="zh-HK").article.paragraphs]
    told = [re.sub("「[^」]*」", "", p) for p in pages]

    assert [p for p in told if re.search("[唔冇嘅咗喺啲嘢嚟咁佢哋乜嗰㗎諗攞]", p)] == []
    assert [p for p in pages if SIMPLIFIED.search(p)] == []
