"""Check the words of a locale: ``python -m forgegen.maintain.words check [PATH...]``.

A path is a story (``.toml``), a file of plain lines (``.txt``) or a folder; without one every locale is checked. Lines
that stand twice are looked for in the whole locale. Exit code 1 where there is an error; warnings are printed only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from forgegen.generate.stories.story_schema import Schema
from forgegen.generate.voice.lines import PlainLine
from forgegen.maintain.findings import WordMistake
from forgegen.maintain.line_checks import check_plain, check_twice, read_plain
from forgegen.maintain.story_checks import FOLDERS, read_story

LOCALES = Path(__file__).resolve().parent.parent / "locales"


def word_files(locale: Path) -> list[Path]:
    """The stories and plain lines of a locale."""
    return sorted(f for folder in FOLDERS for f in (locale / folder).rglob("*") if f.suffix in (".toml", ".txt"))


def check(paths: list[Path]) -> list[WordMistake]:
    """What is wrong in these files and folders, or in all locales where none is named."""
    chosen: dict[Path | None, set[Path]] = {}
    for path in paths or [locale for locale in LOCALES.iterdir() if locale.is_dir()]:
        for file in _files(path.resolve()) if paths else word_files(path):
            chosen.setdefault(_locale_of(file), set()).add(file)
    astray = chosen.pop(None, set())
    findings = [
        WordMistake(file, 1, f"stands in no folder {', '.join(FOLDERS)} of a locale") for file in sorted(astray)
    ]
    for locale, files in chosen.items():
        assert locale is not None
        findings += _check_locale(word_files(locale), files)
    return findings


def _locale_of(file: Path) -> Path | None:
    """The folder of the locale that a file belongs to."""
    return next((folder.parent for folder in file.parents if folder.name in FOLDERS), None)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [f for f in path.rglob("*") if f.suffix in (".toml", ".txt") and _locale_of(f)]


def _check_locale(files: list[Path], chosen: set[Path]) -> Iterator[WordMistake]:
    lines: dict[Path, list[PlainLine]] = {}
    for file in files:
        if file.suffix == ".txt":
            lines[file], findings = read_plain(file)
            yield from (f for f in findings if file in chosen)
    for file in sorted(chosen):
        schema: Schema | None = None
        if file.suffix == ".toml":
            yield from read_story(file)[1]
            continue
        story = file.with_suffix(".toml")
        if "plain" not in (file.parent.name, file.parent.parent.name):
            if not story.is_file():
                yield WordMistake(file, 1, f"no {story.name} beside it")
                continue
            schema = read_story(story)[0]
            if schema is None:
                yield WordMistake(file, 1, f"{story.name} cannot be read; its lines were not checked")
                continue
        anywhere = (found for other, found in lines.items() if other.parent.name == "plain" and other != file)
        general = [line for found in anywhere for line in found]
        yield from check_plain(file, lines[file], schema, general)
    yield from check_twice(((f, line) for f, found in lines.items() for line in found), chosen)


def _shown(finding: WordMistake) -> WordMistake:
    here = Path.cwd()
    file = finding.file.relative_to(here) if finding.file.is_relative_to(here) else finding.file
    return WordMistake(file, finding.line, finding.text, finding.warning)


def main(arguments: list[str]) -> int:
    """Print what is wrong and return the exit code."""
    if arguments[:1] != ["check"]:
        print("usage: python -m forgegen.maintain.words check [PATH...]", file=sys.stderr)
        return 2
    missing = [path for path in arguments[1:] if not Path(path).exists()]
    if missing:
        print(f"no such file: {', '.join(missing)}", file=sys.stderr)
        return 2
    findings = check([Path(path) for path in arguments[1:]])
    for finding in sorted(findings, key=lambda f: (f.file, f.line)):
        print(_shown(finding))
    errors = sum(not f.warning for f in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings")
    return int(errors > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
