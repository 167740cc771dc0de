"""What Reddit's JSON says of links, comments, people and subreddits."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from markupsafe import escape

from forgegen.model.bodies import Block
from forgegen.model.post_numbers import base36
from forgegen.rendering.context import PageContext, ThreadNames, build_contexts, label_of, thread_path
from forgegen.rendering.forum_views import pane_of
from forgegen.rendering.templating import SkinEnvironment, environment
from forgegen.rendering.variables import PostView
from forgegen.rendering.views import user_number
from forgegen.site.forum import Forum

_GONE = "[deleted]"
_ESCAPED = {"title", "selftext", "selftext_html", "body", "body_html", "link_title"}


def thing(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A thing of a kind, as ``t3`` for links."""
    return {"kind": kind, "data": data}


def listing(things: Sequence[Mapping[str, Any]], after: str | None = None, before: str | None = None) -> dict[str, Any]:
    """A list of things; ``after`` and ``before`` are the names from which its neighbours go on."""
    data = {"after": after, "dist": len(things), "modhash": "", "geo_filter": "", "children": things, "before": before}
    return thing("Listing", data)


def sent(value: Any, host: str, *, raw: bool) -> Any:
    """The same as it is sent: with whole addresses of links, and with its texts escaped unless they are wanted raw."""
    if isinstance(value, list):
        return [sent(one, host, raw=raw) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, one in value.items():
        if key in _ESCAPED and isinstance(one, str) and not raw:
            found[key] = html.escape(one, quote=False)
        else:
            found[key] = host + one if key == "url" and "domain" in value else sent(one, host, raw=raw)
    return found


def points(views: int) -> int:
    """A link's score, as its page shows it."""
    return views // 61 + 1


def link(forum: Forum, index: int) -> dict[str, Any]:
    """A link, which has its text with it."""
    row, thread = forum.row(index), forum.thread(index)
    label, name = label_of(row.board, forum.skin.limits.label), base36(row.id)
    path = thread_path(ThreadNames(row.id, row.title, row.board, row.published), forum.skin)
    paragraphs = thread.article.paragraphs
    text = "\n\n".join(paragraphs)
    marked = _md("\n\n".join(f"<p>{escape(one)}</p>" for one in paragraphs)) if text else None
    data = {
        "id": name, "name": f"t3_{name}", "title": row.title, "selftext": text, "selftext_html": marked,
        **_author(forum, row.author), **_home(label, row.board.id), **_times(row.published),
        **_votes(points(row.views or 0)), "upvote_ratio": 0.74 + row.id % 23 / 100, "num_comments": row.replies,
        "permalink": path, "url": path, "domain": f"self.{label}", "is_self": True, "over_18": False, "spoiler": False,
        "stickied": row.sticky, "locked": row.locked, "edited": False, "hidden": False, "saved": False,
        "thumbnail": "self", "link_flair_text": None, "author_flair_text": None, "media": None, "is_video": False,
        "distinguished": None, "archived": False, "clicked": False, "num_crossposts": 0,
    }  # fmt: skip
    return thing("t3", data)


def _author(forum: Forum, name: str | None) -> dict[str, Any]:
    if name is None:
        return {"author": _GONE}
    return {"author": name, "author_fullname": f"t2_{base36(user_number(name, forum.skin.columns.users))}"}


def _home(label: str, number: Any) -> dict[str, Any]:
    return {"subreddit": label, "subreddit_id": f"t5_{base36(number)}", "subreddit_name_prefixed": f"r/{label}"}


def _times(instant: int | None) -> dict[str, Any]:
    return {"created": float(instant or 0), "created_utc": float(instant or 0)}


def _votes(score: int) -> dict[str, Any]:
    return {"score": score, "ups": score, "downs": 0, "likes": None, "gilded": 0}


def _md(marked: str) -> str:
    return f'<!-- SC_OFF --><div class="md">{marked}\n</div><!-- SC_ON -->'


class Comments:
    """The comments of a thread, in the order of its page."""

    def __init__(self, forum: Forum, index: int) -> None:
        self.forum, self.thread, self.row = forum, forum.thread(index), forum.row(index)
        contexts: list[PageContext] = build_contexts(self.thread, forum.skin, forum.look)
        self.views = [view for context in contexts for view in context.posts if view.n]
        self.names = {view.id: base36(self.thread.number(view.n)) for view in self.views}
        self.below: dict[str | None, list[PostView]] = {}
        for view in self.views:
            self.below.setdefault(view.parent_id if view.parent_id in self.names else None, []).append(view)
        self._label = label_of(self.row.board, forum.skin.limits.label)
        names = ThreadNames(self.row.id, self.row.title, self.row.board, self.row.published)
        self._path, self._marked = thread_path(names, forum.skin), _marker(contexts)

    def named(self, name: str) -> PostView | None:
        """The comment of an id, without its kind."""
        return next((view for view in self.views if self.names[view.id] == name), None)

    def under(self, view: PostView) -> list[PostView]:
        """A comment and everything below it, in the order of the page."""
        return [view, *(one for reply in self.below.get(view.id, ()) for one in self.under(reply))]

    def tree(self, roots: Iterable[PostView], cut: Cut) -> list[dict[str, Any]]:
        """Comments with their replies, as far as ``cut`` lets them stand, and what says how many more there are."""
        kept, left = list[dict[str, Any]](), list[PostView]()
        for view in roots:
            if not cut.keeps(view):
                left.append(view)
                continue
            replies = self.tree(self.below.get(view.id, ()), cut)
            kept.append(self.comment(view, listing(replies) if replies else ""))
        return [*kept, self._more(left)] if left else kept

    def _more(self, left: list[PostView]) -> dict[str, Any]:
        """What stands for comments that are not sent: their number, and the ids of the uppermost ones."""
        count, names = sum(len(self.under(view)) for view in left), [self.names[view.id] for view in left]
        data = {"count": count, "name": f"t1_{names[0]}", "id": names[0], "parent_id": self._parent(left[0]),
                "depth": left[0].depth - 1, "children": names}  # fmt: skip
        return thing("more", data)

    def _parent(self, view: PostView) -> str:
        above = self.names.get(view.parent_id) if view.parent_id else None
        return f"t3_{base36(self.row.id)}" if above is None else f"t1_{above}"

    def comment(self, view: PostView, replies: Any = "") -> dict[str, Any]:
        """A comment; its author and words are not there where it is deleted."""
        name, post, odd = self.names[view.id], self.thread.posts[view.n - 1], view.odd
        gone = odd is not None and odd.status == "deleted"
        edited = odd.edited.instant if odd is not None and odd.edited is not None and not gone else None
        data = {
            "id": name, "name": f"t1_{name}", "link_id": f"t3_{base36(self.row.id)}", "parent_id": self._parent(view),
            **_author(self.forum, None if gone else view.author), **_home(self._label, self.row.board.id),
            **_times(post.time), **_votes(1 if view.likes is None else view.likes),
            "body": "[removed]" if gone else _typed(view), "body_html": _md(self._html(view, gone=gone)),
            "score_hidden": view.likes is None, "depth": view.depth - 1, "replies": replies,
            "permalink": f"{self._path}{name}/", "edited": edited or False, "link_title": self.row.title,
            "is_submitter": not gone and view.author is not None and view.author == self.row.author,
            "stickied": odd is not None and odd.pinned, "collapsed": odd is not None and odd.status is not None,
            "controversiality": 0, "distinguished": None, "locked": False, "archived": False, "saved": False,
        }  # fmt: skip
        return thing("t1", data)

    def _html(self, view: PostView, *, gone: bool) -> str:
        if gone:
            return "<p>[removed]</p>"
        if view.body:
            return str(self._marked(view.body))
        quote = view.forum.quote if view.forum else None
        above = "" if quote is None else f"<blockquote>\n<p>{_broken(quote.text)}</p>\n</blockquote>\n\n"
        return f"{above}<p>{_broken(view.text)}</p>"


def _broken(text: str) -> str:
    return str(escape(text)).replace("\n", "<br>\n")


def _typed(view: PostView) -> str:
    """A comment as it was typed: what it quotes behind an angle bracket a line, then its text."""
    quote = view.forum.quote if view.forum else None
    above = "" if quote is None or view.body else "".join(f"> {line}\n" for line in quote.text.split("\n")) + "\n"
    return above + view.text


def _marker(contexts: list[PageContext]) -> Callable[[Sequence[Block]], object]:
    """What makes HTML of bodies, as the pages have it."""
    first = contexts[0]
    known = {"skin": first.skin, "thread": first.thread, "host": first.host, "ui": first.ui, "sources": {}}
    macros: Any = cast(SkinEnvironment, environment(())).stock.get_template("oldreddit/_body.html").make_module(known)
    return cast(Callable[[Sequence[Block]], object], macros.blocks)


class Cut(NamedTuple):
    """Which comments are sent: those of ``kept``, down to a depth from 1; all where there is none."""

    kept: frozenset[str]
    depth: int = 0

    def keeps(self, view: PostView) -> bool:
        """Whether a comment is sent with the one above it."""
        return view.id in self.kept and (not self.depth or view.depth <= self.depth)


def account(forum: Forum, name: str) -> dict[str, Any]:
    """Somebody with what is counted of them."""
    pane = pane_of(name, forum.skin, "UTC", "")
    data = {
        "id": base36(pane.uid), "name": name, **_times(pane.joined.instant), "link_karma": pane.points // 3,
        "comment_karma": pane.points - pane.points // 3, "total_karma": pane.points, "is_gold": False, "is_mod": False,
        "is_employee": False, "has_verified_email": True, "verified": True, "is_suspended": False,
    }  # fmt: skip
    return thing("t2", data)


def subreddit(forum: Forum, board: int) -> dict[str, Any]:
    """A subreddit, by its place among the boards."""
    one = forum.boards[board]
    label, name = label_of(one, forum.skin.limits.label), base36(one.id if isinstance(one.id, int) else 0)
    data = {
        "id": name, "name": f"t5_{name}", "display_name": label, "display_name_prefixed": f"r/{label}",
        "title": one.name, "url": f"/r/{label}/", "subreddit_type": "public", "over18": False, "lang": "en",
        "public_description": "", "description": "", "submission_type": "self", "quarantine": False,
    }  # fmt: skip
    return thing("t5", data)
