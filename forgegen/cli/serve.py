"""``forgegen serve``: a forum for real clients to crawl, with the truth on a port beside it."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forgegen.cli.options import Choice, settings_option, skin_options, words_options
from forgegen.cli.output import say
from forgegen.rendering.look import DATAS, NOISES, Data, Look, Noise
from forgegen.site.rules import CHARSETS, Charset
from forgegen.skins.settings import Settings

if TYPE_CHECKING:
    from forgegen.site.forum import Forum


@click.command("serve")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Names the forum.")
@skin_options
@settings_option
@words_options
@click.option("--noise", type=Choice("noise", *NOISES), default="usual", show_default=True, help="Boilerplate.")
@click.option("--ui", help="Language of the furniture. [default: the skin's first]")
@click.option("--data", type=Choice("data", *DATAS), default="seen", show_default=True, help="Structured data.")
@click.option("--encoding", help="Encoding of the pages. [default: the skin's first]")
@click.option(
    "--charset",
    type=Choice("charset", *CHARSETS),
    help="Where pages name their encoding: header and page, or one of them. [default: the skin's]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one.")
@click.option("--truth-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: any free one.")
@click.option("--boards", type=click.IntRange(min=1), default=3, show_default=True, help="Boards of the forum.")
@click.option("--threads", type=click.IntRange(min=1), default=120, show_default=True, help="Threads in all.")
@click.option(
    "--at", metavar="TIME", help="The moment at which time stands still, as 2024-06-01T12:00:00Z. [default: the seed's]"
)
@click.option("--clock", default="0", metavar="SPEED", help="Let time go: real, day/minute, or seconds a second.")
@click.option("--faults", default="", metavar="SPEC", help="Rates by name, as in 429=.1,truncated=.02.")
@click.option(
    "--closed", type=click.IntRange(min=0), default=0, show_default=True, help="Boards for members; see /accounts."
)
@click.option("--slow", type=click.FloatRange(min=0), default=2.0, show_default=True, help="Seconds of slow faults.")
def serve_command(
    seed: int, skin: str, templates: tuple[Path, ...], settings: Settings, locale: str | None, profile: str | None,
    noise: Noise, ui: str | None, data: Data, encoding: str | None, charset: Charset | None, host: str, port: int,
    truth_port: int, boards: int, threads: int, at: str | None, clock: str, faults: str, closed: int, slow: float,
) -> None:  # fmt: skip
    """Serve a forum until interrupted: index, boards, threads, users, feeds, and JSON where the engine has it.

    Nothing is stored: a thousand million threads start at once. One line on standard output says when the forum
    can be asked, and where. The truth port answers /truth?url=, /expected.jsonl, /changes?since=, /accounts,
    /requests and POST /reset. 'forgegen list faults' names the faults. Time stands still soon after the last thread
    came; --at and --clock change that. --closed N leaves the last N boards to members; /accounts says who they are.

    \b
    Examples:
      forgegen serve --seed 1
      forgegen serve --port 0 --threads 1000000000 --boards 12
      forgegen serve --at 2024-06-01T12:00:00Z --clock day/minute
      forgegen serve --faults 429=.1,truncated=.02,gone=.01
      forgegen serve --skin xenforo2 --closed 1
    """
    from forgegen.site.serving import make_server, make_site

    look = Look(encoding=encoding, noise=noise, ui=ui, data=data, templates=tuple(map(str, templates)))
    site = make_site(
        seed, skin=skin, locale=locale, profile=profile, boards=boards, threads=threads, look=look, faults=faults,
        slow=slow, charset=charset, settings=settings, at=at, clock=clock, closed=closed,
    )  # fmt: skip
    server = make_server(site, host=host, port=port, truth_port=truth_port)
    if site.forum.numbers.past:
        say(past_line(site.forum), err=True)
    say(f"forgegen ready url={server.url} truth={server.truth_url}")
    _seldom_collect()
    server.run()


def past_line(forum: Forum) -> str:
    """The line that says that the ids of a large forum do not fit the engine's columns."""
    columns = forum.skin.columns
    return (
        f"forgegen: {forum.threads:,} threads and their posts have more ids than the columns of "
        f"{forum.skin.engine or forum.skin.name} hold (threads {columns.threads:,}, posts {columns.posts:,}); "
        "the ids go on past them in the same order"
    )


def _seldom_collect() -> None:
    """Let the collector of cyclic garbage pass over what stays, and come seldom: a page leaves little to it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
