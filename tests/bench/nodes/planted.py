"""The planted mistakes: readers with one step wrong."""

# The name of a mistake says what its class does.
# ruff: noqa: D101, D102

from __future__ import annotations

from typing import Any

from tests.bench.nodes.reader import Found, Reader, every, has_class

MISTAKES: dict[str, type[Reader]] = {}
"""Readers by what is wrong with them."""


def mistake(name: str) -> Any:
    """Put a reader into the table."""

    def noted(cls: type[Reader]) -> type[Reader]:
        MISTAKES[name] = cls
        return cls

    return noted


class _ChangedCode(Reader):
    def changed(self, text: str) -> str:
        raise NotImplementedError

    def code(self, element: Any, found: Found) -> None:
        super().code(element, found)
        found.items["code"][-1]["text"] = self.changed(found.items["code"][-1]["text"])


@mistake("code: white space collapsed")
class CollapsedCode(_ChangedCode):
    def changed(self, text: str) -> str:
        return " ".join(text.split())


@mistake("code: lines without indentation")
class FlushCode(_ChangedCode):
    def changed(self, text: str) -> str:
        return "\n".join(line.strip() for line in text.split("\n"))


@mistake("code: only blocks, none within lines")
class CodeOfBlocks(Reader):
    def code_span(self, element: Any, found: Found) -> None:
        found.put(element.text_content())


@mistake("link: the target is the text")
class LinkToText(Reader):
    def link(self, element: Any, found: Found) -> None:
        super().link(element, found)
        found.items["links"][-1]["address"] = found.items["links"][-1]["text"]


@mistake("link: the target without query and fragment")
class LinkWithoutQuery(Reader):
    def link(self, element: Any, found: Found) -> None:
        super().link(element, found)
        address = found.items["links"][-1]["address"]
        found.items["links"][-1]["address"] = address.split("#")[0].split("?")[0]


@mistake("link: only those to other sites")
class LinksAbroad(Reader):
    def link(self, element: Any, found: Found) -> None:
        super().link(element, found)
        if has_class(element, "link--internal"):
            del found.items["links"][-1]


@mistake("link: its text lost from the post's")
class LinkWithoutText(Reader):
    def link(self, element: Any, found: Found) -> None:
        found.items["links"].append({"address": element.get("href"), "text": element.text_content()})


@mistake("links of quotations are the post's")
class LinksOfQuotes(Reader):
    def quote(self, element: Any, found: Found) -> None:
        super().quote(element, found)
        for link in every(element, "link"):
            found.items["links"].append({"address": link.get("href"), "text": link.text_content()})


@mistake("table: the second column lost")
class FirstColumn(Reader):
    def table(self, element: Any, found: Found) -> None:
        super().table(element, found)
        for row in found.items["tables"][-1]["rows"]:
            del row[1:2]


@mistake("table: the first row lost")
class WithoutFirstRow(Reader):
    def table(self, element: Any, found: Found) -> None:
        super().table(element, found)
        del found.items["tables"][-1]["rows"][:1]


@mistake("table: cells run together in the text")
class JoinedCells(Reader):
    def row(self, cells: list[str]) -> str:
        return "".join(cells) + "\n"


@mistake("table: empty cells left out")
class FullCells(Reader):
    def table(self, element: Any, found: Found) -> None:
        super().table(element, found)
        table = found.items["tables"][-1]
        table["rows"] = [[cell for cell in row if cell.strip()] for row in table["rows"]]


@mistake("image: alt taken for text")
class AltForText(Reader):
    def image(self, element: Any, found: Found) -> None:
        super().image(element, found)
        found.put(found.items["images"][-1]["alt"])


@mistake("image: dropped")
class NoImages(Reader):
    def image(self, element: Any, found: Found) -> None:
        pass


@mistake("image: only drawn ones, none with an address")
class DrawnImages(Reader):
    def image(self, element: Any, found: Found) -> None:
        super().image(element, found)
        if not found.items["images"][-1]["address"].startswith("data:"):
            del found.items["images"][-1]


@mistake("smileys counted as images")
class SmileysAsImages(Reader):
    def smiley(self, element: Any, found: Found) -> None:
        super().smiley(element, found)
        found.items["images"].append({"address": element.get("src"), "alt": element.get("alt")})


