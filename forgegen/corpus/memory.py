"""The allocators of a process that writes Parquet, told to give back what is free.

Left alone they keep some 25 MB that nothing holds: Arrow's own allocator has a store for each size of block that it
gave, and glibc keeps free blocks of up to the size of the largest that was freed. Neither changes what is written.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_POOL = "ARROW_DEFAULT_MEMORY_POOL"
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the names of glibc's malloc.h
_LARGE = 256 << 10  # not less: to take the texts of pages from the system each time costs time


@contextmanager
def system_pool() -> Iterator[None]:
    """Within it Arrow chooses the system's allocator for the process, unless the user or an earlier use chose one."""
    if _POOL in os.environ:
        yield
        return
    os.environ[_POOL] = "system"
    try:
        yield
    finally:
        del os.environ[_POOL]


def give_back_large_blocks() -> None:
    """Let glibc give back blocks of 256 kB and more as soon as they are free; nothing with another C library."""
    option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if option is not None:
        option(_MMAP_THRESHOLD, _LARGE)
        option(_TRIM_THRESHOLD, _LARGE)
