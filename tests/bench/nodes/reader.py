"""An honest reader of the nodes of XenForo 2's posts, over lxml; each step can be replaced by a wrong one."""

from __future__ import annotations

import re
from typing import Any

from lxml import html as lxml_html

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "div", "p", "hr", "table"}


def has_class(element: Any, name: str) -> bool:
    """Whether an element has a class."""
    return name in (element.get("class") or "").split()


def every(element: Any, name: str) -> list[Any]:
    """The elements below one that have a class."""
    return list(element.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))


class Found:
    """What was read so far: the pieces of the text (``own``: without those of lists), and the items of each field."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.own: list[str] = []
        self.items: dict[str, list[Any]] = {
            name: [] for name in ("links", "images", "attachments", "mentions", "quotes", "code", "lists", "tables")
        }

    def put(self, text: str) -> None:
        """Add to the text."""
        self.parts.append(text)
        self.own.append(text)

    def text(self) -> str:
        """The text."""
        return "".join(self.parts)


class Reader:
    """Reads the posts of a page."""

    def parse(self, html: str) -> dict[str, Any]:
        """The posts of a page, with their nodes."""
        root = lxml_html.fromstring(html)
        posts = root.xpath("//article[contains(@class, 'message--post')][@data-content]")
        return {"posts": [self.post(post) for post in posts]}

    def post(self, post: Any) -> dict[str, Any]:
        """A post."""
        found = Found()
        wrapper = post.xpath(".//article[contains(@class, 'message-body')]/div[@class='bbWrapper']")
        if wrapper:
            self.walk(wrapper[0], found)
        for file in every(post, "file--linked"):
            found.items["attachments"].append(self.attachment(file))
        return {"id": post.get("data-content"), "text": found.text(), **found.items}

    def attachment(self, file: Any) -> dict[str, Any]:
        """A file."""
        counts = every(file, "count")
        item: dict[str, Any] = {"name": every(file, "file-name")[0].text_content()}
        if counts:
            item["downloads"] = counts[0].text_content()
        return item

    def walk(self, element: Any, found: Found) -> None:
        """Read what stands in an element."""
        found.put(_SPACE.sub(" ", element.text or ""))
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, found)
            found.put(_SPACE.sub(" ", child.tail or ""))

    def element(self, element: Any, found: Found) -> None:
        """Read an element by what it is."""
        tag = element.tag
        if tag == "br":
            self.line_break(found)
        elif tag == "blockquote":
            self.quote(element, found)
        elif tag in ("ul", "ol"):
            self.item_list(element, found)
        elif has_class(element, "bbTable"):
            self.table(element, found)
        elif has_class(element, "bbCodeBlock--code"):
            self.code(element, found)
        elif has_class(element, "bbCodeInline"):
            self.code_span(element, found)
        elif has_class(element, "bbCodeSpoiler"):
            self.spoiler(element, found)
        elif has_class(element, "bbCodeBlock--unfurl"):
            self.unfurl(element, found)
        elif has_class(element, "bbMediaWrapper"):
            self.media(element, found)
        elif has_class(element, "bbImageWrapper"):
            self.image(element, found)
        elif has_class(element, "smilie--emoji"):
            self.emoji(element, found)
        elif has_class(element, "smilie"):
            self.smiley(element, found)
        elif tag == "img":
            pass  # an advert
        elif tag == "a":
            self.anchor(element, found)
        elif tag in _BLOCKS:
            found.put("\n\n")
            self.walk(element, found)
            found.put("\n\n")
        else:
            self.styled(element, found)

    def line_break(self, found: Found) -> None:
        """A line break."""
        found.put("\n")

    def styled(self, element: Any, found: Found) -> None:
        """Bold, coloured and the like."""
        self.walk(element, found)

    def quote(self, element: Any, found: Found) -> None:
        """A quotation, and those within it."""
        inner = Found()
        self.walk(every(element, "bbCodeBlock-expandContent")[0], inner)
        found.put("\n\n")
        found.items["quotes"].append(
            {"text": inner.text(), "author": element.get("data-quote") or None, "level": 1}
        )  # fmt: skip
        found.items["quotes"] += [{**quote, "level": quote["level"] + 1} for quote in inner.items["quotes"]]

    def item_list(self, element: Any, found: Found) -> None:
        """A list."""
        found.put("\n")
        items = [self.item(item, found) for item in element if item.tag == "li"]
        found.put("\n")
        found.items["lists"].append({"items": items, "ordered": element.tag == "ol"})

    def item(self, element: Any, found: Found) -> Any:
        """An item of a list; its text and nodes are the post's too."""
        inner = Found()
        self.walk(element, inner)
        found.parts += [*inner.parts, "\n"]
        lists = inner.items.pop("lists")
        for name, items in inner.items.items():
            found.items[name] += items
        return {"text": "".join(inner.own), "lists": lists}

    def table(self, element: Any, found: Found) -> None:
        """A table."""
        rows = []
        found.put("\n")
        for row in element.iter("tr"):
            cells = []
            for cell in row:
                inner = Found()
                self.walk(cell, inner)
                cells.append(inner.text())
                for name, items in inner.items.items():
                    found.items[name] += items
            rows.append(cells)
            found.put(self.row(cells))
        header = any(True for _ in element.iter("th"))
        found.items["tables"].append({"rows": rows, "header": header})

    def row(self, cells: list[str]) -> str:
        """The text of a row."""
        return "\t".join(cells) + "\n"

    def code(self, element: Any, found: Found) -> None:
        """Lines of code."""
        text = element.xpath(".//pre")[0].text_content()
        found.put(f"\n\n{text}\n\n")
        found.items["code"].append({"text": text, "inline": False})

    def code_span(self, element: Any, found: Found) -> None:
        """Code in a line."""
        text = element.text_content()
        found.put(text)
        found.items["code"].append({"text": text, "inline": True})

    def spoiler(self, element: Any, found: Found) -> None:
        """What is folded away."""
        found.put("\n\n")
        self.walk(every(element, "bbCodeBlock-content")[0], found)
        found.put("\n\n")

    def unfurl(self, element: Any, found: Found) -> None:
        """A card."""
        title = every(element, "js-unfurl-title")[0].text_content()
        found.put(f"\n\n{title}\n\n")
        found.items["links"].append({"address": element.get("data-url"), "text": title})

    def media(self, element: Any, found: Found) -> None:
        """A player."""
        found.put("\n\n")

    def image(self, element: Any, found: Found) -> None:
        """An image."""
        image = element.xpath(".//img")[0]
        found.items["images"].append({"address": image.get("src"), "alt": image.get("alt")})

    def smiley(self, element: Any, found: Found) -> None:
        """A smiley."""
        found.put(element.get("data-shortname"))

    def emoji(self, element: Any, found: Found) -> None:
        """An emoji."""
        found.put(element.get("alt"))

    def anchor(self, element: Any, found: Found) -> None:
        """A link, a mention, or an address of e-mail."""
        if has_class(element, "username"):
            self.mention(element, found)
        elif (element.get("href") or "").startswith("mailto:"):
            self.walk(element, found)
        else:
            self.link(element, found)

    def link(self, element: Any, found: Found) -> None:
        """A link."""
        before = len(found.parts)
        self.walk(element, found)
        found.items["links"].append({"address": element.get("href"), "text": "".join(found.parts[before:])})

    def mention(self, element: Any, found: Found) -> None:
        """A member spoken to."""
        found.put(element.get("data-username"))
        found.items["mentions"].append(element.get("data-username")[1:])
