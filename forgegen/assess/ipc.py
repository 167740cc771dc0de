"""What goes between this process and the one in which a parser of the user runs: frames, requests and answers.

A frame is its kind (one byte), its length (four bytes, little endian) and its content.
"""

from __future__ import annotations

import struct
import sys
from typing import Any, BinaryIO

import msgspec
from msgspec import UNSET

from forgegen.assess.predict import Gone, PredictedPost, Prediction

LIMIT = 64 << 20  # bytes of an answer; more is taken for one that never ends
_HEAD = struct.Struct("<cI")
_NUMBER = struct.Struct("<Q")

READY, ANSWER, DIED, REFUSED = b"r", b"a", b"d", b"x"


class ParserRequest(msgspec.Struct):
    """A page as it goes to the worker; has what a library's response is built from. The answer bears its number."""

    number: int
    key: str
    url: str
    headers: dict[str, str]
    body: bytes
    html: str


class Failure(msgspec.Struct, frozen=True):
    """Why there is no answer.

    ``kind``: ``exception`` (raised), ``crash`` (the process died), ``timeout``, ``memory``, ``rubbish`` (no answer that
    could be read), ``output`` (an answer without end). ``group`` is what failures of one cause have in common.
    """

    kind: str
    message: str
    group: str = ""
    detail: str = ""


class ParserAnswer(msgspec.Struct):
    """What came back: a prediction or a failure."""

    prediction: Prediction | None = None
    failure: Failure | None = None


request_encoder, request_decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(ParserRequest)
_encoder, _decoder = msgspec.json.Encoder(enc_hook=str), msgspec.json.Decoder(ParserAnswer)


def encode_answer(answer: ParserAnswer) -> bytes:
    """An answer as JSON.

    Raises: UnicodeEncodeError for lone surrogates in a text.
    """
    return _encoder.encode(answer)


def decode_answer(data: bytes) -> ParserAnswer:
    """An answer from its JSON."""
    answer = _decoder.decode(data)
    if answer.prediction is not None:
        for post in answer.prediction.posts or []:
            _restore(post)
    return answer


def _restore(post: PredictedPost) -> None:
    if isinstance(post.parent, dict):
        post.parent = Gone(post.parent["name"])
    elif post.parent is not UNSET and isinstance(post.parent, float):
        post.parent = int(post.parent)


def framed(kind: bytes, content: bytes) -> bytes:
    """A frame."""
    return _HEAD.pack(kind, len(content)) + content


def write_frame(out: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write a frame at once."""
    out.write(framed(kind, content))
    out.flush()


def read_frame(source: Any) -> tuple[bytes, bytes] | None:
    """The next frame; None at the end, in the middle of a frame too, and for one that is too long."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    if size > LIMIT + 1024:
        return None
    content = source.read(size)
    return None if len(content) < size else (kind, content)


def numbered(number: int, data: bytes) -> bytes:
    """An answer's content with the number of its request before it."""
    return _NUMBER.pack(number) + data


def answer_to(number: int, content: bytes) -> ParserAnswer:
    """The answer in a frame's content.

    Raises: ValueError where it is none, or another request's: a stranger's code can write into the worker's pipe.
    """
    if content[: _NUMBER.size] != _NUMBER.pack(number):
        raise ValueError("an answer to another page")
    return decode_answer(content[_NUMBER.size :])


def system_bounds_memory() -> bool:
    """Whether the system itself bounds the memory of a ``PKG:FUNC``; elsewhere, and of a command, it is looked at."""
    return sys.platform == "linux"


def dump(value: Any) -> bytes:
    """A small mapping as JSON."""
    return msgspec.json.encode(value)


def load(data: bytes) -> Any:
    """A small mapping from its JSON."""
    return msgspec.json.decode(data)
