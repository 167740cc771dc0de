"""A Faker provider of forum threads, pages and their parts, for people who live in Faker.

    >>> from faker import Faker
    >>> from forgegen.faker_provider import ForumProvider
    >>> fake = Faker("zh_CN")
    >>> fake.add_provider(ForumProvider)
    >>> fake.seed_instance(4321)
    >>> fake.forum_thread().article.title == fake.forum_thread().article.title
    False

Every value is drawn through the instance's own random source, so ``seed_instance`` decides it. What is drawn is the
number of a thread, not its words. The words are those of the locale nearest to the instance's: ``en_GB`` takes
``en``, and a language without any takes ``en``, with one warning.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

from faker.providers import BaseProvider

from forgegen.errors import UsageError, quoted
from forgegen.generate.lexicon import locale_names
from forgegen.generate.making import make_thread
from forgegen.model.thread import Post, Thread
from forgegen.pages.page import Page, render
from forgegen.skins.own_words import words_for

_INDICES = 2**40


class ForumProvider(BaseProvider):
    """Forum threads, pages, floors and what they are made of."""

    def forum_thread(self, *, min_floors: int = 0, locale: str | None = None, profile: str = "reference") -> Thread:
        """A whole thread, with ``min_floors`` comments or more (at most 100), in the instance's locale unless named.

        :example: fake.forum_thread(min_floors=5)
        """
        if not 0 <= min_floors <= 100:
            raise UsageError(f"min_floors cannot be {quoted(min_floors)}; right would be 0 to 100")
        locale = locale or _nearest(self._faker_locale())
        while True:
            index = self.random_int(0, _INDICES)
            thread = make_thread(0, index, locale=locale, profile=profile)
            if len(thread.posts) >= min_floors:
                return thread

    def _faker_locale(self) -> str:
        """The locale of the Faker that this provider was added to, as its own providers name it."""
        tags = (str(getattr(provider, "__lang__", "")) for provider in self.generator.get_providers())
        return next((tag for tag in tags if tag not in ("", "None", "en_US")), "en_US")  # some fall back to en_US

    def forum_page(
        self, *, skin: str = "reference", min_floors: int = 0, locale: str | None = None, profile: str | None = None
    ) -> Page:
        """The first page of a thread; ``.html``, ``.body`` and ``.truth`` hang on it. The profile is the skin's.

        The locale is the instance's: choosing one for ``Faker`` is asking for it.

        :example: fake.forum_page(skin="reference").html
        """
        words = words_for(skin, locale or _nearest(self._faker_locale()), profile)
        return render(self.forum_thread(min_floors=min_floors, **words), skin)[0]

    def forum_floor(self) -> Post:
        """One comment with author, time and likes.

        :example: fake.forum_floor()
        """
        posts = self.forum_thread(min_floors=1).posts
        return posts[self.random_int(0, len(posts) - 1)]

    def floor_text(self) -> str:
        """The text of one comment.

        :example: fake.floor_text()
        """
        return self.forum_floor().text

    def forum_handle(self) -> str:
        """A user name as people choose them on forums.

        :example: fake.forum_handle()
        """
        author = self.forum_floor().author
        assert author is not None
        return author.name

    def forum_title(self) -> str:
        """The title of a news article.

        :example: fake.forum_title()
        """
        return self.forum_thread().article.title

    def forum_paragraph(self) -> str:
        """A paragraph of a news article.

        :example: fake.forum_paragraph()
        """
        paragraphs = self.forum_thread().article.paragraphs
        return paragraphs[self.random_int(0, len(paragraphs) - 1)]

    def forum_outlet(self) -> str:
        """A news outlet that does not exist.

        :example: fake.forum_outlet()
        """
        return self.forum_thread().article.byline

    def forum_board(self) -> str:
        """The name of a board.

        :example: fake.forum_board()
        """
        return self.forum_thread().board.name


@lru_cache
def _nearest(tag: str) -> str:
    """The locale nearest to one of Faker's: the same, else the first of its language, else English.

    >>> _nearest("zh_CN"), _nearest("en_GB")
    ('zh-CN', 'en')
    """
    names = locale_names()
    wanted = tag.replace("_", "-")
    if wanted in names:
        return wanted
    language = wanted.partition("-")[0]
    same = [name for name in names if name.partition("-")[0] == language]
    if not same:
        warnings.warn(f"forgegen has no locale for Faker's {tag!r}; it takes 'en'", UserWarning, stacklevel=4)
    return same[0] if same else "en"


Provider = ForumProvider
