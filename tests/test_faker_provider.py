"""The Faker provider."""

from __future__ import annotations

import pytest
from faker import Faker

from forgegen.faker_provider import ForumProvider
from forgegen.reading.extraction import extract


@pytest.fixture
def fake() -> Faker:
    """A Faker with the provider."""
    fake = Faker("zh_CN")
    fake.add_provider(ForumProvider)
    fake.seed_instance(99)
    return fake


def test_the_instances_seed_decides_everything(fake: Faker) -> None:
    """Seeded again, the provider gives the same values; unseeded, others."""
    first = [fake.floor_text(), fake.forum_handle(), fake.forum_title()]
    fake.seed_instance(99)

    assert [fake.floor_text(), fake.forum_handle(), fake.forum_title()] == first
    assert fake.floor_text() != first[0]


def test_pages_come_with_their_truth(fake: Faker) -> None:
    """A page has as many floors as asked for, and reads back."""
    page = fake.forum_page(min_floors=5)

    assert len(page.truth.posts) >= 5
    assert extract(page) == page.truth


def test_every_part_is_there(fake: Faker) -> None:
    """Texts are not empty."""
    for value in (fake.forum_paragraph(), fake.forum_outlet(), fake.forum_board(), fake.forum_floor().text):
        assert value


@pytest.mark.parametrize(("tag", "locale"), [("zh_CN", "zh-CN"), ("en_US", "en"), ("en_GB", "en")])
def test_the_words_are_those_of_the_instances_language(tag: str, locale: str) -> None:
    """A Faker of English gives English threads, without being told."""
    fake = Faker(tag)
    fake.add_provider(ForumProvider)

    assert fake.forum_thread().locale == locale
    assert fake.forum_page().thread.locale == locale


def test_a_language_without_words_takes_english_with_one_warning() -> None:
    """The warning names the locale, and comes once."""
    fake = Faker("fi_FI")
    fake.add_provider(ForumProvider)
    with pytest.warns(UserWarning, match="no locale for Faker's 'fi_FI'") as seen:
        locales = {fake.forum_thread().locale for _ in range(3)}

    assert locales == {"en"}
    assert len(seen) == 1


def test_wrong_floors_are_refused(fake: Faker) -> None:
    """A number that cannot be had is an error that says what would be right."""
    with pytest.raises(ValueError, match="right would be 0 to 100"):
        fake.forum_thread(min_floors=101)
