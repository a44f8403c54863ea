"""What runs inside the wall: evaluate requests about one submission, answer with values.

Everything here shares a process with the learner's code, which may change any
of it. So nothing here decides anything: it computes values, and the trusted
side compares them.
"""

import io
import mmap
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, NoReturn

import numpy as np

from dlquiz.sandbox import expr, importer, packages, wire
from dlquiz.sandbox.standins import StandInFinder, StandInModule, demand_value

MESSAGE_LIMIT = 4_000
"""Characters of an exception's text that are sent."""
TRACEBACK_LIMIT = 12
"""Frames of a traceback that are sent, innermost last."""
REQUEST_LIMIT = 2**33
"""Bytes of arrays in one request: the trusted side is believed, this only catches garbage."""
_BLOCK = 1 << 20
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class DataMap:
    """Where an array lies in a descriptor that came with the fork."""

    fd: int
    offset: int
    dtype: str
    shape: tuple[int, ...]


class Worker:
    """The worker's state: the loaded modules, and the objects that handles stand for."""

    def __init__(self, maps: Mapping[str, DataMap], allowed: tuple[str, ...]) -> None:
        self._maps = maps
        self._packages = packages.chosen(allowed)
        self._mapped: dict[str, np.ndarray[Any, Any]] = {}
        self._modules: dict[str, ModuleType] = {}
        self._handles: dict[int, Any] = {}
        self._next_handle = 1
        self._notebook: importer.Notebook | None = None
        self._stand_ins = next((one for one in sys.meta_path if isinstance(one, StandInFinder)), None)

    # -- requests ---------------------------------------------------------

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to one request; never raises what learner code raises."""
        try:
            if "begin" in request:
                self._do_begin({"seed": request["begin"]})
            value = getattr(self, "_do_" + request["op"])(request)
            reply = {"id": request["id"], "value": value}
        except BaseException as error:  # SystemExit and KeyboardInterrupt are answers, too
            reply = {"id": request["id"], "error": describe(error)}
        if self._stand_ins is not None and self._stand_ins.used:
            reply["stand_ins"], self._stand_ins.used = self._stand_ins.used, []
        return reply

    def _do_load(self, request: dict[str, Any]) -> None:
        """Run a whole file; of a notebook, whose cells are asked for one by one, nothing yet."""
        role, name, file = request["role"], request["name"], request.get("file", "")
        seed_everything(request["seed"])
        if modules := request.get("modules"):
            importer.offer(modules)
        if cells := request.get("cells"):
            self._notebook = importer.Notebook(name, request["source"], file, cells)
            module = self._notebook.module
            module.__dict__.update(self._of_ipython())
        else:
            module = importer.load(name, request["source"], file, self._of_ipython())
        self._modules[role] = module
        if role == "probe":
            # A probe is the course's helper code: it makes the callables, loaders and
            # environments that fixed signatures want, around the learner's module.
            module.__dict__["submission"] = self._modules.get("submission")
        elif "probe" in self._modules:
            self._modules["probe"].__dict__["submission"] = module

    def _do_cell(self, request: dict[str, Any]) -> None:
        """Run one cell of the notebook; like Jupyter, whoever asked may interrupt it."""
        assert self._notebook is not None
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self._notebook.run(request["number"])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _of_ipython(self) -> dict[str, Any]:
        """Return what Jupyter puts into every notebook, and what notebooks that were saved as files call, too."""
        return self._stand_ins.names("IPython", "display", "get_ipython") if self._stand_ins is not None else {}

    def _do_eval(self, request: dict[str, Any]) -> Any:
        call = request["expr"]
        if not request.get("echo"):
            value = self._evaluate(call)
            demand_value(value)
            return value
        arguments = tuple(self._evaluate(argument) for argument in call.args)
        target = self._evaluate(call.target)
        result = target(*arguments, **{key: self._evaluate(value) for key, value in call.kwargs.items()})
        return (result, arguments)

    def _do_keep(self, request: dict[str, Any]) -> expr.Handle:
        """Evaluate and keep the result here, whatever it is."""
        return self._keep(self._evaluate(request["expr"]))

    def _do_begin(self, request: dict[str, Any]) -> None:
        """Start a case: handles do not outlive the last one, and global generators start afresh."""
        self._handles.clear()
        seed_everything(request["seed"])

    # -- expressions ------------------------------------------------------

    def _evaluate(self, node: Any) -> Any:
        handler = self._EVALUATE.get(type(node))
        return node if handler is None else handler(self, node)

    def _module(self, node: expr.Module) -> ModuleType:
        return self._modules[node.name]

    def _get(self, node: expr.Get) -> Any:
        target = self._evaluate(node.target)
        if isinstance(target, ModuleType) and not hasattr(target, node.name):
            raise MissingName(node.name, target)
        return getattr(target, node.name)

    def _item(self, node: expr.Item) -> Any:
        return self._evaluate(node.target)[self._evaluate(node.key)]

    def _call(self, node: expr.Call) -> Any:
        target = self._evaluate(node.target)
        arguments = [self._evaluate(argument) for argument in node.args]
        settings = {key: self._evaluate(value) for key, value in node.kwargs.items()}
        try:
            return target(*arguments, **settings)
        except AttributeError as error:
            mine = self._modules.get("submission")
            if "probe" in self._modules and mine is not None and error.obj is mine:
                raise MissingName(error.name or "", mine) from None  # a helper of the grader's asked for it
            raise

    def _iterate(self, node: expr.Iterate) -> list[Any]:
        items = []
        for item in self._evaluate(node.target):
            items.append(item)
            if len(items) >= node.at_most:
                break
        return items

    def _tensor(self, node: expr.Tensor) -> Any:
        array = np.array(node.array)
        for package in self._packages:
            if package.to_tensor is not None:
                return package.to_tensor(sys.modules[package.imports[0]], array)
        return array

    def _rng(self, node: expr.Rng) -> "np.random.Generator":
        return np.random.default_rng(node.seed)

    def _file(self, node: expr.File) -> "np.ndarray[Any, Any]":
        if node.key not in self._mapped:
            self._mapped[node.key] = map_array(self._maps[node.key])
        return self._mapped[node.key]

    def _handle(self, node: expr.Handle) -> Any:
        return self._handles[node.id]

    _EVALUATE: ClassVar[dict[type, Any]] = {
        expr.Module: _module,
        expr.Get: _get,
        expr.Item: _item,
        expr.Call: _call,
        expr.Iterate: _iterate,
        expr.Tensor: _tensor,
        expr.Rng: _rng,
        expr.File: _file,
        expr.Handle: _handle,
        list: lambda self, node: [self._evaluate(item) for item in node],
        tuple: lambda self, node: tuple(self._evaluate(item) for item in node),
        set: lambda self, node: {self._evaluate(item) for item in node},
        frozenset: lambda self, node: frozenset(self._evaluate(item) for item in node),
        dict: lambda self, node: {key: self._evaluate(item) for key, item in node.items()},
    }

    # -- answers ----------------------------------------------------------

    def foreign(self, value: Any) -> Any:
        """Return what crosses in place of ``value``: a tensor's array, or a handle."""
        to_array = _TO_ARRAY.get(type(value).__module__.partition(".")[0])
        array = None if to_array is None else to_array(value)
        return self._keep(value) if array is None else np.asarray(array)

    def _keep(self, value: Any) -> expr.Handle:
        handle = expr.Handle(self._next_handle, type(value).__name__[:80])
        self._handles[handle.id] = value
        self._next_handle += 1
        return handle


