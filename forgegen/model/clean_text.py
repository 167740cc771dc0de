"""The rule for every text of the model: Unicode scalar values without NUL, line feeds only."""

from __future__ import annotations


def clean(text: str) -> str:
    """The text with CR and CRLF turned into LF.

    Raises: ValueError for NUL and for surrogates, which no HTML page can carry back.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ValueError(f"NUL at character {text.index(chr(0))} of {text[:40]!r}: no HTML page can carry it")
    try:
        text.encode()
    except UnicodeEncodeError as e:
        raise ValueError(f"surrogate at character {e.start} of {text[:40]!r}: no HTML page can carry it") from None
    return text
