"""schema.org trees (JSON-LD and microdata, as extruct gives them) in the form of a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_POSTINGS = ("DiscussionForumPosting", "SocialMediaPosting", "NewsArticle", "BlogPosting", "Article", "WebPage")
_SYNTAXES = ("json-ld", "microdata", "rdfa", "opengraph", "microformat", "dublincore")


def is_schema_org(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is a schema.org node or extruct's whole answer."""
    return (
        "@type" in value
        or "@graph" in value
        or ("type" in value and isinstance(value.get("properties"), Mapping))
        or ("json-ld" in value or "microdata" in value)
    )


def from_schema_org(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The posting in a schema.org tree with its comments nested as ``children``; None where there is none."""
    found = _posting(value)
    if found is None:
        return None
    fields = _fields(found)
    page: dict[str, Any] = {
        "title": _first(fields, "headline", "name"),
        "author": _name(fields.get("author")),
        "published": _text(fields.get("datePublished")),
        "comment_count": _first(fields, "commentCount"),
        "views": _interactions(fields, "ViewAction") or _interactions(fields, "WatchAction"),
        "paragraphs": _lines(_first(fields, "articleBody", "text")),
    }
    page = {name: found for name, found in page.items() if found is not None}
    page["posts"] = _comments(fields)
    return page


def _posting(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The best posting of all nodes: of the best known type, among these the one with most comments."""
    nodes: list[Mapping[str, Any]] = []
    waiting: list[Any] = [value]
    while waiting:
        here = waiting.pop(0)
        if isinstance(here, list):
            waiting[:0] = here
        elif isinstance(here, Mapping):
            if _type(here) in _POSTINGS:
                nodes.append(here)
            waiting += [here[key] for key in ("@graph", "mainEntity", *_SYNTAXES) if key in here]
            waiting += [_fields(here)["mainEntity"]] if "mainEntity" in _fields(here) else []
    return min(nodes, key=lambda n: (_POSTINGS.index(_type(n)), -len(_list(_fields(n).get("comment")))), default=None)


def _type(node: Mapping[str, Any]) -> str:
    kind = node.get("@type", node.get("type"))
    kinds = kind if isinstance(kind, list) else [kind]
    names = [str(k).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for k in kinds]
    return next((n for n in names if n in _POSTINGS), names[0] if names else "")


def _fields(node: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = node.get("properties")
    return properties if isinstance(properties, Mapping) else node


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _comments(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All comments below, nested; without recursion, since reply chains may be thousands deep."""
    top: list[dict[str, Any]] = []
    waiting = [(top, fields)]
    while waiting:
        into, above = waiting.pop()
        for node in _list(above.get("comment")):
            if isinstance(node, Mapping):
                inner = _fields(node)
                post = _comment(node, inner)
                into.append(post)
                waiting.append((post["children"], inner))
    return top


def _comment(node: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    post: dict[str, Any] = {
        "text": _text(_first(fields, "text", "articleBody")) or "",
        "author": _name(fields.get("author")),
        "date": _text(_first(fields, "datePublished", "dateCreated")),
        "children": [],
    }
    for name, found in (
        ("id", _anchor(node, fields)),
        ("replies", _first(fields, "commentCount")),
        ("likes", _first(fields, "upvoteCount") or _interactions(fields, "LikeAction")),
        ("floor", _first(fields, "position")),
    ):
        if found is not None:
            post[name] = found
    return post


def _anchor(node: Mapping[str, Any], fields: Mapping[str, Any]) -> str | None:
    for value in (fields.get("@id"), node.get("id"), fields.get("url"), fields.get("identifier")):
        if isinstance(value, str) and value:
            return value.rsplit("#", 1)[-1]
    return None


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[n] for n in names if fields.get(n) not in (None, "")), None)


def _text(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, Mapping):
        value = value.get("value", value.get("@value"))
    return value if isinstance(value, str) else None


def _lines(value: Any) -> list[str] | None:
    text = _text(value)
    return None if text is None else [line for line in text.split("\n") if line.strip()]


def _name(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, Mapping):
        value = _fields(value).get("name")
    return _text(value)


def _interactions(fields: Mapping[str, Any], kind: str) -> Any:
    for node in _list(fields.get("interactionStatistic")):
        if isinstance(node, Mapping):
            inner = _fields(node)
            action = inner.get("interactionType")
            name = _type(action) if isinstance(action, Mapping) else str(action).rsplit("/", 1)[-1]
            if name == kind:
                return inner.get("userInteractionCount")
    return None
