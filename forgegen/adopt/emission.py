"""A finding as a skin: template, settings and what was seen on the way, without a word of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from forgegen.adopt.finding import Discovery, Places
from forgegen.adopt.markup import DateSetting, FurnitureWriter, Ids, PostWriter
from forgegen.adopt.numbering import Numbering, Pager, find_numbering, find_pager, user_address
from forgegen.adopt.post_parts import FoundField, relative
from forgegen.adopt.saved_tree import PageElement, SavedTree, folded
from forgegen.adopt.scrub import Scrubber, words_in
from forgegen.adopt.selecting import choose_selectors, shown_selector
from forgegen.adopt.stamps import Ambiguous, Inferred, Stamp, find_stamps, infer_layout
from forgegen.adopt.union import innermost, unite
from forgegen.adopt.writing import document
from forgegen.errors import UsageError
from forgegen.skins import dom

AGO: dict[str, dict[str, Any]] = {
    "en": {
        "ago": "{n} {unit} ago", "now": "just now",
        "units": {"year": ["year", "years"], "month": ["month", "months"], "week": ["week", "weeks"],
                  "day": ["day", "days"], "hour": ["hour", "hours"], "minute": ["minute", "minutes"]},
    },
    "de": {
        "ago": "vor {n} {unit}", "now": "gerade eben",
        "units": {"year": ["Jahr", "Jahren"], "month": ["Monat", "Monaten"], "day": ["Tag", "Tagen"],
                  "hour": ["Stunde", "Stunden"], "minute": ["Minute", "Minuten"]},
    },
    "fr": {
        "ago": "il y a {n} {unit}", "now": "à l'instant",
        "units": {"year": ["an", "ans"], "month": ["mois", "mois"], "day": ["jour", "jours"],
                  "hour": ["heure", "heures"], "minute": ["minute", "minutes"]},
    },
    "es": {
        "ago": "hace {n} {unit}", "now": "ahora mismo",
        "units": {"year": ["año", "años"], "month": ["mes", "meses"], "day": ["día", "días"],
                  "hour": ["hora", "horas"], "minute": ["minuto", "minutos"]},
    },
}  # fmt: skip
_AGO_BEGIN = {"de": r"vor\b", "fr": r"il y a\b", "es": r"hace\b", "en": r".*\bago\b"}


class Emitted(NamedTuple):
    """A skin: its files by name, and notes of what is unsure or was left out."""

    files: dict[str, str]
    notes: tuple[str, ...]
    date: DateSetting
    selectors: dict[str, str]


def emit(tree: SavedTree, finding: Discovery, name: str, *, digest: str, order: str | None = None) -> Emitted:
    """The files of a skin that shows pages as this one.

    Raises: UsageError where the layout of dates cannot be told.
    """
    date = date_setting(finding, tree.lang, order)
    scrubber = Scrubber(forbidden_words(tree, finding))
    union = unite(finding)
    numbering = find_numbering(finding)
    ids = Ids()
    keep = set(re.findall(r"\[([\w-]+)\]", finding.candidate.css)) | set(
        re.findall(r"\[(data-[\w-]+)", finding.candidate.css)
    )
    anchor = numbering.anchor if numbering else None
    named = finding.fields.author[0].attr
    flat = PostWriter(scrubber, union, anchor, Ids(), date, keep, named)
    flat.flat = True
    markup = "".join(flat.write(top, union.posts) for top in union.tops)
    finding = finding._replace(candidate=finding.candidate._replace(css=shown_selector(finding.candidate.css, markup)))
    selectors = choose_selectors(finding, union.tops, markup)
    writer = PostWriter(scrubber, union, anchor, ids, date, keep, named)
    loop = "{% for post in posts %}\n{% set k = post.forum.pane.rank if post.forum.pane else 0 %}\n"
    loop += "\n".join(writer.write(top, union.posts) for top in union.tops) + "\n{% endfor %}"
    pager = find_pager(tree, finding)
    title = find_title(tree, finding)
    prefix = anchor.partition("{")[0] if anchor else ""
    body, titled = furniture(tree, finding, loop, pager, title, FurnitureWriter(scrubber, ids, {}, set(), prefix))
    lang = re.sub(r"[^a-zA-Z-]", "", tree.lang.replace("_", "-")) or "en"
    lang = lang if re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", lang) else "en"
    files = {"thread.html": _page(body, name), "_pager.html": _pager_template(pager, scrubber)}
    files["skin.toml"] = settings(
        tree, finding, name, date=date, numbering=numbering, selectors=selectors, pager=pager, titled=titled, lang=lang,
        user=user_address(finding, scrubber), digest=digest,
    )  # fmt: skip
    files[f"ui/{lang}.toml"] = f'# Words of the board and index pages.\nsite = "{name}"\nboards = "Boards"\n'
    notes = [date.note] if date.note else []
    if numbering is None:
        notes.append("posts have no number of their own: they are counted by their place")
    if pager is None:
        notes.append("no pager was recognised: a plain one stands behind the posts")
    return Emitted(files, tuple(notes), date, selectors)


def forbidden_words(tree: SavedTree, finding: Discovery) -> set[str]:
    """Words that nothing may be made of: those of authors and of the title, and the names of hosts."""
    found: set[str] = set()
    for value in finding.fields.author[0].values:
        found.update(word for word in words_in(value or "") if len(word) > 2)
    found.update(word for word in words_in(tree.title) if len(word) > 3)
    for host in hosts(tree):
        found.update(part for part in host.split(".")[:-1] if len(part) > 3)
    return found


def hosts(tree: SavedTree) -> list[str]:
    """The hosts of the page's links."""
    found = set()
    for node in tree.elements:
        for name in ("href", "src", "action"):
            address = node.attrs.get(name, "")
            if "//" in address:
                try:
                    found.add((urlsplit(address).hostname or "").removeprefix("www."))
                except ValueError:
                    continue
    return sorted(host for host in found if "." in host and host != "schema.org")