_TO_ARRAY = {name: package.to_array for package in packages.PACKAGES.values() for name in package.imports}
"""Where a value's type is defined → how it becomes an array."""


class MissingName(Exception):
    """The submission does not define a name that the exercise asks for."""

    def __init__(self, name: str, module: ModuleType) -> None:
        super().__init__(name)
        self.name = name
        self.module = module

    def defined(self) -> str:
        """Return the names of the functions and classes that are there, and of the classes' methods."""
        own = [(name, value) for name, value in vars(self.module).items() if callable(value)]
        names = [name for name, value in own if getattr(value, "__module__", "") == self.module.__name__]
        for name, value in own:
            if isinstance(value, type) and name in names:
                names += [f"{name}.{part}" for part in vars(value) if not part.startswith("_")]
        return " ".join(names)[:MESSAGE_LIMIT]


def map_array(where: DataMap) -> "np.ndarray[Any, Any]":
    """Map a data set copy-on-write: writable for the learner, unchanged for everybody else."""
    dtype = wire.DTYPES[where.dtype]
    count = int(np.prod(where.shape, dtype=np.int64))
    length = where.offset + count * dtype.itemsize
    # ACCESS_COPY is MAP_PRIVATE; a shared anonymous map would be refused by the filter.
    buffer = mmap.mmap(where.fd, length, access=mmap.ACCESS_COPY)
    return np.frombuffer(buffer, dtype=dtype, count=count, offset=where.offset).reshape(where.shape)


