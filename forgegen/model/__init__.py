"""The model: threads as flat rows, ground truth, and their readable-text and JSON forms."""

from forgegen.entry_points import types_are_defined
from forgegen.model.calendar import Local
from forgegen.model.readable import read_text, write_text
from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
from forgegen.model.truth import DateTruth, PostTruth, Truth

__all__ = [
    "Article",
    "Author",
    "Board",
    "DateTruth",
    "Local",
    "Odd",
    "OddHead",
    "Post",
    "PostTruth",
    "Thread",
    "Truth",
    "read_text",
    "write_text",
]

types_are_defined()
