"""A finding as ``skin.toml``."""

from __future__ import annotations

import re
from typing import Any

from forgegen.adopt.finding import Discovery
from forgegen.adopt.markup import DateSetting
from forgegen.adopt.numbering import Numbering, Pager
from forgegen.adopt.writing import document


def settings(
    finding: Discovery, name: str, *, date: DateSetting, numbering: Numbering | None, selectors: dict[str, str],
    pager: Pager | None, titled: str | None, lang: str, user: str, digest: str,
) -> str:  # fmt: skip
    """``skin.toml``."""
    number = len(finding.candidate.regions)
    top = {
        "title": f"{name}: adopted from a saved page", "kind": "forum",
        "locale": "zh-CN" if lang.startswith("zh") else "en",
        "profile": "forum", "order": "arrival", "posts_per_page": number if pager else max(20, number),
        "threads_per_page": 30, "encodings": ["utf-8"], "uis": [lang],
        "anchor": numbering.anchor if numbering and numbering.anchor else "post{pid}",
        "attribute": _attribute(finding), "count_opening": True, "quotes": "none", "rich": True,
    }  # fmt: skip
    urls = {
        "host": f"https://{name}.example", "thread": "/t/{slug}.{id}/", "thread_page": "/t/{slug}.{id}/page-{page}",
        "board": "/f/{slug}.{board}/", "board_page": "/f/{slug}.{board}/page-{page}", "index": "/", "user": user,
    }  # fmt: skip
    dates = dict.fromkeys(("published", "last_reply", "observed", "post"), date.form) | _PLAIN_DATES
    posts, post = _selectors(finding, date, numbering, selectors)
    page = {"title": {"css": titled}} if titled else {}
    head = [f"Skin {name}: adopted from {digest} by `forgegen adopt`. docs/skins.md explains every key."]
    return document(
        head, top, {"urls": urls, "dates": dates, "forms": _FORMS, "page": page, "posts": posts, "post": post}
    )


_FORMS = {"views": "comma", "comments": "comma", "floor": "hash"} | dict.fromkeys(
    ("replies", "likes", "listed"), "digits"
)
_PLAIN_DATES = {"joined": "us-short", "thread": "us-short"}


def _selectors(
    finding: Discovery, date: DateSetting, numbering: Numbering | None, selectors: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables ``[posts]`` and ``[post]``."""
    posts: dict[str, Any] = {"css": finding.candidate.css}
    if finding.candidate.along:
        posts["along"] = finding.candidate.along
    if finding.candidate.nested:
        posts["nested"] = True
    post: dict[str, Any] = {}
    if numbering is None:
        posts["page"] = {"css": ".page-here"}
        post["n"] = {"css": "", "form": "place"}
    else:
        post["n"] = {"css": numbering.css, "attr": numbering.attr, "pattern": numbering.pattern, "form": "pid"}
        post["id"] = {"css": numbering.css, "attr": numbering.attr}
    if "author" in selectors:
        post["author"] = {"css": selectors["author"]}
    elif attr := finding.fields.author[0].attr:
        post["author"] = {"css": "", "attr": attr}
    post["text"] = {"css": selectors["text"]}
    told = {"css": selectors["date"], "form": date.form}
    told |= {key: v for key, v in (("pattern", date.pattern), ("but", date.but), ("shown", date.shown)) if v}
    post["date"] = told
    return posts, post


def _attribute(finding: Discovery) -> str:
    """How ``datetime`` attributes are written."""
    for node in finding.fields.date[0].nodes:
        told = node.attrs.get("datetime", "") if node is not None else ""
        if told:
            if told.endswith("Z") or re.search(r"[+-]00:?00$", told):
                return "utc"
            return (
                "basic" if re.search(r"[+-]\d{4}$", told) else "second" if re.search(r":\d\d:\d\d", told) else "minute"
            )
    return "none"
