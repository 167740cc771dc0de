"""Checks of story files: names that must exist, conditions, slots, branches that differ, clock words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import msgspec

from forgegen.errors import ReadError
from forgegen.generate.stories.story_schema import (
    CLIMATES,
    DAYS_NAMED,
    NEEDS,
    PERSON_FORMS,
    SLOT,
    TAGS,
    TYPES,
    Fact,
    Schema,
    branches_of,
    in_branch,
    known_name,
    line_of,
    read_condition,
    read_hours,
    read_range,
    read_schema,
    read_span,
)
from forgegen.maintain.findings import WordMistake

FOLDERS = ("stories", "openers", "plain")
_QUOTED = re.compile(r"“[^”]*”")
_LEAST_BRANCHES = 3
_SHARED = 30  # per cent of sentences that two tellings may share


class CheckRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the words of a locale are checked by, from its ``checks.toml``: patterns of sentences, of words that are
    true of some days only and of seasons among them, of marks and spaces that stand wrong; lengths of a paragraph."""

    sentence: str
    clock: str
    season: str
    spaced: str
    paragraph: tuple[int, int]


@lru_cache(maxsize=8)
def load_rules(locale: Path) -> CheckRules:
    """The rules of a locale's folder; those of zh-CN where it has none of its own."""
    own = locale / "checks.toml"
    file = own if own.is_file() else Path(__file__).parent.parent / "locales" / "zh-CN" / "checks.toml"
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), CheckRules)


def rules_of(file: Path) -> CheckRules:
    """The rules of the locale that a file of words belongs to."""
    there = next((folder for folder in file.parents if folder.name in FOLDERS), file)
    return load_rules(there.parent)


def read_story(file: Path) -> tuple[Schema | None, list[WordMistake]]:
    """A story file's schema, None where it cannot be read, with all that is wrong with it."""
    text = file.read_text("utf-8")
    try:
        schema = read_schema(text)
    except ReadError as e:
        return None, [WordMistake(file, e.line, e.problem)]
    return schema, [WordMistake(file, *rest) for rest in _StoryCheck(file, text, schema).findings()]


def printable(schema: Schema, branch: str = "") -> set[str]:
    """The facts that some title, caption or paragraph prints, in one branch or in any."""
    texts = [t for p in schema.para if not branch or in_branch(p.branch, branch) for t in p.text]
    texts += [t.text for t in (*schema.title, *schema.caption) if not branch or in_branch(t.branch, branch)]
    return {slot.partition(".")[0] for text in texts for slot in SLOT.findall(text)}


Rough = tuple[int, str] | tuple[int, str, bool]


