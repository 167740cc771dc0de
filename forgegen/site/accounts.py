"""Who can log in on a site, and which boards they may see: people of the board, with passwords from the seed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from forgegen.rendering.views import user_number
from forgegen.site.forum import FIRST_BOARD, Forum
from forgegen.streams.stream import fingerprint

MANY = 4  # accounts
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper", "kelp", "lagoon")


class Account(NamedTuple):
    """Somebody who can log in: name, password, number, and the numbers of the closed boards that they may see."""

    name: str
    password: str
    uid: int
    boards: tuple[int, ...] = ()


def closed_boards(forum: Forum, closed: int) -> tuple[int, ...]:
    """The boards, from 0, that guests may not see: the last ones."""
    return tuple(range(len(forum.boards) - closed, len(forum.boards)))


def accounts_of(forum: Forum, closed: int) -> tuple[Account, ...]:
    """The accounts of a site: the first may see all closed boards, the second none, the others share them."""
    boards = closed_boards(forum, closed)
    accounts: list[Account] = []
    for number, name in enumerate(forum.members.people()):
        if len(accounts) == MANY:
            break
        uid = user_number(name, forum.skin.columns.users)
        if any(uid == other.uid for other in accounts) or not name.isprintable() or ":" in name:
            continue
        seen = (b for b in boards if _may_see(forum.seed, len(accounts), b))
        accounts.append(Account(name, _password(forum.seed, number), uid, tuple(FIRST_BOARD + b for b in seen)))
    return tuple(accounts)


def _may_see(seed: int, rank: int, board: int) -> bool:
    return rank == 0 or (rank > 1 and (fingerprint("accounts", seed) + rank + board) % 2 == 0)


def _password(seed: int, number: int) -> str:
    """Two words and a number, as people choose them."""
    drawn = fingerprint("passwords", seed, number)
    first, second = drawn % len(_WORDS), (drawn >> 20) % len(_WORDS)
    return f"{_WORDS[first]}-{_WORDS[second]}-{1000 + (drawn >> 40) % 9000}"


def hidden_from(account: Account | None, boards: Iterable[int]) -> frozenset[int]:
    """The closed boards, from 0, that somebody may not see; ``None`` is a guest."""
    seen = account.boards if account is not None else ()
    return frozenset(board for board in boards if FIRST_BOARD + board not in seen)
