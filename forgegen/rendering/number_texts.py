"""How counts and floors are written, and which number a display denotes: both from the number and its form."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from forgegen.forms.layouts import count_form, floor_form
from forgegen.forms.number_forms import WIDE, NumberForm

_DIGITS = NumberForm("digits")


@lru_cache(maxsize=64)
def count_writer(form: str) -> Callable[[int], str]:
    """The function that displays counts in a form.

    >>> [count_writer(form)(12_345) for form in ("comma", "k", "wan", "word")]
    ['12,345', '12.3K', '1.2万', 'discuss']
    """
    return _writer(count_form(form))


@lru_cache(maxsize=64)
def floor_writer(form: str) -> Callable[[int], str]:
    """The function that displays floors in a form.

    >>> [floor_writer(form)(2) for form in ("lou", "named", "hash", "none")]
    ['2 楼', '沙发', '#2', '']
    """
    return lru_cache(maxsize=4096)(_writer(floor_form(form)))


def _writer(form: NumberForm) -> Callable[[int], str]:
    return str if form._replace(name="digits") == _DIGITS else partial(_written, form)


def _written(form: NumberForm, n: int) -> str:
    if form.word is not None:
        return form.word
    if n in form.names:
        return form.names[n]
    digits = f"{n:,}".replace(",", form.groups) if form.groups else _rounded(n, form.units, form.point)
    text = f"{form.before}{digits}{form.after}"
    return text.translate(WIDE) if form.wide else text


def _rounded(n: int, units: tuple[tuple[int, str], ...], point: str) -> str:
    for size, unit in units:
        if n >= size:
            whole, tenth = divmod(n * 10 // size, 10)
            return f"{whole}{point}{tenth}{unit}" if tenth else f"{whole}{unit}"
    return str(n)


def denoted(form: NumberForm, n: int) -> int | None:
    """The number that the display of ``n`` denotes: rounded as the form rounds, None where it tells no number.

    >>> [denoted(count_form(form), 12_345) for form in ("comma", "wan", "word")]
    [12345, 12000, None]
    """
    if form.word is not None:
        return None
    size = next((size for size, _ in form.units if n >= size), 1)
    return n if size == 1 else n * 10 // size * size // 10
