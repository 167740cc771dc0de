"""The lives of the board's people: consistent with themselves, with their names and with what they say."""

from __future__ import annotations

import re

import pytest

from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.life import YEAR, Life, signs_of
from forgegen.generate.making import make_people
from forgegen.generate.people import OWNERS, People, Person
from forgegen.generate.profile import load_profile
from forgegen.generate.voice.lines import TRADES, read_need
from forgegen.generate.voice.needs import meets
from tests.threads import Made

LEXICON = load_lexicon("zh-CN")
PEOPLE = People("dev/5/zh-CN", LEXICON, load_profile("reference"))
CROWD = Made(lambda: (PEOPLE.person(n) for n in range(6000)))


def test_lives_are_possible() -> None:
    """Children are younger than their parents by 18 years and born; nobody came before 14 or works at no age."""
    for person in CROWD:
        life = person.life
        age = life.age(YEAR)
        assert 20 <= age <= 79
        assert all(born - life.born >= 18 and born <= YEAR for born, _ in life.children)
        assert list(life.children) == sorted(life.children)
        assert 1 <= life.years(YEAR) <= age - 14
        assert life.trade in TRADES
        assert life.trade != "student" or age <= 23
        assert life.trade != "retired" or age >= 60
        assert life.trade != "housewife" or (life.female and life.children)


def test_lives_differ_as_those_of_people_do() -> None:
    """About half are women, most from 35 on have a partner, most of those children; every trade is there."""
    grown = [p.life for p in CROWD if p.life.age(YEAR) >= 36]

    assert 0.42 < sum(p.life.female for p in CROWD) / len(CROWD) < 0.6
    assert 0.6 < sum(life.partner for life in grown) / len(grown) < 0.9
    assert sum(bool(life.children) for life in grown if life.partner) / sum(life.partner for life in grown) > 0.6
    assert {p.life.trade for p in CROWD} == set(TRADES)
    assert {PEOPLE.class_of(p.number) for p in CROWD} == set(range(OWNERS))


@pytest.mark.parametrize(("name", "signs"), [("豆豆妈", "f"), ("毛毛爸", "m"), ("80后大叔", "m"), ("隔夜馒头", "")])
def test_names_tell_of_their_bearers(name: str, signs: str) -> None:
    """Who is called somebody's mother is a woman."""
    assert set(signs) <= set(signs_of(LEXICON, name))
    for person in CROWD:
        told = signs_of(LEXICON, person.author.name)
        assert person.life.female or "f" not in told
        assert not person.life.female or "m" not in told or "f" in told
        assert person.life.children or "p" not in told


def test_a_person_is_the_same_for_ever() -> None:
    """Lives depend on the seed and the number alone."""
    again = People("dev/5/zh-CN", LEXICON, load_profile("reference"))
    other = People("dev/6/zh-CN", LEXICON, load_profile("reference"))

    assert [again.person(n) for n in (5000, 17, 3)] == [CROWD[n] for n in (5000, 17, 3)]
    assert [other.person(n).life for n in range(20)] != [p.life for p in CROWD[:20]]


def life(**own: object) -> Life:
    """A life with what is asked."""
    base = {
        "female": True, "born": 1980, "partner": True, "children": ((2010, True), (2023, False)), "trade": "nurse",
        "came": 2012, "owns": True, "car": 3, "pet": None, "mother": True, "father": False, "home": 0, "words": 0,
    }  # fmt: skip
    return Life(**{**base, **own})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("need", "met"),
    [
        ("@parent", True), ("@childless", False), ("@spouse", True), ("@single", False), ("@works:nurse", True),
        ("@works:cook", False), ("@drives", True), ("@nodrive", False), ("@owns", True), ("@rents", False),
        ("@pet", False), ("@city", True), ("@years>10", True), ("@years>12", False), ("@years<13", True), ("@age>43", True),
        ("@age>44", False), ("@age<30", False), ("@female", True), ("@male", False), ("@son", True), ("@daughter", True),
        ("@siblings", True), ("@employed", True), ("@mother", True), ("@father", False),
    ],
)  # fmt: skip
def test_requirements_are_read_off_the_life(need: str, met: bool) -> None:
    """Each requirement of a header, at the year in which a comment is written."""
    assert meets(read_need(need), life(), 2024) is met


def test_a_life_goes_on() -> None:
    """Ages and years are those of the year in which somebody writes; who is not born yet is no child."""
    someone = life(children=((2023, False),))

    assert not meets(read_need("@parent"), someone, 2022)
    assert meets(read_need("@age>50"), someone, 2031)
    assert someone.years(2012) == 1


def test_a_person_is_small_and_whole() -> None:
    """Somebody made by hand needs no life of their own."""
    assert Person(CROWD[0].author, "plain", False, 0, 0, 3, 0, 0, 0).life.trade in TRADES


@pytest.mark.parametrize("locale", locale_names())
@pytest.mark.parametrize("profile", ["reddit", "ptt"])
def test_names_of_narrow_engines_fit_and_differ(locale: str, profile: str) -> None:
    """Each is of the engine's characters and no longer than it allows; no two people share one."""
    people, names = make_people(7, locale=locale, profile=profile), load_profile(profile).names
    assert names is not None
    held = [people.name(number) for number in (*range(3000), *range(16_800, 16_820), *range(19_790, 19_800), 10**6)]

    assert all(re.fullmatch(f"[{names.of}]{{2,{names.most}}}", name) for name in held)
    assert len(set(held)) == len(held)
