"""Saved pages of an invented forum, as its software might have written them: nobody's words, no site's markup."""

from __future__ import annotations

from typing import NamedTuple

AUTHORS = ("Quendelin", "Zappelfritz", "Morvoyn", "Tarabas77")
TEXTS = (
    "My grinder squeaks whenever the hopper runs empty, does anybody know that noise?",
    "Mine did the same until I cleaned the burrs with rice, which took five minutes.",
    "Please never use rice, it ruins the bearings of this model within a year or so.",
    "I oiled the shaft instead and the squeaking went away, at least for some weeks.",
    "A new washer costs two coins at any hardware shop and is the proper repair here.",
    "Thanks to all of you, the washer did it and the kitchen is silent once again now.",
)


class Shape(NamedTuple):
    """What differs between invented forums."""

    dates: tuple[str, ...] = (
        "03.05.2024, 09:07", "03.05.2024, 11:40", "04.05.2024, 08:15", "05.05.2024, 22:01", "17.05.2024, 06:30",
        "18.06.2024, 19:59",
    )  # fmt: skip
    lang: str = "en"
    ids: bool = True
    before: str = ""
    author: str = '<a class="nickname" href="/people/{name}-{uid}/">{name}</a>'
    date: str = '<span class="stamp">{before}{date}</span>'
    number: int = 6
    rows: bool = False
    said: str = '<div class="said">{text}</div>'


def saved_page(shape: Shape = Shape(), first: int = 0) -> str:  # noqa: B008 - immutable
    """A page of a thread: a menu, a title, posts with a pane, a pager, a foot."""
    posts = "\n".join(_post(shape, first + n, n) for n in range(shape.number))
    return f"""<!DOCTYPE html>
<html lang="{shape.lang}"><head><meta charset="utf-8"><title>Squeaking grinder - Beanforum Veltria</title>
<link rel="stylesheet" href="https://static.beanforum-veltria.test/a.css"><script>var token = "secret4711";</script></head>
<body class="thread-page"><div id="menu"><ul class="nav"><li><a href="https://www.beanforum-veltria.test/">Home</a></li>
<li><a href="/search">Search</a></li><li><a href="/login">Login</a></li></ul></div>
<h1 class="subject">Squeaking grinder</h1>
<div class="pages"><strong>1</strong> <a href="/thread/4711?page=2">2</a> <a href="/thread/4711?page=3">3</a></div>
<div id="messages">{posts}</div>
<div class="foot"><p>Operated by Wilhelmine Schlotterbeck, mail <a href="mailto:w@beanforum-veltria.test">w@beanforum-veltria.test</a></p></div>
</body></html>"""


def _post(shape: Shape, n: int, place: int) -> str:
    name = AUTHORS[n % len(AUTHORS)]
    uid, date = 5000 + n % len(AUTHORS), shape.dates[place % len(shape.dates)]
    who = shape.author.format(name=name, uid=uid)
    when = shape.date.format(before=shape.before, date=date)
    signature = '<div class="sig">Brewed with passion since the flood</div>' if n % len(AUTHORS) == 1 else ""
    joined = (
        f'<div class="pane"><span class="rank">Regular</span> Joined: <i class="since">12.01.200{n % 4 + 1}</i></div>'
    )
    own = f' id="msg-{98_300 + n}"' if shape.ids else ""
    parity = "odd" if place % 2 else "even"
    said = shape.said.format(text=TEXTS[n % len(TEXTS)], number=3 + 2 * n)
    if shape.rows:
        return f'<div class="head {parity}"{own}>{who} {when}</div><div class="words">{said}</div>'
    return (
        f'<div class="message {parity}"{own}><div class="side">{who}{joined}</div>'
        f'<div class="main">{when}{said}{signature}</div></div>'
    )
