"""What the site of a corpus answers, written down as a client would record it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import msgspec
from msgspec import UNSET

from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.spec import NATIVE, Spec
from forgegen.model.calendar import iso_utc
from forgegen.pages.page import Page
from forgegen.rendering.look import Look
from forgegen.site.exchange import Answer, Request
from forgegen.site.faults import FAULTS
from forgegen.site.serving import make_site
from forgegen.site.site import SiteContent
from forgegen.site.urls import Place


class Recorder:
    """Asks a site and writes down what it answers."""

    def __init__(self, spec: Spec) -> None:
        assert spec.site is not UNSET
        self.site = _made(msgspec.json.encode(spec))
        self.host, self.threads = spec.site.host, spec.threads
        self.scene = self.site.scene()
        self.date = iso_utc(self.scene.forum.now)
        self.asked = {"Cookie": "over18=1"} if self.site.rules.age else {}

    def answers(self, target: str) -> list[Exchange]:
        """What an address below the host answers when it is asked again and again, until that stays the same."""
        path, _, query = target.partition("?")
        headers = {name.lower(): value for name, value in self.asked.items()}
        request = Request("GET", unquote(path), query, headers, self.host)
        self.site.faults.reset()
        found = []
        while True:
            answer = self.site.answer(request)
            found.append(self._written(target, answer))
            fault = self.site.log[-1].fault
            if not fault or FAULTS[fault].lasting == "permanent":
                return found

    def _written(self, target: str, answer: Answer) -> Exchange:
        """An answer as a client would have recorded it: what came of the body, the length that was declared."""
        wire, headers, body = answer.wire, answer.headers, answer.body
        if wire is not None:
            size = len(body) if wire.declare is None else wire.declare
            headers = (*headers, ("Content-Length", str(size)))
            body = body[: wire.cut][: wire.declare]
        url = f"http://{self.host}{target}"
        return Exchange(url, self.date, answer.status, headers, body, self.asked, opens=target == "/")

    def pages(self, index: int) -> Iterator[tuple[Page, list[Exchange]]]:
        """The pages of a thread with what their addresses answer; none of a thread that is not there."""
        scene, place = self.scene, Place("thread", index)
        if index >= scene.forum.size or self.site.permanent_fault(place, scene) is not None:
            return
        for number in range(1, scene.finder.pages(place) + 1):
            place = place._replace(page=number)
            page = scene.maker.page(place, f"http://{self.host}")
            yield page, self.answers(scene.finder.path(place))

    def is_own(self, target: str) -> bool:
        """Whether an address is that of a page which one shard holds by itself: of a thread, a board or the index."""
        path, _, query = target.partition("?")
        finder = self.scene.finder
        found = finder.find(unquote(path), query)
        if found is None or found.location or found.place.kind == "user" or finder.path(found.place) != target:
            return False
        if found.place.kind != "thread":
            return True
        lasting = self.site.permanent_fault(found.place, self.scene)
        return found.place.number < self.threads and lasting is None


@lru_cache(maxsize=2)
def _made(encoded: bytes) -> SiteContent:
    """The site of a spec in JSON, made once for all of its shards."""
    spec = msgspec.json.decode(encoded, type=Spec)
    assert spec.site is not UNSET
    (skin,), (locale,), (profile,), (encoding,) = spec.skins, spec.locales, spec.profiles, spec.encodings
    look = Look(
        encoding=None if encoding == NATIVE else encoding, noise=spec.noise,  # type: ignore[arg-type]  # checked
        templates=spec.templates, generator=spec.generator, data=spec.data,  # type: ignore[arg-type]  # checked
    )  # fmt: skip
    settings = {} if spec.settings is UNSET else {name: next(iter(values)) for name, values in spec.settings.items()}
    return make_site(
        spec.seed, skin=skin, locale=None if locale == NATIVE else locale, look=look, settings=settings,
        profile=None if profile == NATIVE else profile, boards=spec.site.boards, threads=spec.threads,
        at=spec.site.at or None, faults=spec.site.faults,
    )  # fmt: skip
