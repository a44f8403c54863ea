"""What is fuzzed: each target takes bytes, and raises only if something is wrong.

Used by the tests beside this file (hypothesis, some seconds) and by ``tools/fuzz.py`` (atheris, by hand).
``reframed`` changes a frame where it hurts: it keeps the lengths right and damages what they measure.
"""

import os
import random
import signal
import socket
import struct
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack
import numpy as np

from dlquiz.content.course import load_exercise, load_quiz
from dlquiz.errors import ContentError, SubmissionError
from dlquiz.model.report import Cause
from dlquiz.sandbox import wire
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.expr import EXPRESSIONS, Handle
from dlquiz.sandbox.output import OutputPipe
from dlquiz.sandbox.process import Exit
from dlquiz.sandbox.worker_handle import WorkerHandle
from dlquiz.submission import MAX_BYTES, read_submission

LIMIT = 1 << 20
SLOW_S = 20
"""No input of these sizes may take longer, on a busy machine either."""
ROOT = Path(__file__).parents[2]

SCALARS = (
    None,
    True,
    0,
    -1,
    1,
    2**63,
    -(2**63),
    2**64 - 1,
    0.0,
    float("nan"),
    float("inf"),
    "",
    "d",
    "float64",
    "bool",
    b"",
)
TAGS = ("l", "t", "s", "f", "d", "c", "i", "b", "a", "u", *EXPRESSIONS)


class Slow(Exception):
    """An input took too long."""


# -- seeds --------------------------------------------------------------------


def frames() -> list[bytes]:
    """Return valid frames of every kind of value."""
    values: list[Any] = [
        None, True, 7, 2**70, -1.5, "text", b"bytes", 1 + 2j, [1, [2, (3,)]], {"a": {"b": None}}, Handle(3, "Net"),
        np.arange(6.0).reshape(2, 3), np.zeros((0, 4), np.float32), np.array(5, np.int8), np.ones((2, 1, 3), bool),
        [np.ones(2), {"c": np.zeros(1, np.complex64), "d": b"x"}], {1: "a", -(2**63): {2: None}}, {1, "a", (2, 3.5)},
        frozenset({frozenset({1}), b"x", None, 2**70}), np.array(["one", "three"]), np.array([["é", "🙂"]]),
    ]  # fmt: skip
    messages = [{"id": 1, "value": value, "seconds": 0.1} for value in values]
    error = {"kind": "exception", "type": "ValueError", "text": "no", "trace": "", "bases": "ValueError Exception"}
    messages += [{"id": 1, "error": error}, {"id": 1, "error": {**error, "kind": "timeout"}}, {"id": 2, "value": 1}]
    return [b"".join(bytes(part) for part in wire.pack(message)) for message in messages]


def contents() -> dict[str, list[bytes]]:
    """Return the real content files of this course, by kind."""
    quizzes = [path.read_bytes() for path in sorted((ROOT / "quizzes").glob("*.yaml"))]
    exercises = [path.read_bytes() for path in sorted((ROOT / "exercises").glob("*/exercise.yaml"))]
    return {"quiz": quizzes, "exercise": exercises}


# -- structure-aware mutation -------------------------------------------------


def reframed(frame: bytes, rng: random.Random) -> bytes:
    """Return the frame with one to three nodes of its head changed, packed again; sometimes with a wrong length."""
    try:
        head_size, _ = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
        rest = frame[wire.PREFIX.size :]
        tree, body = msgpack.unpackb(rest[:head_size], strict_map_key=False), rest[head_size:]
    except (ValueError, TypeError, struct.error, msgpack.exceptions.UnpackException):
        return frame
    for _ in range(rng.choice([1, 1, 2, 3])):
        tree = _mutated(tree, rng)
    if rng.random() < 0.15:
        body = body[: rng.randint(0, len(body))] + bytes(rng.randrange(256) for _ in range(rng.randrange(9)))
    try:
        head = msgpack.packb(tree)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return frame
    lengths = [len(head), len(body)]
    if rng.random() < 0.1:
        lengths[rng.randrange(2)] += rng.choice([-1, 1, 2**20, 2**31])
    return struct.pack("<IQ", lengths[0] % 2**32, max(0, lengths[1])) + head + body


def _mutated(tree: Any, rng: random.Random) -> Any:
    if isinstance(tree, list) and len(tree) > 1 and rng.random() < 0.8:
        # Rarely the tag; of a dictionary rather a value than a key, or hardly any mutant would be a frame.
        places = (
            range(2, len(tree), 2) if tree[0] == "d" and rng.random() < 0.9 else range(rng.random() < 0.9, len(tree))
        )
        place = rng.choice(places or range(len(tree)))
        return [*tree[:place], _mutated(tree[place], rng), *tree[place + 1 :]]
    if not isinstance(tree, list) and rng.random() < 0.7:
        return rng.choice([tree, *(one for one in SCALARS if type(one) is type(tree))])
    match rng.randrange(7):
        case 0:
            return rng.choice(SCALARS)
        case 1:
            return [rng.choice(TAGS), tree]
        case 2 if isinstance(tree, list):
            return tree * 2
        case 3 if isinstance(tree, list):
            return tree[rng.randint(0, len(tree)) :]
        case 4 if isinstance(tree, list):
            return [rng.choice(TAGS), *tree[1:]]
        case 5:
            for _ in range(rng.choice([2, wire.DEPTH_LIMIT + 2, 600])):
                tree = ["l", tree]
            return tree
        case _:
            return rng.choice(
                [
                    ["a", "float64", [2**39, 2**39, 0]],
                    ["b", -1],
                    ["d", "k", 1, "k", 2],
                    ["i", "9" * 401],
                    ["s", 1, True],
                    ["u", 2**40, [2**40]],
                    ["f", ["l"]],
                ]
            )


