"""The wire: every value comes through as it was, and nothing malformed comes through at all."""

import contextlib
import math
import struct
import time
import tracemalloc
from collections import OrderedDict, namedtuple
from enum import IntEnum
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import EXPRESSIONS, Call, File, Get, Handle, Item, Iterate, Module, Rng, Tensor

LIMIT = 1 << 20

dtypes = st.sampled_from(sorted(wire.DTYPES)).map(wire.DTYPES.__getitem__)
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, shapes))
letters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
texts = hnp.arrays(np.dtype("<U5"), shapes, elements=letters)
hashable = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=6,
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary(max_size=50)
    | arrays
    | texts
    | st.sets(hashable, max_size=4)
    | st.frozensets(hashable, max_size=4)
)
keys = st.text() | st.integers(-(2**63), 2**64 - 1)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def join(parts: list[memoryview]) -> bytes:
    return b"".join(bytes(part) for part in parts)


def decode(frame: bytes, allow: frozenset[str] = wire.REPLY_TAGS, limit: int = LIMIT) -> dict[str, Any]:
    """Decode a whole frame as the client does, piece by piece."""
    if len(frame) < wire.PREFIX.size:
        raise wire.WireError("too short")
    head, body = wire.unpack_prefix(frame[: wire.PREFIX.size], limit)
    rest = memoryview(frame)[wire.PREFIX.size :]
    if len(rest) < head + body:
        raise wire.WireError("too short")
    return wire.unpack(rest[:head], rest[head : head + body], allow)


def framed(tree: Any, body: bytes = b"") -> bytes:
    head = msgpack.packb(tree)
    return struct.pack("<IQ", len(head), len(body)) + head + body


def written(entry: Any) -> str:
    """Return an entry of a set with its types, so that 1, True and 1.0 differ, and NaN is like itself."""
    if isinstance(entry, tuple):
        return f"({', '.join(map(written, entry))})"
    if isinstance(entry, frozenset):
        return f"{{{', '.join(sorted(map(written, entry)))}}}"
    return f"{type(entry).__name__} {entry!r}"


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, set | frozenset):
        return sorted(map(written, left)) == sorted(map(written, right))
    if isinstance(left, float):
        return (math.isnan(left) and math.isnan(right)) or (
            left == right and math.copysign(1, left) == math.copysign(1, right)
        )
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    return left == right


def text_survives(value: Any) -> bool:
    """Lone surrogates and integers of hundreds of digits do not cross unchanged, on purpose."""
    if isinstance(value, str):
        return not any(0xD800 <= ord(letter) < 0xE000 for letter in value)
    if isinstance(value, dict):
        return all(text_survives(key) and text_survives(item) for key, item in value.items())
    return all(map(text_survives, value)) if isinstance(value, list | tuple | set | frozenset) else True


@given(values)
@settings(max_examples=150, deadline=None)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    if text_survives(value):
        assert same(decode(join(wire.pack({"value": value})))["value"], value)


@pytest.mark.parametrize("name", sorted(wire.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 5), (2, 0, 3), (2, 3), (1,) * 8])
def test_every_dtype_and_shape_comes_back(name: str, shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape)).astype(wire.DTYPES[name]).reshape(shape)
    back = decode(join(wire.pack({"value": array})))["value"]
    assert (back.dtype.name, back.shape) == (name, shape)
    np.testing.assert_array_equal(back, array)
    assert back.flags.writeable


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-2],
        np.arange(4, dtype=">f8"),
        np.broadcast_to(1.0, (3, 2)),
        np.asfortranarray(np.eye(3)),
    ],
)
def test_views_and_foreign_byte_orders_arrive_as_plain_arrays(array: "np.ndarray[Any, Any]") -> None:
    back = decode(join(wire.pack({"value": array})))["value"]
    np.testing.assert_array_equal(back, array)
    assert back.flags.c_contiguous
    assert back.dtype.isnative


