"""A Faker provider of forum threads, pages and their parts, for people who live in Faker.

    >>> from faker import Faker
    >>> from forgegen.faker_provider import ForumProvider
    >>> fake = Faker("zh_CN")
    >>> fake.add_provider(ForumProvider)
    >>> fake.seed_instance(4321)
    >>> fake.forum_thread().article.title == fake.forum_thread().article.title
    False

Every value is drawn through the instance's own random source, so ``seed_instance`` decides it; what is drawn
is the number of a
thread of ours, not its words. The values are those of forgegen's locale, whatever the locale of the Faker.
"""

from __future__ import annotations

from faker.providers import BaseProvider

from forgegen.generate.thread import make_thread
from forgegen.model.thread import Post, Thread
from forgegen.pages.page import Page, render

_INDICES = 2**40


class ForumProvider(BaseProvider):
    """Forum threads, pages, floors and what they are made of."""

    def forum_thread(self, *, min_floors: int = 0, locale: str = "zh-CN", profile: str = "reference") -> Thread:
        """A whole thread, with ``min_floors`` comments or more (at most 100).

        :example: fake.forum_thread(min_floors=5)
        """
        if not 0 <= min_floors <= 100:
            raise ValueError(f"min_floors cannot be {min_floors!r}; right would be 0 to 100")
        while True:
            index = self.random_int(0, _INDICES)
            thread = make_thread(0, index, locale=locale, profile=profile)
            if len(thread.posts) >= min_floors:
                return thread

    def forum_page(self, *, skin: str = "reference", min_floors: int = 0) -> Page:
        """The first page of a thread; ``.html``, ``.body`` and ``.truth`` hang on it.

        :example: fake.forum_page(skin="reference").html
        """
        return render(self.forum_thread(min_floors=min_floors), skin)[0]

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


Provider = ForumProvider
