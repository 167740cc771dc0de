"""The quirks that no engine sends: pages have them by name only, or where ``shapes="any"`` asks for them.

A page is plausible where its engine could have sent it with some board's settings: its forms of dates, counts and
floors, what people could type and the engine would keep, markup that templates, editors and adverts are known to write,
and what servers and clients are known to do with encodings. What is seen in reports alone, broken by hand or by
programs that are no forum, is here.
"""

from __future__ import annotations

_IMPLAUSIBLE = {
    # Forms of other boards: where an engine shows one, it is its ordinary form and no quirk.
    "time": "foreign-form tz-label year-missing year-missing-zh ampm-zh md-ambiguous spaced padded slash joined weekday"
    " posted month hour half-past evening fullwidth numerals republic dst-gap future",
    "floor": "foreign-form renumbered dup comma fullwidth letter-f letter-l",
    "count": "foreign-form zero-shown dot space fullwidth",
    # What engines refuse to store, or do not show.
    "text": "break-in-title title-refused control noncharacter nul carriage-return odd-references huge custom-element"
    " svg noscript math",
    "author": "refused long edge-space",
    "tree": "deep256 deep1000",
    "inject": "terminal",
    # Markup that templates and editors do not write.
    "markup": "attrs-control attrs-unterminated attrs-slash attrs-torn comment-in-text comment-odd cdata a-in-a select"
    " plaintext comment-unclosed deep-inline bare-less-than bare-reference unclosed-span unclosed-font unclosed-em"
    " unclosed-div unclosed-a second-body foster table-in-table button-in-button h-in-h ruby ghost-iframe details-wrap"
    " noscript-wrap custom-wrap form-in-form after-html script-comment vertical-tab torn br-in-table stray-p-end"
    " tr-alone list-in-list item-in-div div-in-span p-in-svg quote-unclosed details-unclosed self-closed"
    " custom-self-closed div-in-p list-in-p quote-in-p table-wrap link-wrap across-posts posts-unclosed",
    "head": "php canonical-bad title-twice",
    # Structured data that is broken, or says what no forum's does.
    "jsonld": "null number empty two-objects comment-wrap cdata js-comment single-quotes references trailing-comma"
    " semicolon raw-newline unescaped-quote bom array-nested array-null graph-null author-null author-empty name-null"
    " name-number name-list type-null headline-null headline-markup date-null date-empty comment-null nan"
    " duplicate-key image-null text true raw-tab surrogate graph-object author-number author-nested name-object"
    " type-number headline-list date-list date-object mime-case mime-space mime-unquoted",
    "microdata": "itemref-missing itemref-cycle itemref-twice empty-names no-value bad-address control type-relative",
    # Bytes that no server sends as they are.
    "enc": "lie header-lie utf16 nul",
    "transport": "truncated gzip",
}

IMPLAUSIBLE = frozenset(f"{klass}.{name}" for klass, names in _IMPLAUSIBLE.items() for name in names.split())
"""Names of the quirks that no engine sends."""

OF_OWN_TEMPLATES = frozenset({"markup.ad-row", "markup.hidden-row", "tree.nested-same-class"})
"""Rows that look like posts and are none: sites that wrote their templates themselves have them between comments, no
forum engine has."""
