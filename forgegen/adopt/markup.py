"""Elements of a saved page as pieces of a template: attributes by an allow-list, texts scrubbed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import escape

from forgegen.adopt.saved_tree import PageElement, folded
from forgegen.adopt.scrub import Scrubber, dictionary
from forgegen.adopt.stamps import find_stamps
from forgegen.adopt.union import Union, UnionNode, all_nodes, alone

_KEPT = ("role", "rel", "itemprop", "dir", "colspan", "rowspan", "align", "valign")
VOID = {"br", "hr", "img", "input", "wbr", "col"}
DELETED = "not post.odd or post.odd.status != 'deleted'"


def plain(text: str) -> str:
    """A text as it stands in a template: escaped, and nothing of it read as a statement."""
    return str(escape(text)).replace("{", "&#123;").replace("}", "&#125;")


def attribute(name: str, value: str) -> str:
    """An attribute with the blank before it."""
    return f' {name}="{plain(value)}"'


def kept_attributes(element: PageElement, scrubber: Scrubber) -> str:
    """The attributes that say how an element is built, of which every word is known."""
    found = ""
    for name in _KEPT:
        value = element.attrs.get(name)
        if value and re.fullmatch(r"[A-Za-z0-9 _-]{1,40}", value) and not re.search(r"\d{3,}", value):
            tokens = [scrubber.token(token) for token in value.split()]
            found += attribute(name, " ".join(token for token in tokens if token))
    if "itemscope" in element.attrs:
        found += " itemscope"
        kind = re.fullmatch(r"https?://schema\.org/(\w+)", element.attrs.get("itemtype", ""))
        found += f' itemtype="http://schema.org/{kind[1]}"' if kind else ""
    return found


class Ids:
    """Identifiers of a template: each stands once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def free(self, name: str | None) -> str | None:
        """The identifier if it is not taken yet, now taken."""
        if not name or name in self.taken:
            return None
        self.taken.add(name)
        return name


class DateSetting(NamedTuple):
    """How the dates of posts are shown: their form, the words around, and where they stand."""

    form: Any
    note: str
    before: str
    after: str
    pattern: str | None
    but: str | None
    shown: str | None = None


