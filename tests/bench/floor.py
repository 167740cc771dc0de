"""Floor 3c, careful handwork: a prebuilt thread as a flat page by f-strings, each text through ``markupsafe.escape``."""

from __future__ import annotations

from markupsafe import escape

from tests.bench.baseline import TEMPLATE, NaiveThread, make

_SHELL = TEMPLATE.render(t=NaiveThread("\x01", "", "", "", 0, 0, "", "", [], []), roots=[])
_HEAD, _TAIL = _SHELL[: _SHELL.index("<h1>")], _SHELL[_SHELL.index('<footer class="footer">') :]
THREADS = [make(seed) for seed in range(64)]


def page(number: int) -> str:
    """One of 64 prebuilt threads as HTML."""
    t = THREADS[number % len(THREADS)]
    title, caption = escape(t.title), escape(t.caption)
    out = [
        f"{_HEAD}<h1>{title}</h1><div class=source>{escape(t.source_zh)} {escape(t.source_en)}</div>"
        f"<div class=latest>最新回复:{escape(t.latest)}</div><div class=counts>{t.views} 阅读 {t.ncomments} 评论</div>"
        f"<div class=byline>{escape(t.byline)}</div><figure><figcaption>{caption}</figcaption></figure><div class=article>"
    ]
    out += [f"<p>{escape(p)}</p>\n" for p in t.paragraphs]
    for c in t.comments:
        author = escape(c.author)
        parent = f' data-parent="{c.parent}"' if c.parent else ""
        avatar = f'<span class="avatar letter">{escape(c.avatar)}</span>' if c.avatar else _PICTURE
        replies = f'<span class="replies">[{c.replies}评]</span>' if c.replies else ""
        out.append(
            f'<div class="comment" id="c{c.floor}" data-floor="{c.floor}"{parent}>\n<div class="comment-head">{avatar}\n'
            f'<a class="author" href="/user/{author}">{author}</a><span class="floor">{c.floor} 楼</span>'
            f'<time class="time">{escape(c.time)}</time></div>\n<div class="comment-body"><p class="comment-text">'
            f'{escape(c.text)}</p></div>\n<div class="comment-foot"><button class="like" data-likes="{c.likes}">赞 {c.likes}'
            f'</button><button class="reply">回复</button>{replies}</div>\n</div>\n'
        )
    out.append(_TAIL)
    return "".join(out)


_PICTURE = '<img class="avatar" src="/img/avatar-default.png" alt="" width="48" height="48">'
