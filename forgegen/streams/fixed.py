"""Integer mathematics that realism needs: normal quantiles, exponentials, logarithms, lognormal draws.

No float decides a byte: values are fixed-point integers (16 fractional bits unless said), tables are computed with
``decimal`` by ``python -m forgegen.streams.fixed`` and shipped; a test computes them again.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache
from importlib.resources import files

import msgspec

from forgegen.streams.stream import Stream

ONE = 1 << 16
LN2 = 45426  # ln 2 in 16 fractional bits
_QUANTILES = 4096
_POWERS = 1024


class _Tables(msgspec.Struct):
    normal: list[int]  # quantiles of the normal distribution at (i + ½)/4096, 16 fractional bits
    power: list[int]  # 2^(i/1024), 30 fractional bits


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return msgspec.json.decode((files("forgegen.streams") / "tables.json").read_bytes(), type=_Tables)


def fixed(value: Decimal | int | str) -> int:
    """A decimal number in 16 fractional bits, rounded half up.

    >>> fixed("0.5"), fixed(-2)
    (32768, -131072)
    """
    return int((Decimal(value) * ONE + Decimal("0.5")).__floor__())


def normal(stream: Stream) -> int:
    """A standard normal draw in 16 fractional bits, within ±3.67."""
    return _tables().normal[stream.word() >> 20]


def exp(x: int, bits: int = 0) -> int:
    """e^x as an integer with that many fractional bits, x in 16 fractional bits; exact to about 2^-10 of itself.

    >>> exp(0), exp(fixed("2.302586")), exp(fixed("-1"), bits=16)
    (1, 10, 24098)
    """
    whole, part = divmod(x * ONE // LN2, ONE)  # x / ln 2
    value = _tables().power[part >> 6]
    shift = 30 - bits - whole
    return (value + (1 << (shift - 1))) >> shift if shift > 0 else value << -shift


@lru_cache(maxsize=4096)
def log(n: int) -> int:
    """ln n in 16 fractional bits, for n ≥ 1, by squaring.

    >>> log(1), round(log(1000) / 65536, 3)
    (0, 6.908)
    """
    whole = n.bit_length() - 1
    x = (n << 31) >> whole  # in [1, 2), 31 fractional bits
    bits = 0
    for _ in range(16):
        x = (x * x) >> 31
        bits <<= 1
        if x >> 32:
            bits |= 1
            x >>= 1
    return ((whole << 16) | bits) * LN2 >> 16


def lognormal(stream: Stream, mu: int, sigma: int, bits: int = 0) -> int:
    """exp(mu + sigma·z) as an integer with that many fractional bits; mu and sigma in 16 fractional bits."""
    return exp(mu + (sigma * _tables().normal[stream.word() >> 20] >> 16), bits)


@lru_cache(maxsize=64)
def lognormal_table(mu: int, sigma: int, bits: int = 0) -> tuple[int, ...]:
    """The 4,096 quantiles of ``lognormal``, for laws drawn from often: ``table[stream.word() >> 20]``."""
    return tuple(exp(mu + (sigma * z >> 16), bits) for z in _tables().normal)


def _quantile(p: Decimal) -> Decimal:
    """The normal quantile, by Newton's method on the series of the distribution function."""
    z = Decimal(0)
    for _ in range(80):
        # Φ(z) = ½ + φ(z)·Σ z^(2k+1)/(1·3·5…(2k+1))
        density = (-(z * z) / 2).exp() / (2 * Decimal("3.14159265358979323846264338327950288")).sqrt()
        term, total, k = z, z, 1
        while abs(term) > Decimal("1e-28"):
            k += 2
            term = term * z * z / k
            total += term
        step = (Decimal("0.5") + density * total - p) / density
        step = max(min(step, Decimal(1)), Decimal(-1))
        z -= step
        if abs(step) < Decimal("1e-24"):
            break
    return z


def compute_tables() -> bytes:
    """The tables as JSON, computed afresh with ``decimal`` (takes some seconds)."""
    with localcontext() as context:
        context.prec = 34
        upper = [_quantile(Decimal(2 * i + 1) / (2 * _QUANTILES)) for i in range(_QUANTILES // 2, _QUANTILES)]
        half = [fixed(z) for z in upper]
        power = [int((Decimal(2) ** (Decimal(i) / _POWERS) * (1 << 30)).to_integral_value()) for i in range(_POWERS)]
    return msgspec.json.encode(_Tables([-z for z in reversed(half)] + half, power))


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name("tables.json").write_bytes(compute_tables())