class _StoryCheck:
    """All checks of one story."""

    def __init__(self, file: Path, text: str, schema: Schema) -> None:
        self.file, self.text, self.schema, self.rules = file, text, schema, rules_of(file)
        self.opening = "openers" in file.parts
        self.known = {"post", *schema.events} if self.opening else set(schema.events)

    def findings(self) -> Iterator[Rough]:
        yield from self.head()
        yield from self.events()
        yield from self.facts()
        yield from self.texts()
        yield from self.tellings()

    def line(self, table: str, number: int = 0, key: str = "") -> int:
        return line_of(self.text, table, number, key)

    def line_with(self, words: str, start: int) -> int:
        """The line at or after ``start`` that holds these words."""
        lines = self.text.splitlines()
        return next((i for i in range(start, len(lines) + 1) if words in lines[i - 1]), start)

    def head(self) -> Iterator[Rough]:
        s = self.schema
        if s.key != self.file.stem:
            yield self.line("", key="key"), f"key {s.key!r} in a file called {self.file.name}"
        if s.section != self.file.parent.name:
            yield self.line("", key="section"), f"section {s.section!r} in the folder {self.file.parent.name!r}"
        for name in (n for n in s.boards if n not in TAGS):
            yield self.line("", key="boards"), known_name("board tag", name, TAGS)
        for name in (n for n in s.climate if n not in CLIMATES):
            yield self.line("", key="climate"), known_name("climate", name, CLIMATES)
        if not s.boards:
            yield self.line("", key="boards"), "no board may carry the story; right would be at least one tag"
        if any(not 1 <= month <= 12 for month in s.months):
            yield self.line("", key="months"), "a month that is not from 1 to 12"
        count = len(set(s.branches))
        if count < _LEAST_BRANCHES and not self.opening:
            yield self.line("", key="branches"), f"{count} branches; right would be at least {_LEAST_BRANCHES}"
        if not any(p.need == "lead" for p in s.para):
            yield 1, 'no paragraph with need = "lead"'

    def events(self) -> Iterator[Rough]:
        s, seen = self.schema, set[str]()
        if s.publish is None:
            if not self.opening:
                yield 1, "no [publish] with anchor and after"
        elif s.publish.anchor not in s.events:
            yield self.line("[publish]", key="anchor"), known_name("event", s.publish.anchor, s.events)
        else:
            yield from self.tried(self.line("[publish]", key="after"), read_span, s.publish.after)
        for n, event in enumerate(s.event):
            if event.id in seen:
                yield self.line("[[event]]", n), f"event {event.id!r} stands twice"
            seen.add(event.id)
            at = self.line("[[event]]", n, "at")
            yield from self.tried(at, read_span, event.at)
            yield from self.tried(self.line("[[event]]", n, "hour"), read_hours, event.hour)
            yield from self.branches(self.line("[[event]]", n, "branch"), event.branch)
            base = event.at.partition(" ")[2].strip()
            if base and base not in self.known:
                yield at, known_name("event", base, self.known)
            elif base and base != "post" and base not in seen - {event.id}:
                yield at, f"event {event.id!r} counts from {base!r}, which stands below it"

    def tried(self, line: int, read: object, text: str) -> Iterator[Rough]:
        assert callable(read)
        try:
            read(text)
        except ValueError as e:
            yield line, str(e)

    def branches(self, line: int, branch: str | tuple[str, ...]) -> Iterator[Rough]:
        for name in branches_of(branch):
            if name not in self.schema.branches:
                yield line, known_name("branch", name, self.schema.branches)

    def facts(self) -> Iterator[Rough]:
        for name, fact in self.schema.facts.items():
            line = self.line("[facts]", key=name)
            for problem in self.fact(fact):
                yield line, f"fact {name!r}: {problem}"
            for slot in (s for text in fact.one_of for s in SLOT.findall(text)):
                if slot.partition(".")[0] not in self.schema.facts:
                    yield line, known_name("fact", slot, self.schema.facts)

    def fact(self, fact: Fact) -> Iterator[str]:
        if fact.kind not in TYPES:
            yield known_name("type", fact.kind, TYPES)
            return
        if fact.kind == "person":
            if fact.origin not in ("cn", "foreign", "local") or fact.sex not in ("", "f", "m"):
                yield 'from is "cn", "foreign" or "local", sex is "f" or "m"'
            return
        if bool(fact.range) + bool(fact.one_of) + bool(fact.of) != 1 and fact.kind != "place":
            yield 'right would be one of: range = "12..48"; one_of = […]; of = "FACT" with times or plus'
        if fact.of and (fact.of not in self.schema.facts or bool(fact.times) + bool(fact.plus) != 1):
            known = "" if fact.of in self.schema.facts else known_name("fact", fact.of, self.schema.facts) + "; "
            yield known + 'of takes either times = "0.2..0.4" or plus = "3..9"'
        for text in filter(None, (fact.range, fact.times, fact.plus)):
            yield from (rough[1] for rough in self.tried(0, read_range, text))
        if fact.print.count("{}") != 1 and not fact.one_of:
            yield f"print {fact.print!r}; right would hold one {{}}"

    def texts(self) -> Iterator[Rough]:
        for table, rows in (("[[title]]", self.schema.title), ("[[caption]]", self.schema.caption)):
            for n, row in enumerate(rows):
                line = self.line(table, n, "text")
                yield from self.condition(table, n, row.when, row.branch)
                yield from self.slots(line, row.text)
        for n, para in enumerate(self.schema.para):
            yield from self.condition("[[para]]", n, para.when, para.branch)
            line = self.line("[[para]]", n, "text")
            if para.need not in NEEDS:
                yield self.line("[[para]]", n, "need"), known_name("need", para.need, NEEDS - {""})
            if not para.text:
                yield line, "a paragraph without a text"
            for text in para.text:
                where = self.line_with(text[:12], line)
                yield from self.slots(where, text)
                yield from self.clock(where, text)
                least, most = self.rules.paragraph
                if not least <= len(text) <= most:
                    yield where, f"a paragraph of {len(text)} characters; right would be {least} to {most}", True

    def condition(self, table: str, n: int, when: str, branch: str | tuple[str, ...]) -> Iterator[Rough]:
        yield from self.branches(self.line(table, n, "branch"), branch)
        line = self.line(table, n, "when")
        try:
            condition = read_condition(when)
        except ValueError as e:
            yield line, str(e)
            return
        for name in (*condition.past, *condition.future):
            if name not in self.known:
                yield line, known_name("event", name, self.known)
            elif name in self.schema.events:
                own = branches_of(self.schema.events[name].branch)
                if own and not set(own) & set(branches_of(branch) or self.schema.branches):
                    yield line, f"event {name!r} happens in no branch of this text"

    def slots(self, line: int, text: str) -> Iterator[Rough]:
        facts, events = self.schema.facts, self.known
        if text.count("{") != text.count("}"):
            yield line, "a brace without its partner"
        for slot in SLOT.findall(text):
            kind, colon, of = slot.partition(":")
            name, _, form = slot.partition(".")
            if slot.startswith("@"):
                if slot[1:] not in events and slot[1:] not in DAYS_NAMED:
                    yield line, known_name("event", slot[1:], [*events, *DAYS_NAMED])
            elif colon and kind in ("since", "until"):
                if of not in events:
                    yield line, known_name("event", of, events)
            elif self.opening and slot == "op":
                continue
            elif name not in facts:
                yield line, known_name("fact", slot, facts)
            elif form and (facts[name].kind != "person" or form not in PERSON_FORMS):
                yield line, f"{{{slot}}}: " + known_name("form of a person", form, PERSON_FORMS)
            elif form == "word" and not facts[name].word:
                yield line, f"{{{slot}}}: the person has no word"
        if re.search(r"[\u4e00-\u9fff],|,[\u4e00-\u9fff]", text):
            yield line, "an ASCII comma between Chinese characters; right would be ，"

    def clock(self, line: int, text: str) -> Iterator[Rough]:
        for words in re.findall(self.rules.clock, _QUOTED.sub("", SLOT.sub("", text))):
            if not (self.schema.months and re.search(self.rules.season, words)):
                yield line, f"{words!r} is true of some days only; {{@event}} and {{since:event}} are of all", True

    def tellings(self) -> Iterator[Rough]:
        s = self.schema
        said = {branch: _sentences(s, n, self.rules.sentence) for n, branch in enumerate(s.branches)}
        for (a, these), (b, those) in combinations(said.items(), 2):
            least = min(len(these), len(those))
            if least and len(these & those) * 100 > _SHARED * least:
                share = len(these & those) * 100 // least
                line = self.line("", key="branches")
                text = f"branches {a!r} and {b!r} share {share} % of their sentences"
                yield line, f"{text}; right would be at most {_SHARED}"
        for branch in s.branches:
            titles = sum(in_branch(t.branch, branch) for t in s.title)
            if titles < 2:
                yield self.line("[[title]]"), f"branch {branch!r} has {titles} titles; right would be at least 2"
            paras = sum(in_branch(p.branch, branch) for p in s.para)
            if not self.opening and paras < 7:
                yield self.line("[[para]]"), f"branch {branch!r} has {paras} paragraphs; right would be 7 to 12 printed"


def _sentences(schema: Schema, number: int, sentence: str) -> set[str]:
    """The sentences that the telling of a branch may print, as they stand in the file."""
    branch = schema.branches[number]
    texts = [p.text[number % len(p.text)] for p in schema.para if p.text and in_branch(p.branch, branch)]
    return {s.strip() for text in texts for s in re.findall(sentence, text) if len(s) > 4}
