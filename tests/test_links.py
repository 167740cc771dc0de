"""Nothing on a site leads to what is not there."""

from __future__ import annotations

import pytest

from forgegen.site.serving import make_site
from forgegen.skins.loading import skin_names
from tests.tiers import amount
from tests.visitors import Visitor


@pytest.mark.few("skin")
@pytest.mark.scaled
@pytest.mark.parametrize("skin", skin_names())
def test_a_crawl_to_the_end_meets_no_dead_link(skin: str) -> None:
    """Every address of every page, feed and sitemap has an answer, and so has every form."""
    visitor = Visitor(make_site(3, skin=skin, boards=3, threads=amount(4, 20)))
    visitor.crawl()
    assert visitor.dead == {}