class PostWriter:
    """Writes the union of the posts as the body of the template's loop."""

    def __init__(
        self, scrubber: Scrubber, union: Union, anchor: str | None, ids: Ids, date: DateSetting, keep: set[str],
        named: str | None,
    ) -> None:  # fmt: skip
        self.scrubber, self.union, self.posts, self.anchor, self.ids = scrubber, union, union.posts, anchor, ids
        self.date, self.keep, self.named = date, keep, named
        self.optional = 0
        self.numbers = {id(node): number for number, node in enumerate(all_nodes(union.tops))}
        self.flat = False
        """Whether all that is optional is written, with marks, for a look at what selectors find."""

    def write(self, node: UnionNode, above: int) -> str:
        """A node with what is below it; ``above`` is how many posts have the element around it."""
        share = len({at for at, _ in node.members})
        body = self._open(node) + self._inside(node, share) + ("" if node.tag in VOID else f"</{node.tag}>")
        return self._conditional(node, body, share, above)

    def _conditional(self, node: UnionNode, body: str, share: int, above: int) -> str:
        if self.flat:
            return body
        if node.field == "author" or alone(node):
            return f"{{% if post.author is not none %}}{body}{{% endif %}}"
        if node.field == "date":
            return f"{{% if post.date %}}{body}{{% endif %}}"
        if node.field == "text":
            return f"{{% if {DELETED} %}}{body}{{% endif %}}"
        if node.fields or share >= above:
            return body
        self.optional += 1
        least = max(1, round(100 * share / above))
        return f"{{% if (k + {37 * self.optional % 100}) % 100 < {least} %}}{body}{{% endif %}}"

    def _open(self, node: UnionNode) -> str:
        element = node.members[0][1]
        found = f"<{node.tag}{self._classes(node)}{self._id(node)}{kept_attributes(element, self.scrubber)}"
        if node.tag == "a":
            target = "post.forum.pane.url if post.forum.pane else '#'" if "author" in node.fields else "post.forum.href"
            same = "author" in node.fields or self._permalink(node)
            found += f' href="{{{{ {target} }}}}"' if same else ' href="#"'
        if node.field == "date" and any("datetime" in e.attrs for _, e in node.members):
            dated = ' datetime="{{ post.attribute }}"'
            found += dated if self.flat else f"{{% if post.attribute %}}{dated}{{% endif %}}"
        if node.field == "date" and self.date.shown:
            found += f' {self.date.shown}="{{{{ post.shown }}}}"'
        if self.named and node is self.union.tops[0]:
            author = f' {self.named}="{{{{ post.author }}}}"'
            found += author if self.flat else f"{{% if post.author is not none %}}{author}{{% endif %}}"
        if self.flat:
            found += f' data-u="{self.numbers[id(node)]}"'
        for name in sorted(self.keep & set(element.attrs)):
            value = element.attrs[name]
            found += (
                f' {name}="{{{{ post.forum.pid }}}}"'
                if re.search(r"\d{2,}", value)
                else attribute(name, self.scrubber.token(value) or "")
            )
        return found + ">"

    def _permalink(self, node: UnionNode) -> bool:
        href = node.members[0][1].attrs.get("href", "")
        return "date" in node.fields or bool(re.search(r"#\w*\d+$|[?&]p=\d+|/post-?/?\d+", href))

    def _classes(self, node: UnionNode) -> str:
        number = len(node.members)
        times = Counter(name for _, element in node.members for name in element.classes)
        static, pieces = [], []
        last = self.posts - 1
        for name in times:
            token = self.scrubber.token(name)
            if token is None:
                continue
            ats = [at for at, element in node.members if name in element.classes]
            rest = [at for at, element in node.members if name not in element.classes]
            if times[name] * 20 >= number * 19 or self.flat:
                static.append(token)
            elif number > 3 and len({at % 2 for at in ats}) == 1 and not any(at % 2 == ats[0] % 2 for at in rest):
                pieces.append(f"{{% if loop.index0 % 2 == {ats[0] % 2} %}} {token}{{% endif %}}")
            elif ats == [0]:
                pieces.append(f"{{% if loop.first %}} {token}{{% endif %}}")
            elif ats == [last]:
                pieces.append(f"{{% if loop.last %}} {token}{{% endif %}}")
            elif times[name] > 1:
                self.optional += 1
                share = round(100 * times[name] / number)
                pieces.append(f"{{% if (k + {37 * self.optional % 100}) % 100 < {share} %}} {token}{{% endif %}}")
        if not static and not pieces:
            return ""
        return f' class="{" ".join(map(plain, static))}{"".join(pieces)}"'

    def _id(self, node: UnionNode) -> str:
        name = node.members[0][1].attrs.get("id", "")
        m = re.fullmatch(r"([A-Za-z][A-Za-z_-]*)\d+([A-Za-z_-]*)", name)
        found = ""
        if self.anchor is not None and m and f"{m[1]}{{pid}}{m[2]}" == self.anchor and self.ids.free(self.anchor):
            found = ' id="{{ post.id }}"'
        elif (
            m and (free := self.ids.free(f"{m[1]}{{pid}}{m[2]}")) and (prefix := self.scrubber.token(m[1].strip("_-")))
        ):
            found = (
                f' id="{m[1] if prefix == m[1].strip("_-") else prefix}{{{{ post.forum.pid }}}}{m[2]}"' if free else ""
            )
        anchor = node.members[0][1].attrs.get("name", "")
        n = re.fullmatch(r"([A-Za-z][A-Za-z_-]*)\d+([A-Za-z_-]*)", anchor) if node.tag == "a" else None
        if n and self.anchor == f"{n[1]}{{pid}}{n[2]}" and self.ids.free("name " + self.anchor):
            found += ' name="{{ post.id }}"'
        return found

    def _inside(self, node: UnionNode, share: int) -> str:
        if node.field == "author":
            return "{{ post.author|lines }}" if not self.flat else "x"
        if node.field == "text":
            return "{{ post.text|lines }}" if not self.flat else "x"
        if node.field == "date":
            return self._date(node, share)
        pieces = []
        for kid in node.kids:
            if isinstance(kid, UnionNode):
                pieces.append(self.write(kid, share))
            else:
                pieces.append(self._text(kid))
        glue = "" if node.tag in ("span", "a", "b", "i", "strong", "em", "time") else "\n"
        return glue.join(["", *pieces, ""]) if pieces and glue else " ".join(pieces)

    def _date(self, node: UnionNode, share: int) -> str:
        """The date with the words around it; elements beside it stay where the text is parted by them."""
        before, after = self.date.before, self.date.after
        if self.date.shown:
            return plain(self.scrubber.text(node.members[0][1].text()))
        shown = "x" if self.flat else "{{ post.shown }}"
        beside = [kid for kid in node.kids if isinstance(kid, UnionNode)]
        if self.date.but:  # what is beside the date is not read
            at = next(
                (n for n, kid in enumerate(node.kids) if not isinstance(kid, UnionNode) and find_stamps(kid[0])), 0
            )
            first = "".join(self.write(kid, share) for kid in node.kids[:at] if isinstance(kid, UnionNode))
            last = "".join(self.write(kid, share) for kid in node.kids[at:] if isinstance(kid, UnionNode))
            return f"{first}{plain(before)}{shown}{plain(after)}{last}"
        tail = self._tail(node, beside)
        if tail and not after:
            return f"{plain(before)}{tail}"
        if not before and not after and not any(kid.fields for kid in beside):
            return shown
        inner = "".join(self.write(kid, share) for kid in beside if kid.fields)
        return f"{inner}{plain(before)}{shown}{plain(after)}"

    def _tail(self, node: UnionNode, beside: Sequence[UnionNode]) -> str:
        """The date with its last words, the time of day, in an element of their own where the page has them so."""
        if len(beside) != 1 or beside[0].fields or self.flat:
            return ""
        inner = beside[0]
        ends = {len(e.text().split()) for _, e in inner.members if e.text()}
        whole = dict(node.members)
        same = all(whole[at].text().endswith(" " + e.text()) and not e.elements for at, e in inner.members)
        if len(ends) != 1 or not same or len(inner.members) * 20 < len(node.members) * 19:
            return ""
        parts = f"post.shown.rsplit(' ', {ends.pop()})"
        return f"{{{{ {parts}[0] }}}} {self._open(inner)}{{{{ {parts}[1:]|join(' ') }}}}</{inner.tag}>"

    def _text(self, texts: Sequence[str]) -> str:
        made = list(dict.fromkeys(self.scrubber.text(text)[:200] for text in texts))
        if len(made) == 1 or self.flat:
            return plain(made[0])
        listed = ", ".join(_literal(text) for text in made)
        return f"{{{{ [{listed}][k // 7 % {len(made)}] }}}}"


