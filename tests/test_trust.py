"""Skins of strangers: their templates run in a sandbox within bounds, their patterns within a time limit."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from forgegen.errors import SkinError
from forgegen.generate.making import make_thread
from forgegen.pages.page import Page, render
from forgegen.reading import patterns
from forgegen.reading.extraction import extract
from forgegen.rendering import budget, walls
from forgegen.skins.loading import load_skin, skin_names, template_folders
from forgegen.skins.trust import OWN, trusting
from tests.bench import sandbox
from tests.command import within

THREAD = make_thread(7, 2)
STEPS_, CHARACTERS, WIDTH = "steps of blocks", "characters", "right would be a number up to|widths below|bits"
HOSTILE = {
    "loops": ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", STEPS_),
    "filtered-loops": ("{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}", STEPS_),
    "recursion-by-two": ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(99) }}", STEPS_),
    "recursion": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "call themselves without end"),
    "includes-itself": ("{% include 'evil/thread.html' %}", "call themselves without end"),
    "extends-itself": ("{% extends 'evil/thread.html' %}", "call themselves without end"),
    "doubled-text": ("{% set n = namespace(t='x' * 9) %}{% for i in range(99) %}{% set n.t = n.t ~ n.t %}{% endfor %}", CHARACTERS),
    "repeated-text": ("{{ 'x' * 999999999999 }}", CHARACTERS),
    "repeated-list": ("{{ [0] * 99999999999 }}", STEPS_),
    "long-loop-body": ("{% for i in range(90000) %}" + "x" * 9_000 + "{% endfor %}", CHARACTERS),
    "block-in-buffer": ("{% set t %}{% for i in range(90000) %}" + "x" * 9_000 + "{% endfor %}{% endset %}", CHARACTERS),
    "nested-lists": ("{% set n = namespace(t=[1]) %}{% for i in range(99) %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t }}", STEPS_),
    "nested-mappings": ("{% set n = namespace(t=[1]) %}{% for i in range(99) %}{% set n.t = dict(a=n.t, b=n.t) %}{% endfor %}{{ n.t }}", STEPS_),
    "center": ("{{ 'x'|center(999999999) }}", WIDTH),
    "ljust": ("{{ 'x'.ljust(999999999) }}", WIDTH),
    "indent": ("{{ 'x\\ny'|indent(999999999) }}", WIDTH),
    "batch": ("{{ [1]|batch(999999999, 'x')|list }}", WIDTH),
    "format-filter": ("{{ '%999999999d'|format(1) }}", WIDTH),
    "format-star": ("{{ '%*d'|format(999999999, 1) }}", "right would be widths"),
    "format-method": ("{{ '{:>999999999}'.format(1) }}", WIDTH),
    "format-nested": ("{{ '{:>{w}}'.format(1, w=999999999) }}", WIDTH),
    "format-operator": ("{{ '%999999999d' % 1 }}", WIDTH),
    "power": ("{{ 9 ** 9 ** 9 ** 9 ** 9 }}", WIDTH),
    "replace": ("{{ ('x' * 99999)|replace('x', 'y' * 99999) }}", CHARACTERS),
    "replace-method": ("{{ ('x' * 99999).replace('x', 'y' * 99999) }}", CHARACTERS),
    "join": ("{{ range(99999)|join('y' * 9999) }}", CHARACTERS),
    "mapped": ("{% for i in range(99999) %}{{ range(99999)|map('string')|join }}{% endfor %}", STEPS_ + "|" + CHARACTERS),
    "methods-of-long-texts": ("{% set t = 'x' * 999999 %}{% for i in range(99999) %}{% if t.count('y') %}{% endif %}{% endfor %}", STEPS_),
    "tests-of-long-texts": ("{% set t = 'x' * 999999 %}{% for i in range(99999) %}{% if t is lower %}{% endif %}{% endfor %}", STEPS_),
    "tests-of-long-lists": ("{% set t = range(9000)|list %}{% for i in range(99999) %}{% if 'y' is in t %}{% endif %}{% endfor %}", STEPS_),
    "division-of-large-numbers": ("{{ (('f' * 99999)|int(base=16) // ('e' * 9999)|int(base=16)) is odd }}", WIDTH),
    "large-literals": ("{{ 0x" + "f" * 9_000 + " // 0x" + "e" * 4_000 + " }}", WIDTH + "|digits"),
    "divisible-large-numbers": ("{{ ('f' * 99999)|int(base=16) is divisibleby(7) }}", WIDTH),
    "sum-of-lists": ("{{ ([[1]] * 9999)|sum(start=[])|length }}", "filter sum adds numbers"),
    "brackets-in-links": ("{{ ('http://' ~ '(' * 199999 ~ ')' * 199999)|urlize }}", STEPS_),
    "wrapped-spaces": ("{{ (' ' * 999999)|wordwrap(3) }}", STEPS_),
    "block-in-itself": ("{% block a %}{{ self.a() }}{% endblock %}", "call themselves without end"),
    "long-names": ("{% include 'x' * 5000 %}", "name too long"),
    "long-names-in-a-list": ("{% include ['x' * 5000, 'y'] %}", "name too long"),
    "names-with-nul": ("{% include 'a\\0b' %}", "is missing"),
    "includes-a-folder": ("{% include 'evil' %}", "is no regular file"),
    "chain-of-filters": ("{{ 'x'" + "|upper" * 20_000 + " }}", "nested too deep"),
    "chain-of-names": ("{{ title" + ".a" * 20_000 + " }}", "nested too deep"),
    "range": ("{% for i in range(999999999) %}{% endfor %}", "Range too big"),
    "comparing": ("{% set t = 'x' * 999999 %}{% for i in range(99999) %}{{ 1 if 'y' in t }}{% endfor %}", STEPS_),
    "globals": ("{{ render.__globals__ }}", "unknown"),
    "classes": ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
    "format-attribute": ("{{ '{0.__class__.__init__.__globals__}'.format(skin) }}", "unsafe"),
    "changes-a-list": ("{{ posts.clear() }}", "not safely callable|unsafe"),
    "reads-a-file": ("{% include '/etc/passwd' %}", "missing"),
    "climbs": ("{% include '../../../../etc/passwd' %}", "missing"),
    "nested-deep": ("{{ " + "(" * 9_000 + "1" + ")" * 9_000 + " }}", "nested too deep"),
    "loops-in-loops": ("{% for a in 'x' %}" * 40 + "{% endfor %}" * 40, "nested too deep"),
    "division": ("{{ 1 // 0 }}", "ZeroDivisionError"),
    "own-error": ("{{ 'x'.encode('rot13') }}", "LookupError"),
}  # fmt: skip
"""Templates that want what they must not have, and what is said of it."""


def folder_of(path: Path, template: str, toml: str = "") -> Path:
    """A folder with one skin of this template."""
    (path / "evil").mkdir()
    (path / "evil" / "skin.toml").write_text('title = "Evil"\nbase = "reference"\n' + toml, "utf-8")
    (path / "evil" / "thread.html").write_text("\n" + template, "utf-8")
    return path


@pytest.mark.few("name", keep=8)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_end_in_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that would take for ever, take all memory or leave the sandbox ends in a line that names the bound."""
    monkeypatch.setattr(budget, "STEPS", 100_000)
    monkeypatch.setattr(budget, "CHARACTERS", 4_000_000)
    template, said = HOSTILE[name]
    page = Page(THREAD, "evil", templates=[folder_of(tmp_path, template)])

    with pytest.raises(SkinError, match=said) as caught:
        _ = page.html

    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 1000
    assert "evil/thread.html" in text


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
def test_foreign_skins_give_the_same_bytes(skin: str, tmp_path: Path) -> None:
    """A skin renders to the same bytes in the sandbox, in the child and trusted."""
    shutil.copytree(next(own for own in OWN if own.is_dir()), tmp_path / "skins")
    folders = [tmp_path / "skins"]
    plain = [page.html for page in render(THREAD, skin)]

    assert [page.html for page in render(THREAD, skin, templates=folders)] == plain
    assert [page.html for page in render(THREAD, skin, templates=folders, trust=True)] == plain
    with walls.wall():
        assert [page.html for page in render(THREAD, skin, templates=folders)] == plain


