"""What a worker evaluates; in this process, because nothing of it needs the wall."""

import itertools
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import Call, Get, Handle, Iterate, Module, Rng, Tensor
from dlquiz.sandbox.worker import Requests, Worker, describe

SOURCE = """
import random
import numpy as np
PI = 3
class Net:
    def __init__(self, n): self.n = n
    def add(self, k=1): return self.n + k
def net(n): return Net(n)
def nets(): return {Net(3)}
def twice(x): return 2 * x
def fill(x): x[:] = 7; return x.sum()
def count():
    n = 0
    while True:
        yield n
        n += 1
def draw(rng): return rng.random(3)
def everything(*args, **kwargs): return [args, kwargs]
def chance(): return [random.random(), float(np.random.rand())]
def wrong(): raise ValueError("text")
"""


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker({}, ("numpy",))
    reply = made.answer(
        {
            "id": 1,
            "op": "load",
            "role": "submission",
            "name": "worker_test_module",
            "source": SOURCE.encode(),
            "seed": 5,
        }
    )
    assert "error" not in reply
    yield made
    sys.modules.pop("worker_test_module", None)
    sys.modules.pop("worker_test_probe", None)


def get(name: str) -> Get:
    return Get(Module("submission"), name)


def value(worker: Worker, expr: Any, **fields: Any) -> Any:
    """Answer, and pass the reply over the wire, as the trusted side would see it."""
    parts = wire.pack(worker.answer({"id": 2, "op": "eval", "expr": expr, **fields}), worker.foreign)
    frame = b"".join(map(bytes, parts))
    head, _ = wire.unpack_prefix(frame[:12], 1 << 20)
    return wire.unpack(frame[12 : 12 + head], memoryview(frame)[12 + head :], wire.REPLY_TAGS)


def test_calls_attributes_and_plain_values(worker: Worker) -> None:
    assert value(worker, Call(get("twice"), (np.arange(3),)))["value"].tolist() == [0, 2, 4]
    assert value(worker, get("PI"))["value"] == 3
    got = value(worker, Call(get("everything"), (1, "a"), {"k": [2.5, None]}))["value"]
    assert got == [(1, "a"), {"k": [2.5, None]}]


def test_objects_stay_behind_handles_that_can_be_used_and_passed_back(worker: Worker) -> None:
    handle = value(worker, Call(get("net"), (4,)))["value"]
    assert (type(handle), handle.type_name) == (Handle, "Net")
    assert value(worker, Get(handle, "n"))["value"] == 4
    assert value(worker, Call(Get(handle, "add"), (), {"k": 10}))["value"] == 14
    assert value(worker, Call(get("everything"), (handle,)))["value"][0][0].type_name == "Net"


def test_handles_do_not_outlive_a_case(worker: Worker) -> None:
    handle = value(worker, Call(get("net"), (4,)))["value"]
    worker.answer({"id": 3, "op": "begin", "seed": 1})
    assert value(worker, Get(handle, "n"))["error"]["type"] == "KeyError"


def test_an_invented_handle_is_an_error_of_whoever_uses_it(worker: Worker) -> None:
    assert value(worker, Get(Handle(999, "Net"), "n"))["error"]["kind"] == "exception"


def test_an_endless_generator_is_read_only_so_far(worker: Worker) -> None:
    assert value(worker, Iterate(Call(get("count")), 4))["value"] == [0, 1, 2, 3]


def test_a_generator_of_numbers_is_made_here(worker: Worker) -> None:
    got = value(worker, Call(get("draw"), (Rng(7),)))["value"]
    assert got.tolist() == np.random.default_rng(7).random(3).tolist()


def test_tensors_are_arrays_where_there_is_no_framework(worker: Worker) -> None:
    sent = np.ones(2)
    assert value(worker, Call(get("fill"), (Tensor(sent),)))["value"] == 14
    assert sent.tolist() == [1, 1]


def test_the_arguments_come_back_as_they_are_after_the_call(worker: Worker) -> None:
    result, (after,) = value(worker, Call(get("fill"), (np.zeros(3),)), echo=True)["value"]
    assert (result, after.tolist()) == (21, [7, 7, 7])


def test_keep_leaves_even_plain_values_here(worker: Worker) -> None:
    reply = worker.answer({"id": 4, "op": "keep", "expr": Call(get("twice"), (3,))})
    assert isinstance(reply["value"], Handle)
    assert value(worker, reply["value"])["value"] == 6


def test_keys_sets_and_texts_cross_in_both_directions(loaded: Any, ask: Any) -> None:
    sent = ({3: "c", "k": {1: None}}, {1, "two", (3, 4.5)}, frozenset({b"x"}), np.array([["left"], ["up"]]))
    code = "import numpy as np\ndef f(*args): return args, [type(one).__name__ for one in args], args[3].dtype.str\n"
    code += "def words(): return np.array(['a', 'bc'], dtype=object), {np.int64(2): np.str_('x')}, {np.float32(0.5)}\n"
    worker = loaded(code)
    back, kinds, dtype = ask(worker, "f", *sent).value
    assert back[:3] == sent[:3]
    np.testing.assert_array_equal(back[3], sent[3])
    assert (kinds, dtype) == (["dict", "set", "frozenset", "ndarray"], "<U4")
    texts, counts, numbers = ask(worker, "words").value
    assert (texts.dtype, texts.tolist(), counts, numbers) == (np.dtype("<U2"), ["a", "bc"], {2: "x"}, {0.5})


