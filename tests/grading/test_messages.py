"""The messages between the processes of a grading: every one survives, and nothing else is read as one."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.errors import MachineryError
from dlquiz.grading.limits import Budget
from dlquiz.grading.messages import (
    FORMAT_VERSION,
    CaseDone,
    CaseSpec,
    Collected,
    Failed,
    GradingPlan,
    Interrupted,
    Live,
    Measured,
    MessageError,
    Used,
    WallBuilt,
    Work,
    decode,
    encode,
)
from dlquiz.submission.plain import ModuleSource, Submission

texts = st.text(max_size=20)
floats = st.floats(allow_nan=False, allow_infinity=True)
whole = st.integers(0, 2**63)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
modules = st.builds(ModuleSource, texts, texts, st.binary(max_size=20))
submissions = st.builds(
    Submission, texts, texts, st.binary(max_size=50), texts,
    modules=st.lists(modules, max_size=2).map(tuple), file=texts,
    cells=st.lists(whole, max_size=3).map(tuple), notes=st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip
specs = st.builds(CaseSpec, texts, texts, st.sampled_from(["public", "hidden"]), floats, floats, st.none() | texts)
some = st.none() | texts
messages = st.one_of(
    st.builds(
        GradingPlan, texts, st.lists(texts, max_size=2).map(tuple), texts,
        st.builds(Budget, floats, floats, floats, whole),
        data_name=some, data_settings=st.dictionaries(texts, values, max_size=3), isolation=some,
        forbidden=st.lists(texts, max_size=2).map(tuple), case=some, expected=whole, watchdog_s=st.none() | floats,
    ),
    st.builds(Work, whole, submissions, whole),
    st.builds(Collected, st.lists(specs, max_size=3).map(tuple), st.lists(texts, max_size=2).map(tuple)),
    st.builds(WallBuilt, texts, texts, st.none() | whole, st.lists(texts, max_size=2).map(tuple)),
    st.builds(CaseDone, whole, texts, texts, texts, some, some, some, some, some, some, texts, seconds=floats),
    st.builds(Measured, whole, texts, values),
    st.builds(Used, whole, floats, whole, whole, whole),
    st.builds(Live, texts, floats, floats),
    st.builds(Failed, texts),
    st.builds(Interrupted, texts),
)  # fmt: skip


@given(message=messages)
def test_every_message_comes_back_as_it_was(message):
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == message


def test_messages_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Failed("x").text = "y"


def body(message, **changes):
    return json.dumps(json.loads(encode(message)) | changes)


def without(message, name):
    fields = json.loads(encode(message))
    del fields[name]
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "not a message"),
        ("[]", "not a message"),
        ("{}", "not a message"),
        ("[" * 100_000, "not a message"),
        (body(Failed("x"), kind="unheard"), "unheard"),
        (body(Failed("x"), more=1), "no field 'more'"),
        (without(Failed("x"), "text"), "text"),
        (body(Failed("x"), text=1), "found int, expected str"),
        (body(Used(1, 2.0, 3, 4, 5), calls=True), "found bool, expected int"),
        (body(Used(1, 2.0, 3, 4, 5), calls="5"), "found str, expected int"),
        (body(Collected(()), cases={}), "found dict, expected list"),
        (body(Collected((CaseSpec("a", "b", "public", 1, 0, None),)), cases=[{"id": "a"}]), "missing"),
        (body(Work(1, Submission("a", "b", b"", ""), 1), submission=None), "not a message"),
        (body(Failed("x"), v=FORMAT_VERSION + 1), f"version {FORMAT_VERSION + 1}, expected {FORMAT_VERSION}"),
    ],
)
def test_what_is_no_message_is_a_fault_of_ours(line, words):
    with pytest.raises(MessageError, match=words) as caught:
        decode(line)
    assert isinstance(caught.value, MachineryError)


def test_a_source_must_be_base64():
    fields = json.loads(encode(Work(1, Submission("a", "b", b"x = 1", ""), 1)))
    fields["submission"]["source"] = "%%%"
    with pytest.raises(MessageError):
        decode(json.dumps(fields))


@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_message_or_a_message_error(data):
    try:
        decode(data)
    except MessageError:
        return
    assert data.strip()