def test_bounds_hold_in_threads(tmp_path: Path) -> None:
    """The bounds need no signal: they hold in a thread, and do not depend on what another thread spends."""
    template, _ = HOSTILE["loops"]
    folder, ended = folder_of(tmp_path, template), list[str]()

    def work() -> None:
        with pytest.raises(SkinError) as caught:
            _ = Page(THREAD, "evil", templates=[folder]).html
        ended.append(str(caught.value))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ended) == 2
    assert all("evil/thread.html:2: one page takes more than" in text for text in ended)


def test_trust_lifts_the_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skin of one's own runs as long as it likes with ``trust=True``; without, the message says how."""
    monkeypatch.setattr(budget, "STEPS", 10)
    monkeypatch.setattr(budget, "POST_STEPS", 0)
    folder = folder_of(tmp_path, "{% for i in range(999) %}x{% endfor %}")

    with pytest.raises(SkinError, match="trust=True or --trust-templates lifts"):
        _ = Page(THREAD, "evil", templates=[folder]).html
    assert Page(THREAD, "evil", templates=[folder], trust=True).html.strip() == "x" * 999
    with trusting([folder]):
        assert Page(THREAD, "evil", templates=[folder]).html.strip() == "x" * 999
    assert repr(Page(THREAD, "evil", templates=[folder], trust=True)).endswith(", trust=True)")