def date_setting(finding: Discovery, lang: str, order: str | None) -> DateSetting:
    """The layout of the dates and the words around them.

    Raises: UsageError where day and month cannot be told apart, or no layout fits.
    """
    field = finding.fields.date[0]
    texts = [
        (node.text() if node.end - node.start < 40 else node.own) if node is not None else "" for node in field.nodes
    ]
    stamps = [(text, found[0]) for text in texts if text and (found := find_stamps(text))]
    shown = None
    if not any(not stamp.relative for _, stamp in stamps):
        titles = [node.attrs.get("title", "") for node in field.nodes if node is not None]
        told = [(text, found[0]) for text in titles if (found := find_stamps(text))]
        if len(told) * 2 > len(titles) and any(not stamp.relative for _, stamp in told):
            stamps, shown = told, "title"
    try:
        inferred = infer_layout(stamps, order, lang)
    except Ambiguous as e:
        raise UsageError(
            f"post.date: {e.args[0]!r}: day or month first? All {e.args[1]} dates fit both. Say --date-order dmy or mdy"
        ) from None
    if inferred is None:
        inferred = _ago([text for text, _ in stamps] or [text for text in texts if text])
    other = f"; others as {inferred.other[0]!r}" if inferred.other else ""
    layout = inferred.form if isinstance(inferred.form, str) else inferred.form.get("layout", inferred.form.get("ago"))
    note = f"post.date: read as {layout} ({inferred.fits} of {inferred.of}{other})"
    if shown:
        return DateSetting(inferred.form, note, "", "", None, None, shown)
    before, after, parted = _around(field, stamps)
    pattern = _around_pattern(before, after) if before or after else None
    return DateSetting(inferred.form, note, before, after, pattern, "*" if parted else None)


def _ago(texts: Sequence[str]) -> Inferred:
    for lang, begin in _AGO_BEGIN.items():
        fits = [text for text in texts if re.search(begin, text, re.IGNORECASE)]
        if fits and len(fits) * 2 > len(texts):
            return Inferred(AGO[lang], len(fits), len(texts), ())
    example = repr(texts[0][:60]) if texts else "nothing"
    raise UsageError(
        f"post.date: no layout fits {example}. Another place: --date CSS, as a time or title that tells the day"
    )


def _around(field: FoundField, stamps: Sequence[tuple[str, Stamp]]) -> tuple[str, str, bool]:
    """The words before and behind the date in its element, and whether elements part the text."""
    node = next(node for node in field.nodes if node is not None and find_stamps(node.text()[:400]))
    parted = bool(node.elements) and any(find_stamps(kid) for kid in node.kids if isinstance(kid, str))
    text = folded(" ".join(kid for kid in node.kids if isinstance(kid, str))) if parted else node.text()
    found = sorted(find_stamps(text), key=lambda s: s.relative)
    stamp = found[0] if found else None
    if stamp is None:
        return "", "", False
    scrubber = Scrubber(())
    before, after = text[: stamp.start], text[stamp.end :]
    before, after = scrubber.text(before)[-60:], scrubber.text(after)[:60]
    return before, after, parted


def _around_pattern(before: str, after: str) -> str:
    """A pattern that takes the date from between words like these."""
    return rf"^\s*{_loose(before)}(.+?){_loose(after)}\s*$"