def test_subclasses_arrive_as_their_plain_bases() -> None:
    class Colour(IntEnum):
        RED = 3

    class Liar(np.ndarray):
        def __eq__(self, other: object) -> bool:
            return True

    pair = namedtuple("pair", "a b")
    sent = [
        Colour.RED,
        pair(1, 2),
        OrderedDict(a=1),
        np.float32(0.5),
        np.bool_(True),
        np.zeros(2).view(Liar),
        bytearray(b"x"),
    ]
    got = decode(join(wire.pack({"value": sent})))["value"]
    assert [type(one) for one in got] == [int, tuple, dict, float, bool, np.ndarray, bytes]


@given(values, st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_reply_is_the_same_without_its_number_whatever_the_number(value: Any, one: int, other: int) -> None:
    def head(number: int) -> bytes:
        frame = b"".join(bytes(part) for part in wire.pack({"id": number, "value": value}))
        size, _ = wire.unpack_prefix(frame[: wire.PREFIX.size], 1 << 40)
        return frame[wire.PREFIX.size : wire.PREFIX.size + size]

    assert wire.without_number(head(one), one) == wire.without_number(head(other), other) is not None
    assert (wire.without_number(head(one), other) is None) == (one != other)


@given(st.binary(max_size=40), st.integers(0, 2**40))
def test_what_is_no_reply_has_no_number(noise: bytes, number: int) -> None:
    assert wire.without_number(noise, number) is None


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_are_refused_with_one_error(noise: bytes) -> None:
    with pytest.raises(wire.WireError):
        decode(noise)


@given(values, st.integers(0, 2**32), st.integers(0, 255), st.sampled_from(["flip", "cut", "add", "insert"]))
@settings(max_examples=300, deadline=None)
def test_a_damaged_frame_is_a_message_or_a_wire_error(value: Any, where: int, byte: int, how: str) -> None:
    frame = bytearray(join(wire.pack({"id": 1, "value": value})))
    place = where % len(frame)
    if how == "flip":
        frame[place] = byte
    elif how == "cut":
        del frame[place:]
    elif how == "insert":
        frame.insert(place, byte)
    else:
        frame.append(byte)
    with contextlib.suppress(wire.WireError):
        assert isinstance(decode(bytes(frame)), dict)


trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=5)
    | st.sampled_from(["l", "t", "d", "s", "f", "c", "i", "b", "a", "u", "float64", *EXPRESSIONS]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(trees, st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_well_packed_nonsense_is_a_message_or_a_wire_error(tree: Any, body: bytes) -> None:
    for allow in (wire.REPLY_TAGS, wire.REQUEST_TAGS):
        with contextlib.suppress(wire.WireError):
            assert isinstance(decode(framed(["d", "value", tree], body), allow), dict)


@pytest.mark.parametrize("tag", sorted(set(EXPRESSIONS) - {"handle"}))
def test_a_reply_may_hold_no_expression_but_a_handle(tag: str) -> None:
    samples = {
        "module": Module("submission"),
        "get": Get(Module("a"), "b"),
        "item": Item(Module("a"), "b"),
        "call": Call(Module("a")),
        "iterate": Iterate(Module("a"), 1),
        "tensor": Tensor(np.ones(1)),
        "rng": Rng(1),
        "file": File("train"),
    }
    frame = join(wire.pack({"value": samples[tag]}))
    assert decode(frame, wire.REQUEST_TAGS)["value"].__class__ is EXPRESSIONS[tag]
    with pytest.raises(wire.WireError, match="unknown tag"):
        decode(frame)
    assert decode(join(wire.pack({"value": Handle(7, "Thing")})))["value"] == Handle(7, "Thing")


@pytest.mark.parametrize(
    "tree",
    [
        ["handle", "7", "Thing"],
        ["handle", 7],
        ["handle", 7, ["l"]],
        ["handle", True, "x"],
        ["a", "float64", [-1]],
        ["a", "float64", [2**63]],
        ["a", "object", [1]],
        ["a", "V8", [1]],
        ["a", "float64", [2**39, 2**39, 0]],
        ["a", "float64", ["1"]],
        ["a", "float64", [True]],
        ["a", "float64", [1] * 9],
        ["b", -1],
        ["b", 10],
        ["c", 1, 2],
        ["i", "1e5"],
        ["i", "9" * 401],
        ["i", "\u0663"],
        ["i", "--1"],
        ["i", "-"],
        ["d", "a"],
        ["d", 1.5, 2],
        ["d", True, 2],
        ["d", None, 2],
        ["d", ["t"], 2],
        ["d", "a", 1, "a", 2],
        ["d", 1, 1, 1, 2],
        ["s", 1, 1],
        ["s", 1, True],
        ["s", ["l"]],
        ["s", ["t", ["l"]]],
        ["s", ["d"]],
        ["s", ["a", "float64", [0]]],
        ["f", 0.0, -0.0],
        ["f", ["s"]],
        ["u"],
        ["u", 1],
        ["u", 0, [1]],
        ["u", -1, [1]],
        ["u", True, [0]],
        ["u", "1", [0]],
        ["u", 1, [1]],
        ["u", 1, [-1]],
        ["u", 1, ["1"]],
        ["u", 1, [1] * 9],
        ["u", 2**62, [2**62, 0]],
        ["u", 2**62, [1]],
        ["u", 1, [2**39, 2**39, 0]],
        ["u", wire.TEXT_LIMIT, [1]],
        [],
        [1, 2],
        {"a": 1},
        b"bytes",
        ["call"],
        ["nobody"],
    ],
)
def test_each_malformed_value_is_refused(tree: Any) -> None:
    with pytest.raises(wire.WireError):
        decode(framed(["d", "value", tree]))


def test_bytes_that_nothing_accounts_for_are_refused() -> None:
    with pytest.raises(wire.WireError, match="holds more"):
        decode(framed(["d", "value", None], b"x"))


@pytest.mark.parametrize("extension", [msgpack.ExtType(5, b"x"), msgpack.Timestamp(1), msgpack.ExtType(1, b"")])
def test_extension_types_are_refused(extension: Any) -> None:
    with pytest.raises(wire.WireError):
        decode(framed(["d", "value", extension]))


def test_a_message_must_be_a_dictionary() -> None:
    with pytest.raises(wire.WireError, match="dictionary"):
        decode(framed(["l", 1]))


@pytest.mark.parametrize(("head", "body"), [(2**32 - 1, 0), (wire.HEAD_LIMIT + 1, 0), (0, 2**64 - 1), (0, LIMIT + 1)])
def test_an_enormous_announcement_is_refused_before_anything_is_allocated(head: int, body: int) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError, match="at most"):
            wire.unpack_prefix(wire.PREFIX.pack(head, body), LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("fill", [b"\x90", b"\xc0", b"\x80", b"\x91", b"\xa0", b"\x93" + b"\xc0" * 3])
def test_a_full_head_of_the_worst_kind_costs_bounded_memory(fill: bytes) -> None:
    head = b"\xdd" + struct.pack(">I", 900_000 // len(fill)) + fill * (900_000 // len(fill))
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError):
            wire.unpack(head, memoryview(b""), wire.REPLY_TAGS)
        assert tracemalloc.get_traced_memory()[1] < 200 << 20
    finally:
        tracemalloc.stop()


def test_values_nested_too_deeply_are_refused_on_both_sides() -> None:
    nest: Any = None
    for _ in range(wire.DEPTH_LIMIT + 2):
        nest = [nest]
    with pytest.raises(wire.WireError, match="nested"):
        wire.pack({"value": nest})
    tree: Any = None
    for _ in range(wire.DEPTH_LIMIT + 2):
        tree = ["l", tree]
    with pytest.raises(wire.WireError, match="deep"):
        decode(framed(["d", "value", tree]))


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1.5: 2},
        {True: 2},
        {None: 2},
        {(1, 2): 2},
        {2**64: 2},
        [0] * (wire.NODE_LIMIT + 1),
        "x" * (wire.HEAD_LIMIT + 1),
        np.array([object()]),
        np.zeros(1, dtype="i4,f8"),
        np.array(["text", 1], dtype=object),
        np.array(["text", None], dtype=object),
        np.array([b"bytes"]),
        np.array(["x" * (wire.TEXT_LIMIT // 4), "y"]),
        np.array(["x" * (wire.TEXT_LIMIT // 4), "y"], dtype=object),
        np.full((1,) * 9, "x"),
        np.zeros((1,) * 9),
        1 << 5000,
        {object()},
        np.array([1], dtype="datetime64[s]"),
        np.longdouble(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_may_not_cross_is_refused_while_packing(value: Any) -> None:
    with pytest.raises(wire.WireError):
        wire.pack({"value": value})


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        ({np.int64(3): "a", np.str_("b"): 2}, {3: "a", "b": 2}),
        ({np.float32(0.5), np.str_("x"), (np.int8(1), "y")}, {0.5, "x", (1, "y")}),
    ],
)
def test_keys_and_entries_of_numpys_kinds_arrive_as_pythons(sent: Any, got: Any) -> None:
    back = decode(join(wire.pack({"value": sent})))["value"]
    assert back == got
    assert {type(one) for one in back} <= {int, str, float, tuple}


@pytest.mark.parametrize(
    "array",
    [
        np.array(["a", "", "naïve 🙂"]),
        np.array([["left", "right"], ["up", "down"]]),
        np.array("alone"),
        np.array([], dtype="U7").reshape(0, 3),
        np.array(["a", "bb"], dtype=">U5"),
        np.array(["one", "three"], dtype=object),
        np.array([], dtype=object),
        np.array(["a", "b", "c", "d"])[::-2],
        np.array(["inner\0null", "tail"]),
        np.array(["x", "longer"], dtype=np.dtypes.StringDType()),
        np.char.array(["a", "b"]),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_of_text_arrive_as_plain_arrays_of_text(array: "np.ndarray[Any, Any]") -> None:
    back = decode(join(wire.pack({"value": array})))["value"]
    assert type(back) is np.ndarray
    assert back.dtype.kind == "U"
    assert back.dtype.isnative
    assert back.flags.writeable
    assert back.shape == array.shape
    assert back.tolist() == array.tolist()


def test_lone_surrogates_in_an_array_cross_as_replacements_and_are_refused_from_a_worker() -> None:
    back = decode(join(wire.pack({"value": np.array(["a\ud800", "b"])})))["value"]
    assert back.tolist() == ["a\ufffd", "b"]
    for letter in (0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF):
        with pytest.raises(wire.WireError, match="no letter"):
            decode(framed(["d", "value", ["u", 1, [1]]], struct.pack("<I", letter)))


def test_a_set_that_was_made_to_be_slow_is_refused_at_once() -> None:
    """The hash of a number is known: these are all equal in it, and building such a set costs their square."""
    same_hash = [["i", str(n * (2**61 - 1))] for n in range(20_000)]
    started = time.process_time()
    with pytest.raises(wire.WireError, match="slow"):
        decode(framed(["d", "value", ["s", *same_hash]]))
    with pytest.raises(wire.WireError, match="slow"):
        decode(framed(["d", "value", ["f", *(["c", -1000003.0 * n, float(n)] for n in range(2, 1000))]]))
    assert time.process_time() - started < 5
    few = {n * (2**61 - 1) for n in range(20)}
    assert decode(join(wire.pack({"value": few})))["value"] == few
    many = {(n, n + 1) for n in range(20_000)}
    assert decode(join(wire.pack({"value": many})))["value"] == many


def test_a_message_has_text_keys() -> None:
    with pytest.raises(wire.WireError, match="text keys"):
        decode(framed(["d", 1, 2]))


def test_the_shape_of_an_array_of_text_is_told_from_the_head_alone() -> None:
    head = msgpack.packb(["d", "value", ["l", ["u", 9, [3, 2]], ["a", "int8", [2]]]])
    assert wire.describe_arrays(head) == "an array of shape (3, 2)"


def test_a_bool_array_holds_only_true_and_false_whatever_bytes_came() -> None:
    back = decode(framed(["d", "value", ["a", "bool", [3]]], b"\x00\x01\x7f"))["value"]
    assert back.view(np.uint8).tolist() == [0, 1, 1]


def test_lone_surrogates_cross_as_visible_escapes() -> None:
    assert decode(join(wire.pack({"value": "a\ud800b"})))["value"] == "a\\ud800b"
