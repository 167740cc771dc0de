"""What a site signs without storing it: cookies of sessions, and the tokens of forms, by a key from the seed.

A mark is a text with fields: ``{time}`` (a moment), ``{uid}``, ``{name}`` ``{mac:N}`` (N hexadecimal digits that only
the site can make) and ``{salt:N}`` (N that are the same for all visitors of a site).
"""

from __future__ import annotations

import re
from hashlib import blake2b
from hmac import compare_digest
from urllib.parse import quote, unquote

_FIELD = re.compile(r"\{(\w+)(?::(\d+))?\}")
_READ = {"time": r"\d{1,12}", "uid": r"\d{1,10}", "name": "[^&;,]*"}


class Seals:
    """The marks of one site."""

    def __init__(self, root: str) -> None:
        self._key = blake2b(f"{root}/seals".encode(), digest_size=32).digest()

    def digits(self, *path: object) -> str:
        """64 hexadecimal digits that follow from a path, and that nobody else can make."""
        return blake2b("/".join(map(str, path)).encode(), digest_size=32, key=self._key).hexdigest()

    def fill(self, form: str, purpose: str, *, time: int = 0, uid: int = 0, name: str = "") -> str:
        """A mark with its fields filled.

        >>> Seals("a").fill("{uid},{time},{mac:6}", "session", time=7, uid=3)
        '3,7,ab9534'
        """
        known = {"time": str(time), "uid": str(uid), "name": quote(name, safe="")}

        def filled(field: re.Match[str]) -> str:
            if field[1] == "salt":
                return self.digits("salt", purpose)[: int(field[2] or 8)]
            if field[1] == "mac":
                return self.digits("mac", purpose, time, uid)[: int(field[2] or 32)]
            return known[field[1]]

        return _FIELD.sub(filled, form)

    def read(self, form: str, purpose: str, text: str) -> tuple[int, int] | None:
        """The time and the uid that a mark holds; None where the site did not make it.

        >>> seals = Seals("a")
        >>> [seals.read("{uid},{time},{mac:6}", "session", text) for text in ("3,7,ab9534", "4,7,ab9534", "x")]
        [(7, 3), None, None]
        """
        found = _pattern(form).fullmatch(text)
        if found is None:
            return None
        fields = {"time": "0", "uid": "0", "name": "", **found.groupdict()}
        time, uid = int(fields["time"]), int(fields["uid"])
        made = self.fill(form, purpose, time=time, uid=uid, name=unquote(fields["name"]))
        return (time, uid) if same(made, text) else None


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, without telling by the time it takes where they differ."""
    return compare_digest(one.encode(), other.encode())


def _pattern(form: str) -> re.Pattern[str]:
    """The pattern of a mark."""
    pattern, at = "", 0
    for field in _FIELD.finditer(form):
        inner = _READ.get(field[1], f"[0-9a-f]{{{field[2] or 32}}}")
        named = f"(?P<{field[1]}>{inner})" if field[1] in _READ else inner
        pattern += re.escape(form[at : field.start()]) + named
        at = field.end()
    return re.compile(pattern + re.escape(form[at:]))
