"""Forms of dates that boards show here and there and that no skin has for its own: quirks of times name them."""

from __future__ import annotations

from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.rendering.dates import ago_form, date_form

date_form("han-yearless", "{mo}月{d}日 {h}:{mi:02d}", "zh")
date_form("dash-yearless", "{mo:02d}-{d:02d} {h:02d}:{mi:02d}")
date_form("han-half", "{y}年{mo}月{d}日 {ampm}{h12}:{mi:02d}", "zh")
date_form("us-half", "{mo}/{d}/{y} {h12}:{mi:02d} {ampm}")
date_form("us-slash", "{mo:02d}/{d:02d}/{y} {h:02d}:{mi:02d}")
date_form("han-spaced", "{y} 年 {mo} 月 {d} 日 {h}:{mi:02d}", "zh")
date_form("han-padded", "{y}年{mo:02d}月{d:02d}日 {h:02d}时{mi:02d}分", "zh")
date_form("yesterday", "昨天 {h:02d}:{mi:02d}", "zh")


def _ago_zh(seconds: int) -> str:
    for size, unit in ((DAY, "天"), (HOUR, "小时"), (MINUTE, "分钟")):
        if seconds >= size:
            return f"{seconds // size}{unit}前"
    return "刚刚"


def _ago_en(seconds: int) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


ago_form("ago-zh", _ago_zh, r"刚刚|\d+(?:分钟|小时|天)前")
ago_form("ago-en", _ago_en, r"just now|\d+ (?:minute|hour|day)s? ago")