def _loose(words: str) -> str:
    pieces = re.findall(r"\s+|[^\W\d_]+|\d+|[^\w\s]|_", words)
    kept = {" ": r"\s*"}
    made = []
    for piece in pieces:
        if piece.isspace():
            made.append(r"\s*")
        elif piece.isdigit():
            made.append(r"\d+")
        elif piece.isalpha():
            made.append(r"\S+?" if Scrubber(()).word(piece) != piece else re.escape(piece))
        else:
            made.append(re.escape(piece))
    del kept
    return "".join(made)


def find_title(tree: SavedTree, finding: Discovery) -> PageElement | None:
    """The heading that says what the page's title says."""
    told = folded(tree.meta.get("og:title", "")) or tree.title
    inside = Places(finding)
    best: tuple[float, int, PageElement] | None = None
    for node in tree.body.walk():
        text = node.text() if node.end - node.start < 12 else ""
        if not 3 < len(text) < 300 or inside.hold(node.start) or node.tag in ("option", "button"):
            continue
        if not (tree.title.startswith(text) or text in tree.title or text == told):
            continue
        heads = {"h1": 3.0, "h2": 2.0, "h3": 1.6}
        around = [node.tag, *(above.tag for above in list(node.above())[:3])]
        score = max((heads.get(tag, 0.0) for tag in around), default=0.0) + 1.0
        score *= min(1.0, len(text) / max(10, len(tree.title) * 0.5)) * (
            1.5 if node.start < finding.candidate.regions[0].start else 1.0
        )
        if best is None or score > best[0]:
            best = (score, node.start, node)
    return innermost(best[2]) if best is not None and best[0] >= 1.0 else None


def furniture(
    tree: SavedTree,
    finding: Discovery,
    loop: str,
    pager: Pager | None,
    title: PageElement | None,
    writer: FurnitureWriter,
) -> tuple[str, str | None]:
    """The body with the loop in place of the posts, and the selector of the title, if one finds it."""
    regions, places = finding.candidate.regions, Places(finding)
    first = regions[0].node
    writer.instead[first.start] = "\n" + loop + "\n"
    held = {region.node.start for region in regions[1:]} | {kid.start for region in regions for kid in region.tail}
    writer.dropped |= held
    if all(region.node.parent is first.parent for region in regions) and first.parent is not None:
        last = regions[-1].end
        writer.dropped |= {kid.start for kid in first.parent.elements if first.start < kid.start < last}
    else:
        writer.dropped |= _between(regions[0].node, [region.node for region in regions])
    named = re.sub(r":has\(.*\)", "", finding.candidate.css)
    writer.dropped |= {n.start for n in _like(tree, named) if not places.below(n)} - {first.start}
    include = "{% include 'NAME/_pager.html' %}"
    if pager is not None:
        writer.instead.update({node.start: include for node in pager.nodes if node.start not in writer.dropped})
    titled = None
    if title is not None and title.start not in writer.dropped:
        titled = _title_selector(tree, title)
        if titled is not None:
            writer.instead[title.start] = _titled(title, writer)
    body = writer.write(tree.body)
    if include not in body:
        body = body.replace("</body>", f"\n{include}\n</body>") if "</body>" in body else body + include
    return body, titled


def _between(first: PageElement, nodes: Sequence[PageElement]) -> set[int]:
    """The elements around the other posts that hold nothing but them."""
    above = {node.start for node in (first, *first.above())}
    return {up.start for node in nodes[1:] for up in node.above() if up.start not in above}


def _like(tree: SavedTree, css: str) -> list[PageElement]:
    """The elements that a simple selector finds."""
    m = re.fullmatch(
        r"(?:(\w+)?(?:#([\w-]+)|\.([\w-]+))? > )?(\w+)((?:\.[\w-]+)*)(?:\[([\w-]+)(?:[\^$]?=\"([^\"]*)\")?\])?", css
    )
    if m is None:
        return []
    classes = [name for name in m[5].split(".") if name]
    found = []
    for node in tree.body.walk():
        if node.tag != m[4] or not set(classes) <= set(node.classes):
            continue
        if m[6] and not (m[6] in node.attrs and (m[7] is None or node.attrs[m[6]].startswith(m[7]))):
            continue
        up = node.parent
        if m[3] and (up is None or m[3] not in up.classes):
            continue
        if m[2] and (up is None or up.attrs.get("id") != m[2]):
            continue
        if not m[3] and not m[2] and m[1] and (up is None or up.tag != m[1]):
            continue
        found.append(node)
    return found


def _title_selector(tree: SavedTree, title: PageElement) -> str | None:
    for css in (*relative(title, tree.body), f"#{title.attrs.get('id', '')}"):
        if len(css) > 1 and dom.is_selector(css):
            found = (
                [node for node in tree.body.walk() if css in relative(node, tree.body)] if "#" not in css else [title]
            )
            if found and found[0] is title:
                return css
    return None


