"""What lies beside the data: the dataset card (README.md with its YAML head) and the JSON Schema of a row."""

from __future__ import annotations

from importlib.resources import files
from string import Template

import msgspec

from forgegen.corpus.columns import COLUMNS
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.jsonl import schema
from forgegen.corpus.hub import config_lines, main_formats, other_formats
from forgegen.corpus.plan import Plan, state_of
from forgegen.corpus.spec import Spec
from forgegen.corpus.split_parts import shared_sentences
from forgegen.corpus.summary import Summary
from forgegen.generate.making import EDITION

CARD, SCHEMA = "README.md", "schema.json"
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"),
          (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"), (10**11, "10B<n<100B"))  # fmt: skip


def beside(plan: Plan, summary: Summary) -> dict[str, bytes]:
    """The files beside the data by name."""
    table = msgspec.json.format(msgspec.json.encode(schema()), indent=1)
    more = {f"data/{name}/{CARD}": _card_of(plan, summary, name).encode() for name in other_formats(plan)}
    return {CARD: card(plan, summary).encode(), SCHEMA: table + b"\n", **more}


def _card_of(plan: Plan, summary: Summary, name: str) -> str:
    """The card of a format that the reader of the corpus' own card cannot read."""
    configs = config_lines(plan, [name], summary.counts["split"], f"data/{name}/")
    lines = ["---", *configs, "---", "", f"# {formats()[name].about}", "", "The corpus is described two folders above."]
    return "\n".join([*lines, ""])


def card(plan: Plan, summary: Summary) -> str:
    """The dataset card; it says nothing that depends on when and where the corpus was written."""
    spec = plan.spec
    return Template(files("forgegen.corpus").joinpath("card.md").read_text("utf-8")).substitute(
        head=_head(plan, summary),
        pages=f"{summary.pages:,}",
        threads=f"{summary.threads:,}",
        posts=f"{summary.posts:,}",
        body=_size(summary.body_bytes),
        truth=_size(summary.truth_bytes),
        edition=EDITION,
        seed=spec.seed,
        digest=summary.content_sha256,
        formats="\n".join(
            f"- `data/{name}/`: {formats()[name].about}; {_size(size)}" for name, size in summary.written.items()
        ),
        columns="\n".join(f"| `{name}` | {COLUMNS[name]} |" for name in spec.columns),
        counts="\n".join(_count_lines(summary)),
        split=_split(spec),
        state=", ".join(f"{name} `{mark}`" for name, mark in state_of(plan.fingerprint).items()),
    )


def _split(spec: Spec) -> str:
    """What parts own and have in common, as a paragraph; nothing where there is one part."""
    if len(spec.split) == 1:
        return ""
    owned = "story is told in two parts" if spec.split_by == "story" else "thread is in two parts"
    text, shared = f"\nNo {owned} of `split`; people write in all of them.", shared_sentences(spec)
    if shared is not None:
        text += (
            f" Of the {shared.test:,} sentences in `test` among the first {shared.threads:,} threads, "
            f"{shared.both * 1000 // shared.test / 10}% occur word for word in `train`."
        )
    return text + "\n"


def _head(plan: Plan, summary: Summary) -> str:
    """The YAML head, without the lines around it."""
    languages = sorted({name.split("-")[0] for name in summary.counts.get("locale", {})})
    lines = ["license: mit", "language:", *(f"- {name}" for name in languages)]
    lines += ["pretty_name: forgegen forum pages", "tags:", "- synthetic", "- html", "- web-scraping", "- forum"]
    lines += ["size_categories:", f"- {_category(summary.pages)}"]
    return "\n".join([*lines, *config_lines(plan, main_formats(plan), summary.counts["split"])])


def _category(pages: int) -> str:
    return next((name for limit, name in _SIZES if pages < limit), "n>1T")


def _count_lines(summary: Summary) -> list[str]:
    """A line of the table for each name of each aspect."""
    return [
        f"| {aspect} | `{name}` | {number:,} |"
        for aspect, names in summary.counts.items()
        for name, number in names.items()
    ]


def _size(number: int) -> str:
    """A number of bytes for people.

    >>> _size(999), _size(1_240_000)
    ('999 bytes', '1.2 MB')
    """
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= factor:
            tenths = number * 10 // factor
            return f"{tenths // 10}.{tenths % 10} {unit}"
    return f"{number} bytes"
