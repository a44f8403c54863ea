"""Frames through a socket that never blocks: whole in any pieces, and no more than was allowed."""

import itertools
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.sandbox import wire
from dlquiz.sandbox.frames import Inbox, Outbox


def frame(value):
    return b"".join(bytes(part) for part in wire.pack({"value": value}))


def value_of(inbox):
    head, body = inbox.take()
    return wire.unpack(head, body, wire.REPLY_TAGS)["value"]


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


@given(
    sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=5),
    cuts=st.lists(st.integers(1, 20_000), max_size=6),
)
def test_frames_arrive_whole_and_in_order_in_any_pieces(sizes, cuts):
    stream = b"".join(frame(np.arange(size)) for size in sizes)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    inbox, seen = Inbox(1 << 20, 1 << 20), []
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    for a, b in itertools.pairwise(places):
        theirs.sendall(stream[a:b])
        while True:
            assert inbox.receive(ours)
            if not inbox.ready:
                break
            seen.append(value_of(inbox))
    assert [len(array) for array in seen] == sizes
    assert all((array == np.arange(size)).all() for array, size in zip(seen, sizes, strict=True))
    assert inbox.empty
    theirs.close()
    assert not inbox.receive(ours)
    ours.close()


@given(
    sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=5),
    looked_at=st.integers(1, 6),
    half_read=st.booleans(),
)
def test_frames_that_were_looked_at_are_still_there_until_they_are_dropped(sizes, looked_at, half_read):
    inbox = Inbox(1 << 20, 1 << 20)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        check_looking(inbox, ours, theirs, sizes, looked_at, half_read=half_read)


def check_looking(inbox, ours, theirs, sizes, looked_at, *, half_read):
    ours.setblocking(False)
    theirs.sendall(b"".join(frame(np.arange(size)) for size in sizes))
    if half_read:
        assert inbox.receive(ours)  # the first frame has begun
    assert inbox.receive_more(ours, 1 << 20)
    frames = inbox.look(looked_at)
    assert (frames is None) == (looked_at > len(sizes))
    left = list(sizes)
    if frames is not None:
        shown = [wire.unpack(head, memoryview(body), wire.REPLY_TAGS)["value"] for head, body in frames]
        assert [len(array) for array in shown] == sizes[:looked_at]
        inbox.drop(frames[:-1])
        left = sizes[looked_at - 1 :]
    for size in left:
        assert inbox.ready
        assert (value_of(inbox) == np.arange(size)).all()
    assert inbox.empty
    theirs.close()
    assert not inbox.receive_more(ours, 1 << 20)


def test_no_more_is_read_ahead_than_was_asked_for(pair):
    ours, theirs = pair
    inbox = Inbox(1 << 20, 1 << 20)
    theirs.sendall(frame(np.zeros(12_000)))
    assert not inbox.receive_more(ours, 1 << 10)
    assert inbox.look(1) is None
    while not inbox.ready:
        assert inbox.receive(ours)
    assert len(value_of(inbox)) == 12_000


def test_a_claimed_length_beyond_the_limit_is_refused_before_its_bytes(pair):
    ours, theirs = pair
    theirs.sendall(wire.PREFIX.pack(10, 1 << 40))
    inbox = Inbox(1 << 20, 1 << 10)
    with pytest.raises(wire.WireError, match="at most 1,048,576"):
        inbox.receive(ours)


def test_a_large_body_is_not_received_before_it_is_allowed(pair):
    ours, theirs = pair
    data = frame(np.zeros(20_000))
    theirs.sendall(data[: len(data) // 2])
    inbox = Inbox(1 << 20, 1 << 10)
    for _ in range(5):
        inbox.receive(ours)
    assert not inbox.ready
    assert inbox.asks_for == 160_000
    assert wire.describe_arrays(inbox.head) == "an array of shape (20000,)"
    inbox.allow()
    assert inbox.asks_for is None
    theirs.sendall(data[len(data) // 2 :])
    while not inbox.ready:
        inbox.receive(ours)
    assert value_of(inbox).shape == (20_000,)


def test_an_outbox_sends_what_the_socket_takes_and_keeps_the_rest(pair):
    ours, theirs = pair
    outbox = Outbox()
    array = np.arange(200_000.0)
    outbox.put(wire.pack({"value": array}))
    outbox.send(ours)
    assert outbox, "the kernel's buffer cannot hold so much"
    theirs.setblocking(False)
    inbox = Inbox(1 << 24, 1 << 24)
    while not inbox.ready:
        inbox.receive(theirs)
        outbox.send(ours)
    assert not outbox
    assert (value_of(inbox) == array).all()


def test_many_small_frames_leave_with_one_send_and_a_large_array_is_not_copied(pair):
    class Counting:
        def __init__(self, channel):
            self.channel, self.sends = channel, 0

        def send(self, data):
            self.sends += 1
            return self.channel.send(data)

    ours, theirs = pair
    outbox, counting, array = Outbox(), Counting(ours), np.arange(10_000.0)
    outbox.put(part for number in range(30) for part in wire.pack({"value": np.arange(number)}))
    outbox.send(counting)
    assert counting.sends == 1
    outbox.put(wire.pack({"value": array}))
    array[0] = 7  # seen by the other side: what is large is sent from where it lies
    outbox.send(counting)
    theirs.setblocking(False)
    inbox, seen = Inbox(1 << 20, 1 << 20), []
    while len(seen) < 31:
        inbox.receive(theirs)
        while inbox.ready:
            seen.append(value_of(inbox))
        outbox.send(counting)
    assert [len(value) for value in seen] == [*range(30), 10_000]
    assert seen[-1][0] == 7