def _literal(text: str) -> str:
    text = text.replace("\\", "/").replace("'", "’").replace("{", "(").replace("}", ")")
    return f"'{text}'"


class FurnitureWriter:
    """Writes what stands round the posts; at some elements something else is written."""

    def __init__(
        self, scrubber: Scrubber, ids: Ids, instead: dict[int, str], dropped: set[int], posts_prefix: str
    ) -> None:
        self.scrubber, self.ids, self.instead, self.dropped, self.prefix = scrubber, ids, instead, dropped, posts_prefix

    def write(self, top: PageElement) -> str:
        """An element with all below it, iteratively: pages may be deep."""
        pieces: list[str] = []
        stack: list[PageElement | str | tuple[str]] = [top]
        while stack:
            item = stack.pop()
            if isinstance(item, tuple):
                pieces.append(item[0])
            elif isinstance(item, str):
                pieces.append(self._text(item))
            elif item.start in self.instead:
                pieces.append(self.instead[item.start])
            elif item.start not in self.dropped and item.tag not in _LEFT_OUT:
                pieces.append(self.opened(item))
                if item.tag not in VOID:
                    stack.append((f"</{item.tag}>",))
                    stack.extend(reversed(item.kids))
        return re.sub(r"(?:[ \t]*\n){2,}", "\n", "".join(pieces))

    def _text(self, text: str) -> str:
        if not text.strip():
            return "\n" if "\n" in text else " " if text else ""
        left = " " if text[0].isspace() else ""
        right = " " if text[-1].isspace() else ""
        return left + plain(self.scrubber.text(folded(text))) + right

    def opened(self, element: PageElement) -> str:
        """The start tag of an element."""
        found = f"<{element.tag}"
        classes = [token for name in element.classes if (token := self.scrubber.token(name))]
        if classes:
            found += attribute("class", " ".join(classes))
        name = element.attrs.get("id", "")
        if self.prefix and name.startswith(self.prefix):
            name = ""
        if name and " " not in name and (free := self.ids.free(self.scrubber.token(name))):
            found += attribute("id", free)
        found += kept_attributes(element, self.scrubber)
        if element.tag == "a" and "href" in element.attrs:
            found += ' href="#"'
        if element.tag == "img":
            found += ' alt=""'
        return found + ">"


_LEFT_OUT = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "link", "meta", "base", "svg",
    "audio", "video",
    "canvas", "picture", "source", "input", "textarea", "select", "title", "head", "map", "area",
}  # fmt: skip


def known(word: str) -> bool:
    """Whether a word is one of furniture."""
    return word.lower() in dictionary()
