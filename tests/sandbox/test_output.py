"""What a worker prints: kept from both ends, and told apart by marks."""

import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.sandbox.output import HEAD_BYTES, TAIL_BYTES, OutputPipe
from dlquiz.text import before_gaps

MARKS = [bytes([number]) * 8 for number in range(1, 6)]


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    output = OutputPipe(reader)
    yield output, writer
    os.close(writer)
    output.close()


def fed(chunks, marks):
    """Return an output that expects ``marks`` and has read ``chunks``, one after the other."""
    reader, writer = os.pipe()
    output = OutputPipe(reader)
    for mark in marks:
        output.expect(mark)
    for chunk in chunks:
        os.write(writer, chunk)
        output.drain()
    os.close(writer)
    return output


def test_without_marks_everything_is_taken_once(pipe):
    output, writer = pipe
    os.write(writer, b"one\ntwo\n")
    assert output.take() == "one\ntwo\n"
    assert output.take() == ""


@given(
    texts=st.lists(st.text(alphabet="ab\n", max_size=6), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 80), max_size=8),
    kept=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_each_question_has_what_was_printed_before_its_mark_however_it_was_read(texts, cuts, kept):
    marks = MARKS[: len(texts)]
    stream = b"".join(text.encode() + mark for text, mark in zip(texts, marks, strict=True)) + b"the rest"
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(places) if b > a]
    output = fed(chunks, marks)
    for keep in kept[: len(texts)]:
        output.passed() if keep else output.dropped()
    wanted = "".join(text for text, keep in zip(texts, kept, strict=False) if keep)
    assert output.take() == wanted + "the rest"
    output.close()


def test_what_comes_after_the_marks_that_were_passed_is_not_taken_yet():
    output = fed([b"one" + MARKS[0] + b"two" + MARKS[1]], MARKS[:2])
    output.passed()
    assert output.take() == "one"
    output.passed()
    assert output.take() == "two"
    output.close()


def test_a_mark_that_never_comes_leaves_the_text_with_its_question():
    output = fed([b"one" + MARKS[0][:5]], MARKS[:2])
    output.passed()
    assert output.take() == "one" + MARKS[0][:5].decode()
    output.dropped()
    assert output.take() == ""
    output.close()


def test_lines_that_are_left_out_are_counted_over_marks():
    printed = b"".join(b"line %d\n" % number for number in range(40_000))
    half = printed.index(b"line 20000\n")
    reader, writer = os.pipe()
    output = OutputPipe(reader)
    for mark in MARKS[:2]:
        output.expect(mark)
    for at in range(0, len(printed), 60_000):
        if at <= half < at + 60_000:
            os.write(writer, printed[at:half] + MARKS[0] + printed[half : at + 60_000])
        else:
            os.write(writer, printed[at : at + 60_000])
        output.drain()
    output.passed()
    assert before_gaps(output.take())[1] == 20_000
    output.close()
    os.close(writer)


def test_the_end_of_a_long_text_is_kept_over_marks():
    reader, writer = os.pipe()
    output = OutputPipe(reader)
    output.expect(MARKS[0])
    for _ in range(3):
        os.write(writer, b"x" * 40_000)
        output.drain()
    os.write(writer, b"end" + MARKS[0])
    output.passed()
    text = output.take()
    assert text.startswith("x" * HEAD_BYTES)
    assert text.endswith("end")
    assert f"[… {120_003 - HEAD_BYTES - TAIL_BYTES:,} bytes left out …]" in text
    os.close(writer)
    output.close()