def seed_everything(seed: int) -> None:
    """Seed every global generator: after a fork all workers would draw the same numbers."""
    random.seed(seed)
    for package in packages.PACKAGES.values():
        module = sys.modules.get(package.imports[0])
        # A stand-in draws nothing, and says so loudly: the learner has only imported it.
        if package.seed is not None and module is not None and not isinstance(module, StandInModule):
            package.seed(module, seed)


def describe(error: BaseException) -> dict[str, Any]:
    """Return what an exception says, as plain text within limits; never raises."""
    kind = type(error).__name__
    if isinstance(error, MissingName):
        defined = ""
        with suppress(BaseException):
            defined = error.defined()
        plain = {"kind": "missing", "type": kind, "text": error.name, "trace": "", "bases": ""}
        return {**plain, "line": 0, "defined": defined}
    text, trace, line = "(its text cannot be made)", "", 0
    try:
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(importer.ORIGIN)
        ]
        line = _line_of_loading(error, frames)
        if isinstance(error, SyntaxError):
            _place_syntax_error(error)
            trace = "".join(traceback.format_exception_only(error))
        else:
            trace = "".join(traceback.format_list([_placed(frame) for frame in frames[-TRACEBACK_LIMIT:]]))
    except BaseException:
        trace = ""
    with suppress(BaseException):
        text = str(error)
    return {
        "kind": _cause(error, text),
        "type": kind[:80],
        "text": text[:MESSAGE_LIMIT],
        "trace": trace[:MESSAGE_LIMIT],
        "bases": " ".join(base.__name__ for base in type(error).__mro__)[:MESSAGE_LIMIT],
        "line": line,
        "defined": "",
    }


def _line_of_loading(error: BaseException, frames: Sequence[traceback.FrameSummary]) -> int:
    """Return the line of a file's own code, outside of functions, that the error came through; 0 without one."""
    if isinstance(error, SyntaxError) and type(error.lineno) is int and not frames:
        return error.lineno
    return next((frame.lineno or 0 for frame in frames if frame.name == "<module>"), 0)