def _titled(title: PageElement, writer: FurnitureWriter) -> str:
    opened = writer._open(title)
    return f"{opened}{{{{ title|lines }}}}</{title.tag}>"


def _page(body: str, name: str) -> str:
    """The whole page round the body."""
    return (
        "{# A page of a thread, adopted from a saved page. Everything printed is escaped. #}\n"
        '<!DOCTYPE html>\n<html lang="{{ ui.lang }}">\n<head>\n'
        '<meta charset="{{ encoding }}">\n<title>{{ title }} - {{ ui.site }}</title>\n'
        '{% if generator %}<meta name="generator" content="{{ generator }}">{% endif %}\n'
        '<link rel="canonical" href="{{ url }}">\n</head>\n' + body.replace("'NAME/", f"'{name}/") + "\n</html>\n"
    )


def _pager_template(pager: Pager | None, scrubber: Scrubber) -> str:
    """The links to the other pages, in the markup of the saved page as far as it tells."""
    tag, classes, link, here = "div", "pager", "", "page-here"
    if pager is not None:
        tag = pager.nodes[0].tag if pager.nodes[0].tag in ("div", "nav", "p", "ul", "ol", "span", "td") else "div"
        classes = " ".join(token for n in pager.nodes[0].classes if (token := scrubber.token(n))) or "pager"
        link = " ".join(token for n in pager.link.classes if (token := scrubber.token(n)))
        if pager.here is not None:
            here = " ".join((*(token for n in pager.here.classes if (token := scrubber.token(n))), "page-here"))
    one, end = ("<li>", "</li>") if tag in ("ul", "ol") else ("", "")
    linked = f' class="{link}"' if link else ""
    return (
        "{# Links to the other pages; next_url and prev_url are None at the ends. #}\n{% if links %}\n"
        f'<{tag} class="{classes}">\n'
        f'{{% if prev_url %}}{one}<a rel="prev"{linked} href="{{{{ prev_url }}}}">&lt;</a>{end}{{% endif %}}\n'
        f'{{% for link in links %}}{one}{{% if link.url %}}<a{linked} href="{{{{ link.url }}}}">'
        f"{{{{ link.number }}}}</a>{{% else %}}"
        f'<strong class="{here}">{{{{ link.number }}}}</strong>{{% endif %}}{end} {{% endfor %}}\n'
        f'{{% if next_url %}}{one}<a rel="next"{linked} href="{{{{ next_url }}}}">&gt;</a>{end}{{% endif %}}\n'
        f"</{tag}>\n{{% endif %}}\n"
    )


def settings(
    tree: SavedTree, finding: Discovery, name: str, *, date: DateSetting, numbering: Numbering | None,
    selectors: dict[str, str], pager: Pager | None, titled: str | None, lang: str, user: str, digest: str,
) -> str:  # fmt: skip
    """``skin.toml``."""
    form = date.form
    number = len(finding.candidate.regions)
    top = {
        "title": f"{name}: adopted from a saved page", "kind": "forum",
        "locale": "zh-CN" if lang.startswith("zh") else "en",
        "profile": "forum", "order": "arrival", "posts_per_page": number if pager else max(20, number),
        "threads_per_page": 30, "encodings": ["utf-8"], "uis": [lang],
        "anchor": numbering.anchor if numbering and numbering.anchor else "post{pid}",
        "attribute": _attribute(finding), "count_opening": True, "quotes": "none", "rich": True,
    }  # fmt: skip
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
    told = {"css": selectors["date"], "form": form}
    told |= {key: v for key, v in (("pattern", date.pattern), ("but", date.but), ("shown", date.shown)) if v}
    post["date"] = told
    urls = {
        "host": f"https://{name}.example", "thread": "/t/{slug}.{id}/", "thread_page": "/t/{slug}.{id}/page-{page}",
        "board": "/f/{slug}.{board}/", "board_page": "/f/{slug}.{board}/page-{page}", "index": "/", "user": user,
    }  # fmt: skip
    forms = {
        "views": "comma",
        "comments": "comma",
        "floor": "hash",
        "replies": "digits",
        "likes": "digits",
        "listed": "digits",
    }
    dates = dict.fromkeys(("published", "last_reply", "observed", "post"), form) | {
        "joined": "us-short",
        "thread": "us-short",
    }
    page = {"title": {"css": titled}} if titled else {}
    head = [f"Skin {name}: adopted from {digest} by `forgegen adopt`. docs/skins.md explains every key."]
    return document(
        head, top, {"urls": urls, "dates": dates, "forms": forms, "page": page, "posts": posts, "post": post}
    )


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
