"""Damaged frames, answers, content files and submissions: one kind of error each, soon, within little memory.

The same targets run for longer by hand under atheris: see tools/fuzz.py.
"""

import io
import json
import random
import resource
import tarfile
import zipfile
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MIB = 1 << 20
FAST = settings(
    deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
changes = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=4)


def spoiled(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Replace stretches of ``data``; also by what stands elsewhere in it, which keeps it nearly valid."""
    for place, length, new in edits:
        start = place % (len(data) + 1)
        other = (place * 7919) % (len(data) + 1)
        data = data[:start] + (new or data[other : other + length]) + data[start + length :]
    return data


@pytest.fixture(autouse=True, scope="module")
def little_memory() -> Iterator[None]:
    """The whole module may add a quarter of a gigabyte to what this process has ever used."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 256 * MIB


@given(st.integers(0, 2**32), st.integers(0, 100))
@settings(FAST, max_examples=1000)
def test_a_frame_with_a_changed_head_is_a_message_or_a_wire_error(targets: ModuleType, seed: int, which: int) -> None:
    frames = targets.frames()
    targets.decode_frame(targets.reframed(frames[which % len(frames)], random.Random(seed)))


@given(st.integers(0, 100), changes)
@settings(FAST, max_examples=500)
def test_a_frame_with_changed_bytes_is_a_message_or_a_wire_error(
    targets: ModuleType, which: int, edits: list[tuple[int, int, bytes]]
) -> None:
    frames = targets.frames()
    targets.decode_frame(spoiled(frames[which % len(frames)], edits))


def test_valid_frames_are_understood_and_some_mutants_are_not(targets: ModuleType) -> None:
    """Not vacuous: the mutator makes frames of both kinds."""
    assert all(targets.decode_frame(frame) is not None for frame in targets.frames())
    rng = random.Random(1)
    mutants = [targets.decode_frame(targets.reframed(frame, rng)) for frame in targets.frames() for _ in range(20)]
    assert 0.1 < sum(one is not None for one in mutants) / len(mutants) < 0.9


@given(st.integers(0, 2**32), st.integers(0, 100), st.booleans())
@settings(FAST, max_examples=150)
def test_the_client_ends_every_call_with_a_value_or_a_cause(
    targets: ModuleType, seed: int, which: int, twice: bool
) -> None:
    frames = targets.frames()
    answer = targets.reframed(frames[which % len(frames)], random.Random(seed)) * (1 + twice)
    targets.answer_client(answer)


@given(st.binary(max_size=200))
@settings(FAST, max_examples=60)
def test_the_client_survives_arbitrary_answers(targets: ModuleType, answer: bytes) -> None:
    assert targets.answer_client(answer) != "vanished"


def test_the_client_tells_its_ends_apart(targets: ModuleType) -> None:
    good = targets.frames()[2]
    assert targets.answer_client(good) == "value"
    assert targets.answer_client(good[:-1]) == "crashed"  # it died in the middle of its answer
    assert targets.answer_client(good[:-1], close=False) == "timeout"
    assert targets.answer_client(good * 2, close=False) == "value"
    assert targets.answer_client(b"\xff" * 40, close=False) == "protocol"
    assert targets.answer_client(b"") == "crashed"


@pytest.mark.parametrize("kind", ["quiz", "exercise"])
@given(which=st.integers(0, 1000), edits=changes)
@settings(FAST, max_examples=80)
def test_a_damaged_content_file_loads_or_lists_its_mistakes(
    targets: ModuleType, kind: str, which: int, edits: list[tuple[int, int, bytes]]
) -> None:
    seeds = targets.contents()[kind]
    targets.load_content(spoiled(seeds[which % len(seeds)], edits), kind)


@pytest.mark.parametrize("kind", ["quiz", "exercise"])
@given(data=st.binary(max_size=300) | st.text(alphabet="-:{}[]&*!|>'\"%@`,?#~ \n\tab1", max_size=200).map(str.encode))
@settings(FAST, max_examples=150)
def test_any_bytes_as_a_content_file_are_a_list_of_mistakes(targets: ModuleType, kind: str, data: bytes) -> None:
    assert not targets.load_content(data, kind)


GREEDY = {
    "nested lists": b"a: " + b"[" * 300_000,
    "nested maps": b"{a: " * 200_000,
    "indents": b"".join(b" " * n + b"- \n" for n in range(1400)),
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(90_000)),
    "many items": b"title: [" + b"1," * 500_000 + b"1]",
    "one long line": b"title: " + b"x" * 1_000_000,
    "digits": b"minutes: " + b"9" * 1_000_000,
    "exponent": b"minutes: 1e999999999\npoints: 1e999999999",
    "quotes": b"title: '" + b"''" * 500_000,
    "escapes": b'title: "' + b"\\U0001F600" * 90_000 + b'"',
    "anchors": b"a: &a [x]\n" + b"".join(b"b%d: *a\n" % n for n in range(50_000)),
    "comments": b"#\n" * 500_000,
    "block text": b"title: |\n" + b"  x\n" * 250_000,
    "unknown questions": b"format_version: 1\ntitle: x\ntopic: x\nquestions:\n" + b"  - kind: nothing\n" * 30_000,
    "empty questions": b"format_version: 1\ntitle: x\ntopic: x\nquestions:\n" + b"  - {}\n" * 90_000,
}


@pytest.mark.parametrize("name", GREEDY)
def test_the_greediest_content_files_are_refused_in_time(targets: ModuleType, name: str) -> None:
    assert len(GREEDY[name]) <= MIB
    for kind in ("quiz", "exercise"):
        assert not targets.load_content(GREEDY[name], kind)


def submissions() -> dict[str, bytes]:
    """Return one valid file of every kind that a learner may hand in."""
    source = b"import numpy as np\n\n\ndef f(x):\n    return 2 * x\n"
    cell = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 1,
        "outputs": [],
        "source": ["def f(x):\n", "    pass"],
    }
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"language": "python"}}, "cells": [cell]}
    packed, taped = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.py", source)
        archive.writestr("helper.py", "one = 1\n")
    with tarfile.open(fileobj=taped, mode="w:gz") as archive:
        entry = tarfile.TarInfo("work.py")
        entry.size = len(source)
        archive.addfile(entry, io.BytesIO(source))
    return {
        "work.py": source,
        "latin.py": b"# -*- coding: latin-1 -*-\n# \xe9\n" + source,
        "work.ipynb": json.dumps(book).encode(),
        "work.zip": packed.getvalue(),
        "work.tar.gz": taped.getvalue(),
    }


def test_every_seed_is_a_submission(targets: ModuleType) -> None:
    assert all(targets.read_file(data, name) for name, data in submissions().items())


@pytest.mark.parametrize("name", sorted(submissions()))
@given(edits=changes)
@settings(FAST, max_examples=100)
def test_a_damaged_submission_is_read_or_refused_with_a_sentence(
    targets: ModuleType, name: str, edits: list[tuple[int, int, bytes]]
) -> None:
    targets.read_file(spoiled(submissions()[name], edits), name)