# -- targets ------------------------------------------------------------------


def _demand(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def _timed(started: float) -> None:
    if time.monotonic() - started > SLOW_S:
        raise Slow


def decode_frame(frame: bytes) -> dict[str, Any] | None:
    """Decode as the client does: a message or a WireError."""
    started = time.monotonic()
    found = None
    for allow in (wire.REPLY_TAGS, wire.REQUEST_TAGS):
        with suppress(wire.WireError):
            head, body = wire.unpack_prefix(frame[:12].ljust(12, b"\0"), LIMIT)
            rest = memoryview(frame)[12:]
            found = wire.unpack(rest[:head], rest[head : head + body], allow)
            assert isinstance(found, dict)
            assert all(type(key) is str for key in found)
            # What was understood can be said again (integers of many digits and odd text aside).
            with suppress(wire.WireError):
                wire.pack(found)
    _timed(started)
    return found


class _Peer:
    """A process that is only a pipe: it ends when it is killed, or when its side is closed."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.fd, self._life = os.pipe()
        self._end = threading.Lock()

    def kill(self) -> None:
        with self._end:
            if self._life >= 0:
                os.close(self._life)
                self._life = -1

    def signal(self, number: int) -> None:
        """It is asked where it is, and says nothing."""

    def reap(self) -> Exit:
        self.kill()
        os.close(self.fd)
        return Exit(-signal.SIGSEGV, 0.1, 1)


def answer_client(data: bytes, *, close: bool = True, seconds: float = 0.15) -> str:
    """Let a worker answer a request with ``data``; return how the call ended: with a value, or with a cause."""
    started = time.monotonic()
    ours, theirs = socket.socketpair()
    reader, writer = os.pipe()
    peer = _Peer()

    def serve() -> None:
        with suppress(OSError):
            theirs.recv(1 << 16)
            theirs.sendall(data)
        if close:
            theirs.close()
            peer.kill()

    thread = threading.Thread(target=serve)
    worker = WorkerHandle(ours, OutputPipe(reader), peer, cpu_limit_s=10, reply_limit=LIMIT)
    thread.start()
    try:
        reply = worker.request({"op": "begin", "seed": 1}, Deadline.after(seconds))
        assert reply["id"] == 1
        assert "value" in reply
        assert "error" not in reply or reply["error"] is None
        ended = "value"
        with suppress(CallFailed, WorkerVanished):  # a second answer that nobody has asked for
            if not close:
                worker.request({"op": "begin", "seed": 1}, Deadline.after(0.01))
    except CallFailed as failure:
        ended = str(Cause(failure.cause))
        _demand(len(failure.text) <= 2 * wire.HEAD_LIMIT, "a text of that length")
    except WorkerVanished:
        ended = "vanished"
    finally:
        worker.close()
        thread.join()
        theirs.close()
        os.close(writer)
    _timed(started)
    return ended


_FOLDER = tempfile.TemporaryDirectory(prefix="dlquiz-fuzz-")


def load_content(data: bytes, kind: str) -> bool:
    """Load a quiz or an exercise: whether it is valid. Anything but a ContentError with findings is a bug."""
    started = time.monotonic()
    path = Path(_FOLDER.name) / f"{kind}.yaml"
    path.write_bytes(data)
    try:
        (load_quiz if kind == "quiz" else load_exercise)(path)
    except ContentError as error:
        _demand(bool(error.message and error.findings), "no reason")
        # A text of one line each, short, that steers no terminal: an author reads it.
        for text in map(str, error.findings):
            _demand(len(text) < 5000, f"{len(text)} characters")
            _demand(all(letter.isprintable() or letter == "\n" for letter in text), text)
        _timed(started)
        return False
    _timed(started)
    return True


def read_file(data: bytes, name: str) -> bool:
    """Read a submission from a file of that name: whether it is one. Anything but a SubmissionError is a bug."""
    started = time.monotonic()
    path = Path(_FOLDER.name) / name
    path.write_bytes(data)
    try:
        found = read_submission(path, module_name="work")
    except SubmissionError as error:
        _demand(bool(error.message), "no reason")
        _timed(started)
        return False
    assert len(found.source) + sum(len(module.source) for module in found.modules) <= MAX_BYTES
    assert isinstance(found.text, str)
    _timed(started)
    return True
