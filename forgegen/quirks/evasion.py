"""Quirks of evasion: texts written so that word filters do not see them.

The truth's text is what the page shows, character for character; the annotation ``plain`` keeps what a person reads.
"""

from __future__ import annotations

from forgegen.model.thread import Post
from forgegen.quirks.define import in_text, odd, post_quirk, put

_LOOKALIKES = str.maketrans("aceopxyi", "асеорхуі")  # Cyrillic
_PLAIN = "cheap passes here"


def _evading(name: str, text: str, pattern: str, about: str, catches: str, *implies: str) -> None:
    def plant(post: Post) -> Post:
        return odd(put(post, text=text), plain=_PLAIN)

    post_quirk(name, about=about, catches=catches, detect=in_text(pattern), implies=implies)(plant)


_evading(
    "evasion.homoglyph", _PLAIN.translate(_LOOKALIKES), "[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]",
    "letters of another alphabet that look the same", "word lists; folding that changes the text",
)  # fmt: skip
_evading(
    "evasion.zero-width", "\u200c".join(_PLAIN), "\u200c",
    "letters parted by zero-width non-joiners", "word lists; characters dropped from the text",
)  # fmt: skip
_evading(
    "evasion.bidi", "\u202e" + _PLAIN[::-1] + "\u202c", "[\u202a-\u202e\u2066-\u2069]",
    "a text typed backwards under a right-to-left override", "the stored order differs from the one that is read",
)  # fmt: skip
_evading(
    "evasion.soft-hyphen", "\u00ad".join(_PLAIN), "\u00ad",
    "letters parted by soft hyphens", "word lists; characters dropped from the text",
)  # fmt: skip
_evading(
    "evasion.fullwidth", "ｃｈｅａｐ ｐａｓｓｅｓ ｈｅｒｅ", "[\uff41-\uff5a]{3}",
    "words in full-width letters", "word lists; compatibility folding", "text.compat",
)  # fmt: skip
_evading(
    "evasion.spaced", " ".join(_PLAIN.replace(" ", "")), r"(?:\b\w ){4}",
    "letters parted by spaces", "word lists; tokens of one letter",
)  # fmt: skip