@mistake("smileys lost from the text")
class NoSmileys(Reader):
    def smiley(self, element: Any, found: Found) -> None:
        pass


@mistake("emoji lost from the text")
class NoEmoji(Reader):
    def emoji(self, element: Any, found: Found) -> None:
        pass


@mistake("quotation: leaks into the text")
class LeakingQuote(Reader):
    def quote(self, element: Any, found: Found) -> None:
        super().quote(element, found)
        found.put(found.items["quotes"][-1]["text"] + "\n\n")


@mistake("quotation: those within it dropped")
class OuterQuote(Reader):
    def quote(self, element: Any, found: Found) -> None:
        super().quote(element, found)
        found.items["quotes"] = [quote for quote in found.items["quotes"] if quote["level"] == 1]


@mistake("quotation: text of those within it is its own")
class WholeQuote(Reader):
    def quote(self, element: Any, found: Found) -> None:
        before = len(found.items["quotes"])
        super().quote(element, found)
        first, *inner = found.items["quotes"][before:]
        first["text"] = "\n".join([*(quote["text"] for quote in inner), first["text"]])


@mistake("quotation: its header is part of it")
class QuoteWithHeader(Reader):
    def quote(self, element: Any, found: Found) -> None:
        before = len(found.items["quotes"])
        super().quote(element, found)
        header = element.xpath("./div[@class='bbCodeBlock-title']")
        if header:
            quote = found.items["quotes"][before]
            quote["text"] = f"{header[0].text_content()}\n{quote['text']}"


@mistake("quotation: 'Click to expand…' is part of it")
class ExpandedQuote(Reader):
    def quote(self, element: Any, found: Found) -> None:
        before = len(found.items["quotes"])
        super().quote(element, found)
        expand = every(element, "bbCodeBlock-expandLink")[-1].text_content()
        found.items["quotes"][before]["text"] += f"\n{expand}"


@mistake("quotation: whose it is, lost")
class QuoteOfNobody(Reader):
    def quote(self, element: Any, found: Found) -> None:
        super().quote(element, found)
        for quote in found.items["quotes"]:
            quote["author"] = None


@mistake("spoiler: its button read")
class SpoilerButton(Reader):
    def spoiler(self, element: Any, found: Found) -> None:
        found.put("\n" + every(element, "button-text")[0].text_content())
        super().spoiler(element, found)


@mistake("spoiler: what it hides not read")
class ClosedSpoiler(Reader):
    def spoiler(self, element: Any, found: Found) -> None:
        found.put("\n\n")


@mistake("list: items run together in the text")
class JoinedItems(Reader):
    def item(self, element: Any, found: Found) -> Any:
        item = super().item(element, found)
        found.parts.pop()
        return item


@mistake("list: lists within items are items of the outer one")
class FlatList(Reader):
    def item_list(self, element: Any, found: Found) -> None:
        super().item_list(element, found)
        outer = found.items["lists"][-1]
        outer["items"] = [
            part
            for item in outer["items"]
            for part in ({"text": item["text"], "lists": []}, *(i for inner in item["lists"] for i in inner["items"]))
        ]


@mistake("list: numbers lost")
class Bullets(Reader):
    def item_list(self, element: Any, found: Found) -> None:
        super().item_list(element, found)
        found.items["lists"][-1]["ordered"] = False


@mistake("attachment: dropped")
class NoAttachments(Reader):
    def post(self, post: Any) -> dict[str, Any]:
        return {**super().post(post), "attachments": []}


@mistake("mention: without its sign")
class BareMention(Reader):
    def mention(self, element: Any, found: Found) -> None:
        super().mention(element, found)
        found.put(found.parts.pop()[1:])


@mistake("line breaks lost")
class OneLine(Reader):
    def line_break(self, found: Found) -> None:
        pass


@mistake("card: its excerpt is text")
class WholeCard(Reader):
    def unfurl(self, element: Any, found: Found) -> None:
        super().unfurl(element, found)
        found.put(every(element, "js-unfurl-desc")[0].text_content())


@mistake("what is bold or coloured, lost")
class PlainOnly(Reader):
    def styled(self, element: Any, found: Found) -> None:
        pass
