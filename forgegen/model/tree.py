"""Tree arithmetic on flat rows: depths to parents, counts and back, all iterative and linear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def parents_of(depths: Iterable[int]) -> list[int]:
    """The 1-based position of each row's parent, 0 for rows of depth 1.

    >>> parents_of([1, 2, 3, 2, 1])
    [0, 1, 2, 1, 0]
    """
    open_rows = [0]
    parents = []
    for n, depth in enumerate(depths, 1):
        del open_rows[depth:]
        parents.append(open_rows[-1])
        open_rows.append(n)
    return parents


def parents_by_level(levels: Iterable[int]) -> list[int]:
    """The 1-based position of the nearest row above each that has a smaller level, 0 where there is none.

    >>> parents_by_level([3, 2, 4, 4, 2]), parents_by_level([1, 2, 3, 2, 1])
    ([0, 0, 2, 2, 0], [0, 1, 2, 1, 0])
    """
    open_rows: list[tuple[int, int]] = []  # level and position
    parents = []
    for n, level in enumerate(levels, 1):
        while open_rows and open_rows[-1][0] >= level:
            open_rows.pop()
        parents.append(open_rows[-1][1] if open_rows else 0)
        open_rows.append((level, n))
    return parents


def rows_that_end(parents: Sequence[int]) -> list[int]:
    """How many rows end behind each, where a row's replies stand within it; all have ended behind the last.

    >>> rows_that_end([0, 1, 2, 1, 0])
    [0, 0, 2, 2, 1]
    """
    nested: list[int] = []  # how many rows each stands in, itself included
    for parent in parents:
        nested.append(1 if parent == 0 else nested[parent - 1] + 1)
    return [here - after + 1 for here, after in zip(nested, [*nested[1:], 1], strict=True)] if nested else []


def reply_counts(parents: Sequence[int], rows: Iterable[int] | None = None) -> list[int]:
    """How many direct replies each row has; with ``rows``, how many of these 0-based rows are direct replies to it.

    >>> reply_counts([0, 1, 2, 1, 0]), reply_counts([0, 1, 2, 1, 0], [0, 1])
    ([2, 1, 0, 0, 0], [1, 0, 0, 0, 0])
    """
    counts = [0] * (len(parents) + 1)
    for parent in parents if rows is None else map(parents.__getitem__, rows):
        counts[parent] += 1
    return counts[1:]


def depths_from_counts(counts: Sequence[int]) -> tuple[list[int], list[int]]:
    """Depths of rows in pre-order from their direct-reply counts, and the 0-based rows still waiting for replies.

    >>> depths_from_counts([2, 1, 0, 0, 0])
    ([1, 2, 3, 2, 1], [])
    >>> depths_from_counts([0, 1])
    ([1, 1], [1])
    """
    waiting: list[tuple[int, int]] = []  # (row, replies still to come)
    depths = []
    for row, count in enumerate(counts):
        while waiting and waiting[-1][1] == 0:
            waiting.pop()
        depths.append(len(waiting) + 1)
        if waiting:
            parent, left = waiting[-1]
            waiting[-1] = (parent, left - 1)
        waiting.append((row, count))
    return depths, [row for row, left in waiting if left]


def preorder(parents: Sequence[int]) -> tuple[list[int], list[int]]:
    """Page order of comments that arrived in this order: their 0-based arrival ranks, and their depths.

    ``parents`` holds 0 for the article, else the 1-based arrival of an earlier comment. Siblings keep their order.

    >>> preorder([0, 0, 1, 2, 1])
    ([0, 2, 4, 1, 3], [1, 2, 2, 1, 2])
    """
    children: dict[int, list[int]] = {}
    roots = []
    for n, parent in enumerate(parents, 1):
        if parent == 0:
            roots.append(n)
        elif parent in children:
            children[parent].append(n)
        else:
            children[parent] = [n]
    order: list[int] = []
    depths: list[int] = []
    for root in roots:
        order.append(root - 1)
        depths.append(1)
        if root not in children:
            continue
        stack = [(n, 2) for n in reversed(children[root])]
        while stack:
            n, depth = stack.pop()
            order.append(n - 1)
            depths.append(depth)
            if n in children:
                stack.extend((child, depth + 1) for child in reversed(children[n]))
    return order, depths