def _placed(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    """Return the frame with the learner's words for its place: a notebook's cell, the line in the cell."""
    assert frame.lineno is not None
    filename, line = importer.place(frame.filename, frame.lineno)
    if filename != frame.filename:
        _ = frame.line  # read from the whole source, before the number changes
        shift = line - frame.lineno
        frame.filename, frame.lineno = filename, line
        if frame.end_lineno is not None:
            frame.end_lineno += shift
    return frame


def _place_syntax_error(error: SyntaxError) -> None:
    if not isinstance(error.filename, str) or type(error.lineno) is not int:
        return  # raised by hand
    error.filename, line = importer.place(error.filename, error.lineno)
    if type(error.end_lineno) is int:
        error.end_lineno += line - error.lineno
    error.lineno = line


_OUT_OF_MEMORY = ("can't allocate memory", "failed to allocate memory", "OOM when allocating")


def _cause(error: BaseException, text: str) -> str:
    name = type(error).__name__
    if isinstance(error, MemoryError) or name == "ResourceExhaustedError" or any(s in text for s in _OUT_OF_MEMORY):
        return "memory"
    if isinstance(error, SyntaxError):
        return "syntax"
    if isinstance(error, wire.WireError):
        return "protocol"
    if isinstance(error, PermissionError | ModuleNotFoundError) or "No usable temporary directory" in text:
        return "forbidden"
    return "exception"


def serve(channel: socket.socket, maps: Mapping[str, DataMap], allowed: tuple[str, ...]) -> None:
    """Answer requests until the trusted side closes the channel."""
    sys.stdout = _text(1)
    sys.stderr = _text(2)
    sys.stdin = _Nobody()
    sys.argv = [""]
    _with_room(_answer_all, channel, Worker(maps, allowed))


def _with_room(function: Callable[..., None], *args: Any) -> None:
    function(*args)


# CPython keeps frames in blocks of 16 kB, and gives a block back as soon as nothing is in it. A library whose calls
# go to and fro over the border maps and unmaps memory each time: 3,000 times in two small fits of Keras. The block of
# a frame that asks for so many slots has 1 MB, and nearly half of it is left for what is called from there.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=70_000)


def _answer_all(channel: socket.socket, worker: Worker) -> None:
    requests = Requests(channel)
    while (request := requests.read()) is not None:
        reply = worker.answer(request)
        for stream in (sys.stdout, sys.stderr):
            # Flushed before the answer, or one case's text would appear in the next.
            try:
                stream.flush()
            except BaseException:  # the learner may have closed or replaced it
                continue
        if mark := request.get("mark"):
            _mark(mark)
        try:
            parts = wire.pack(reply, worker.foreign)
        except BaseException as error:
            parts = wire.pack({"id": request["id"], "error": describe(error)})
        for part in parts:
            channel.sendall(part)


def _mark(mark: bytes) -> None:
    """Write what ends the output of one question; the learner may have closed the pipe."""
    with suppress(OSError):
        os.write(1, mark)


class _Nobody(io.TextIOBase):
    """A keyboard that nobody sits at."""

    def readline(self, size: int | None = -1, /) -> NoReturn:
        """Raise what ``input()`` raises at the end of a file, with a reason."""
        raise EOFError("input() waits for somebody who types, and nobody does while a file is graded")

    def read(self, size: int | None = -1, /) -> NoReturn:
        """Raise as well."""
        self.readline()


def _text(fd: int) -> io.TextIOWrapper:
    raw = io.FileIO(fd, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=False
    )


class Requests:
    """What the trusted side asks, in order. Several small requests come with one read: it may have sent them ahead."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = bytearray()

    def read(self) -> dict[str, Any] | None:
        """Wait for the next request; None at the end of the channel."""
        prefix = self._take(wire.PREFIX.size)
        if prefix is None:
            return None
        head, body = wire.unpack_prefix(prefix, REQUEST_LIMIT)
        data = self._take(head + body)
        if data is None:
            return None
        return wire.unpack(memoryview(data)[:head], memoryview(data)[head:], wire.REQUEST_TAGS)

    def _take(self, size: int) -> bytearray | None:
        """Return the next ``size`` bytes; None if the channel ends before."""
        while len(self._buffer) < size:
            if size - len(self._buffer) > _READ:
                return self._rest(size)
            data = self._channel.recv(_READ)
            if not data:
                return None
            self._buffer += data
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _rest(self, size: int) -> bytearray | None:
        """Read what is missing of many bytes straight into their place."""
        data, done = bytearray(size), len(self._buffer)
        data[:done], self._buffer = self._buffer, bytearray()
        view = memoryview(data)
        while done < size:
            count = self._channel.recv_into(view[done : done + _BLOCK])
            if not count:
                return None
            done += count
        return data