def test_a_page_has_a_wall_limit_in_the_child(tmp_path: Path) -> None:
    """What no counter sees ends at the wall limit, and the next page is rendered."""
    folder = folder_of(tmp_path, "{% for i in range(99999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}")

    late = pytest.raises(SkinError, match=r"evil/thread\.html: the template took more than 0\.2 seconds")
    with walls.wall(0.2), late:
        _ = Page(THREAD, "evil", templates=[folder]).html
    with walls.wall():
        assert Page(THREAD, "reference", templates=[folder]).html == Page(THREAD, "reference").html


def test_errors_in_the_child_are_those_of_this_process(tmp_path: Path) -> None:
    """A mistake of a template reads the same whichever process rendered it."""
    page = Page(THREAD, "evil", templates=[folder_of(tmp_path, "{{ tittle }}")])

    with pytest.raises(SkinError) as here:
        _ = page.html
    with walls.wall(), pytest.raises(SkinError) as there:
        _ = page.html
    assert str(here.value) == str(there.value)
    assert "Did you mean 'title'?" in str(here.value)


@pytest.mark.parametrize("field", ["title", "views"])
def test_patterns_of_foreign_skins_have_a_time_limit(
    field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that never ends is stopped, named, and can be trusted."""
    monkeypatch.setattr(patterns, "SECONDS", 0.05)
    toml = f'[page.{field}]\ncss = "title"\npattern = "(a|aa)+$"\n'
    folder = folder_of(tmp_path, "", toml)
    html = "<title>" + "a" * 60 + "!x</title>"

    with pytest.raises(SkinError, match=r"pattern '\(a\|aa\)\+\$' takes more than 0.05 s on a text of 62 characters"):
        extract(html, "evil", templates=[folder])
    short = "<title>xaa</title>"
    assert extract(short, "evil", templates=[folder], trust=True) == extract(short, "evil", templates=[folder])


@pytest.mark.parametrize("name", ["skin.toml", "thread.html"])
def test_symbolic_links_in_a_skin_are_refused(name: str, tmp_path: Path) -> None:
    """A skin that shows another file of the machine by a link is refused, by the link's name."""
    folder = folder_of(tmp_path, "x")
    (folder / "evil" / name).rename(tmp_path / "elsewhere")
    (folder / "evil" / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SkinError, match=rf"{name} is a symbolic link to .*elsewhere; right would be a copy"):
        _ = Page(THREAD, "evil", templates=[folder]).html


def test_large_files_in_a_skin_are_refused(tmp_path: Path) -> None:
    """A template of more than 4 MB is not read."""
    folder = folder_of(tmp_path, "x" * (5 << 20))

    with pytest.raises(SkinError, match=r"has 5,242,881 bytes; right would be 4,194,304 or fewer"):
        _ = Page(THREAD, "evil", templates=[folder]).html


def test_wide_addresses_are_refused(tmp_path: Path) -> None:
    """The width in an address is bounded before it is formatted."""
    folder = folder_of(tmp_path, "x", '[urls]\nthread = "/{id:0999999999}"\n')

    with pytest.raises(SkinError, match=r"skin.toml:4: 'thread' in \[urls\] has the width 0999999999"):
        load_skin("evil", (str(folder),))


def of_toml(text: str, base: str = "reference") -> Callable[[Path], object]:
    """A ``skin.toml`` of this text."""
    return lambda folder: (folder / "skin.toml").write_text(f'title = "Evil"\nbase = "{base}"\n{text}', "utf-8")


def in_place_of(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Another thing in the place of a file."""

    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def chain_of_bases(folder: Path) -> None:
    """A skin on a hundred bases."""
    for number in range(100):
        (folder.parent / f"s{number}").mkdir()
        of_toml("", f"s{number + 1}")(folder.parent / f"s{number}")
    of_toml("", "s0")(folder)


Change: TypeAlias = Callable[[Path], object]

TITLE = "[page.title]\ncss = "
HOSTILE_FOLDERS: dict[str, tuple[Change, str]] = {
    "skin-is-a-pipe": (in_place_of("skin.toml", os.mkfifo), "skin.toml is no regular file"),
    "skin-is-a-folder": (in_place_of("skin.toml", Path.mkdir), "skin.toml is no regular file"),
    "skin-is-zero": (in_place_of("skin.toml", lambda path: path.symlink_to("/dev/zero")), "is a symbolic link"),
    "skin-is-huge": (lambda folder: os.truncate(folder / "skin.toml", 8 << 30), "has 8,589,934,592 bytes"),
    "skin-is-no-text": (lambda folder: (folder / "skin.toml").write_bytes(b'title = "\xff"'), "is not UTF-8"),
    "template-is-a-pipe": (in_place_of("thread.html", os.mkfifo), "thread.html is no regular file"),
    "template-is-a-folder": (in_place_of("thread.html", Path.mkdir), "thread.html is no regular file"),
    "brackets-in-brackets": (of_toml("x = " + "[" * 99_999), "recursion"),
    "keys-in-keys": (of_toml("a" + ".a" * 400_000 + " = 1"), "400,000 dots; right would be 500 or fewer"),
    "digits": (of_toml("posts_per_page = " + "9" * 5_000), "digits"),
    "a-large-number": (of_toml("posts_per_page = 0x" + "f" * 9_000), "'posts_per_page' is more than 1,000,000"),
    "a-date": (of_toml("posts_per_page = 2024-01-01"), "expected int, got date"),
    "no-number": (of_toml("posts_per_page = nan"), "expected int, got float"),
    "its-own-base": (of_toml("", "evil"), "is its own base"),
    "climbing-base": (of_toml("", "../../etc"), "Unknown skin '../../etc'"),
    "long-base": (of_toml("", "x" * 99_999), "Unknown skin 'xxx"),
    "chain-of-bases": (chain_of_bases, "stands on more than 20 bases"),
    "width-in-address": (of_toml('[urls]\nthread = "/{id:{id}}"'), "right would be widths that are numbers"),
    "attribute-in-address": (of_toml('[urls]\nthread = "/{id.__class__}"'), "unknown field"),
    "encoding-of-hosts": (of_toml('encodings = ["idna"]'), "no text encoding 'idna'"),
    "encoding-of-archives": (of_toml('encodings = ["zip"]'), "no text encoding 'zip'"),
    "languages-that-climb": (of_toml('uis = ["../../x"]'), "right would be tags of languages"),
    "selector-of-many-steps": (of_toml(TITLE + '"x ' + "div " * 9 + 'p"'), "10 steps to elements at any distance"),
    "long-selector": (of_toml(TITLE + '"' + ":is(" * 50_000 + '"'), "has 200,000 characters"),
    "pattern-in-patterns": (of_toml(TITLE + '"title"\npattern = "' + "(" * 9_000 + '"'), "title.pattern"),
}  # fmt: skip
"""What a stranger did to the folder of a skin, and what is said of it."""


@pytest.mark.parametrize("name", HOSTILE_FOLDERS)
def test_hostile_skins_end_in_one_line(name: str, tmp_path: Path) -> None:
    """Whatever stands in a skin's folder, ``page`` and ``extract`` end in one line that is no longer than a screen."""
    change, said = HOSTILE_FOLDERS[name]
    folder = folder_of(tmp_path, "x")
    change(folder / "evil")
    options = ["--skin", "evil", "--templates", str(folder)]
    page = tmp_path / "page.html"
    page.write_text("<title>x</title>")

    for words in (["page", *options], ["extract", str(page), *options]):
        done = within(*words)
        text = done.stderr.decode("utf-8")
        if words[0] == "page" or not name.startswith("template-"):  # which are not needed to read
            assert done.returncode == 2
            assert re.search(said, text), text
        assert len(text.splitlines()) <= 1
        assert len(text) < 5_000


@pytest.mark.few("name", keep=1)
@pytest.mark.parametrize("name", ["loops", "doubled-text", "classes"])
def test_commands_end_in_one_line(name: str, tmp_path: Path) -> None:
    """A command renders foreign skins in a child and ends with one line and code 2; --trust-templates runs them here."""
    folder = folder_of(tmp_path, HOSTILE[name][0])
    done = within("page", "--templates", str(folder), "--skin", "evil")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not walls.on()


def test_a_command_trusts_on_demand(tmp_path: Path) -> None:
    """``--trust-templates`` goes before or behind the folder."""
    folder = str(folder_of(tmp_path, "{% for i in range(3) %}{{ ''.__class__.__name__ }}{% endfor %}"))
    options = ["--skin", "evil", "--templates", folder]

    assert within("page", *options).returncode == 2
    assert within("page", *options, "--trust-templates").stdout.strip() == b"strstrstr"
    assert within("page", "--trust-templates", *options).stdout.strip() == b"strstrstr"


def test_the_bench_of_the_sandbox_compares_equal_pages(tmp_path: Path) -> None:
    """Each round has a time of both, for the same pages; a child's time is counted."""
    for name in ("_shared", "reference"):
        shutil.copytree(next(top for top in template_folders() if (top / name).is_dir()) / name, tmp_path / name)

    with walls.wall():
        found = sandbox.rounds([THREAD], "reference", str(tmp_path), 1)

    assert len(found) == 1
    assert min(found[0]) > 0
