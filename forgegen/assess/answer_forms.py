"""What the texts of a prediction may be written in."""

from __future__ import annotations

from forgegen.assess.markdown import html_of_markdown
from forgegen.errors import UnknownName

FORMS = ("text", "markdown", "html")


def checked_form(form: str) -> str:
    """The form, if there is such a one, and Markdown only where it can be read.

    Raises: UnknownName; MissingExtra.
    """
    if not isinstance(form, str) or form not in FORMS:
        raise UnknownName("form", form, FORMS)
    if form == "markdown":
        html_of_markdown("")
    return form