def test_an_object_in_a_set_stays_behind_a_handle(worker: Worker) -> None:
    (handle,) = value(worker, Call(get("nets")))["value"]
    assert handle.type_name == "Net"
    passed = Call(get("everything"), ({handle},))
    assert worker.answer({"id": 3, "op": "eval", "expr": passed})["value"][0][0].pop().n == 3


@pytest.mark.parametrize("result", ["{(1, 2): 3}", "{1.5: 2}", "np.array(['a', 1], dtype=object)"])
def test_what_may_not_cross_says_what_it_is(loaded: Any, ask: Any, result: str) -> None:
    failed = ask(loaded(f"import numpy as np\ndef f(): return {result}"))
    assert failed.cause == "protocol"
    assert "keys must be text or whole numbers" in failed.text or "unless every entry is text" in failed.text


def test_a_name_that_is_not_there_is_called_missing(worker: Worker) -> None:
    error = value(worker, Call(get("softmax")))["error"]
    defined = error.pop("defined").split()
    assert error == {
        "kind": "missing",
        "type": "MissingName",
        "text": "softmax",
        "trace": "",
        "bases": "",
        "line": 0,
    }
    assert {"Net", "twice", "Net.add"} <= set(defined)
    assert "np" not in defined


def test_the_same_seed_gives_the_same_chance(worker: Worker) -> None:
    draws = []
    for seed in (1, 1, 2):
        worker.answer({"id": 5, "op": "begin", "seed": seed})
        draws.append(value(worker, Call(get("chance")))["value"])
    assert draws[0] == draws[1] != draws[2]


def test_a_probe_sees_the_submission(worker: Worker) -> None:
    source = b"def of_two(x): return submission.twice(x) + 1"
    worker.answer({"id": 6, "op": "load", "role": "probe", "name": "worker_test_probe", "source": source, "seed": 1})
    assert value(worker, Call(Get(Module("probe"), "of_two"), (3,)))["value"] == 7


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"def f(:", "syntax"),
        (b"x = 1\n\ty = 2", "syntax"),
        (b"raise SystemExit(0)", "exception"),
        (b"1/0", "exception"),
        (b"import no_such_module", "forbidden"),
        (b"raise MemoryError", "memory"),
        (b"open('/no/such/file')", "exception"),
        (b"x = '\xff'", "syntax"),
    ],
)
def test_a_source_that_does_not_load_says_why(source: bytes, kind: str) -> None:
    request = {"id": 1, "op": "load", "role": "submission", "name": "worker_test_broken", "source": source, "seed": 1}
    assert Worker({}, ("numpy",)).answer(request)["error"]["kind"] == kind
    assert "worker_test_broken" not in sys.modules


class _Silent(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)


class _Endless(Exception):
    def __str__(self) -> str:
        return "A" * 10_000_000


@pytest.mark.parametrize(
    "error",
    [_Silent(), _Endless(), KeyboardInterrupt(), SystemExit(0), GeneratorExit(), RecursionError("x"), BaseException()],
)
def test_every_exception_can_be_described_within_limits(error: BaseException) -> None:
    said = describe(error)
    assert set(said) == {"kind", "type", "text", "trace", "bases", "line", "defined"}
    assert said.pop("line") == 0
    assert all(type(text) is str and len(text) <= 4000 for text in said.values())
    assert type(error).__name__ == said["type"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), "memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "memory"),
        (type("ResourceExhaustedError", (Exception,), {})("OOM when allocating tensor"), "memory"),
        (PermissionError(1, "no"), "forbidden"),
        (ModuleNotFoundError("not allowed"), "forbidden"),
        (wire.WireError("no"), "protocol"),
        (ValueError("no"), "exception"),
    ],
)
def test_the_kind_of_an_exception_is_the_reports_cause(error: BaseException, kind: str) -> None:
    assert describe(error)["kind"] == kind


@given(
    sizes=st.lists(st.sampled_from([0, 3, 900, 40_000]), min_size=1, max_size=4),
    cuts=st.lists(st.integers(1, 200_000), max_size=5),
)
def test_requests_are_read_whole_and_in_order_in_any_pieces(sizes: list[int], cuts: list[int]) -> None:
    stream = b"".join(bytes(part) for size in sizes for part in wire.pack({"x": np.arange(float(size))}))
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    ours, theirs = socket.socketpair()

    def send() -> None:
        for start, end in itertools.pairwise(places):
            theirs.sendall(stream[start:end])
        theirs.close()

    with ours, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send)
        requests, read = Requests(ours), []
        while (request := requests.read()) is not None:
            read.append(request["x"].tolist())
        sending.result()
    assert read == [[*map(float, range(size))] for size in sizes]


def test_a_channel_that_ends_within_a_request_ends_the_requests() -> None:
    data = b"".join(bytes(part) for part in wire.pack({"x": np.arange(40_000.0)}))
    for length in (3, 30, 200_000):
        ours, theirs = socket.socketpair()
        with ours, ThreadPoolExecutor(1) as pool:
            sending = pool.submit(theirs.sendall, data[:length])
            sending.add_done_callback(lambda _, end=theirs: end.close())
            assert Requests(ours).read() is None
