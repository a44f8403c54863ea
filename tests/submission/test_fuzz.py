"""Whatever bytes arrive under whatever name: a submission or one clear sentence, soon, in little memory."""

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.errors import SubmissionError
from dlquiz.submission import MAX_BYTES, Submission, decode, submission_from_bytes

from .notebooks import notebook
from .test_archive import WORK, tarred, zipped

# A file is read in milliseconds, but the machine may be busy.
relaxed = settings(deadline=None)
NAMES = ("a.py", "a.ipynb", "a.zip", "a.tar", "a.tar.gz", "a.tgz")
SEEDS = {
    "a.py": b"x = 1\n" * 30,
    "a.ipynb": notebook("x = 1\n%time y", ["import a\n", "!ls"], {"cell_type": "markdown", "source": "y"}),
    "a.zip": zipped({"top/" + name: content for name, content in WORK.items()}),
    "a.tar": tarred(WORK | {"long/" * 30 + "x.py": b"x"}),
    "a.tar.gz": gzip.compress(tarred(WORK), mtime=0),
    "a.tgz": gzip.compress(tarred(WORK), mtime=0),
}


def read(raw, name):
    """Read, and check what must be true of everything that is accepted or refused."""
    refused = None
    try:
        check(submission_from_bytes(raw, name=name, module_name="backprop"))
    except SubmissionError as error:
        refused = error
    assert refused is None or (refused.message.isprintable() and refused.next_step)


def check(found):
    assert isinstance(found, Submission)
    assert len(found.source) + sum(len(module.source) for module in found.modules) <= MAX_BYTES
    for module in found.modules:
        decode(module.source, module.file)
        assert all(part.isidentifier() for part in module.name.split("."))
    assert found.text.count("\n") >= len(found.cells)


@pytest.mark.parametrize("name", NAMES)
@relaxed
@given(raw=st.binary(max_size=2000))
def test_arbitrary_bytes(name, raw):
    read(raw, name)


def mutations(name):
    """A real file of a kind, with bytes changed, cut out, doubled or cut off."""
    seed = SEEDS[name]
    places = st.integers(0, len(seed))
    change = st.tuples(places, st.integers(0, 12), st.binary(max_size=8))

    def apply(changes):
        raw = seed
        for place, length, new in changes:
            raw = raw[:place] + new + raw[place + length :]
        return raw

    return st.lists(change, min_size=1, max_size=6).map(apply)


@pytest.mark.parametrize("name", NAMES)
@relaxed
@given(data=st.data())
def test_damaged_files(name, data):
    read(data.draw(mutations(name)), name)


def packed_again(changes):
    raw = bytearray(tarred(WORK))
    for place, byte in changes:
        raw[place % len(raw)] = byte
    for start in range(0, len(raw), 512):
        # With right sums, or every change would be refused for its sum alone.
        block = raw[start : start + 512]
        if block[257:262] == b"ustar":
            total = sum(block[:148]) + sum(block[156:]) + 256
            raw[start + 148 : start + 156] = b"%06o\0 " % total
    return bytes(raw)


@relaxed
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8).map(packed_again))
def test_damaged_tars_with_right_sums(raw):
    read(raw, "a.tar")
    read(gzip.compress(raw), "a.tgz")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
cells = st.fixed_dictionaries(
    {}, optional={"cell_type": st.sampled_from(["code", "markdown"]) | json_values, "source": st.text() | json_values}
)


@relaxed
@given(
    st.fixed_dictionaries(
        {"nbformat": st.just(4) | json_values, "cells": st.lists(cells, max_size=4) | json_values},
        optional={"metadata": json_values},
    )
)
def test_json_that_is_nearly_a_notebook(document):
    read(json.dumps(document).encode(), "a.ipynb")


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.text(st.characters(exclude_characters="\0"), max_size=20), st.binary(max_size=50), max_size=5)
)
def test_zips_with_arbitrary_names(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            try:
                archive.writestr(f"x{name}", content)
            except UnicodeEncodeError:
                return
        archive.writestr("backprop.py", b"")
    read(stream.getvalue(), "a.zip")


def as_cells(value, count):
    """A notebook whose cells are many times the same value."""
    return b'{"nbformat": 4, "cells": [' + (value + b",") * count + b"1]}"


def as_code(line, count):
    """A notebook of one cell with many lines."""
    return b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "' + line * count + b'"}]}'


def extended_headers(count, records):
    """A tar archive of nothing but extended headers."""
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 5 * records
    content = b"5 a=\n" * records
    return (header.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)) * count


GREEDY = {
    "many_lists.ipynb": lambda: as_cells(b"[]", 499_000),
    "many_objects.ipynb": lambda: as_cells(b'{"a":1}', 499_000),
    "many_texts.ipynb": lambda: as_cells(b'"ab"', 1_990_000),
    "many_numbers.ipynb": lambda: as_cells(b"1e1", 4_900_000),
    "wide_letters.ipynb": lambda: as_cells('"\N{GRINNING FACE}'.encode() + b"a" * 19_000_000 + b'"', 1),
    "large_cell.ipynb": lambda: as_code(b"%\\n", 6_000_000),
    "many_lines.ipynb": lambda: as_code(b"%\\n", 499_000),
    "many_marks.ipynb": lambda: as_code(b"a? ", 330_000),
    "zeros.tgz": lambda: gzip.compress(bytes(300_000_000), 1),
    "empty_members.tgz": lambda: gzip.compress(b"") * 900_000,
    "directory.zip": lambda: b"PK\x01\x02" * 4_900_000,
    "entries.zip": lambda: (b"PK\x01\x02" + bytes(42)) * 9_000 + b"PK\x05\x06" + bytes(18),
    "headers.tar": lambda: tarfile.TarInfo("x").tobuf() * 39_000,
    "records.tar": lambda: extended_headers(19_000, 49),
    "records.tgz": lambda: extended_headers(700, 13_107),
    "quotes.py": lambda: b"'\\" * 499_000,
}
READ = """
import resource, sys
from dlquiz.errors import SubmissionError
from dlquiz.submission import submission_from_bytes
raw = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
try:
    submission_from_bytes(raw, name=sys.argv[1], module_name="backprop")
    print("read")
except SubmissionError:
    print("refused")
"""


@pytest.mark.parametrize("name", GREEDY)
def test_the_greediest_files_need_little_memory_and_time(name):
    """The limits hold for everything that the reading process has: interpreter, file, and what is made of it."""
    raw = GREEDY[name]()
    raw = gzip.compress(raw, 1) if name == "records.tgz" else raw
    done = subprocess.run([sys.executable, "-c", READ, name], input=raw, capture_output=True, timeout=120, check=False)
    assert done.stderr[-500:] == b""
    assert done.stdout in (b"read\n", b"refused\n")
