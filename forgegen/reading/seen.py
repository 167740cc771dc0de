"""What a browser shows of a page's posts: the annotation ``seen`` of truth.

It is what ``innerText`` gives of the element that holds a post's body (its text, where the skin has no bodies), in a
window 1,280 pixels wide, with scripts off and nothing unfolded. The page's own markup and style sheet tell it; no
browser is asked.
"""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from forgegen.errors import SkinError
from forgegen.model.truth import Truth
from forgegen.reading.extraction import Extraction
from forgegen.reading.inner_text import inner_texts
from forgegen.skins import dom
from forgegen.skins.skin import Skin


def with_seen(truth: Truth, html: str, skin: Skin, *, trust: bool = False) -> Truth:
    """The truth of a page with what is seen of its posts, and of the article where its body is one element.

    Raises: SkinError where the page has other posts than its truth.
    """
    root = dom.parse(html)
    elements = [*seen_elements(root, skin, trust=trust)]
    if len(elements) != len(truth.posts):
        raise SkinError(
            f"{skin.folder}/skin.toml: css of [posts] finds {len(elements)} posts on a page that shows "
            f"{len(truth.posts)}, so that what is seen of each is not known"
        )
    article = article_element(root, skin)
    wanted = [element for element in (*elements, article) if element is not None]
    texts = iter(inner_texts(root, wanted))
    posts = [
        replace(post, seen=None if element is None else next(texts))
        for post, element in zip(truth.posts, elements, strict=True)
    ]
    return replace(truth, posts=tuple(posts), seen=UNSET if article is None else next(texts))


def seen_elements(root: dom.Node, skin: Skin, *, trust: bool = False) -> list[dom.Node | None]:
    """The elements of a page whose texts are seen, one a post; None for a post that has none."""
    return Extraction(skin, root, None, trust=trust).body_elements()


def article_element(root: dom.Node, skin: Skin) -> dom.Node | None:
    """The element that holds an article's body, if one does."""
    return dom.select_first(root, skin.page["body"].css) if "body" in skin.page else None
