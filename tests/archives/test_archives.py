"""Whatever an archive is, it is read by one set of rules: member by member, in memory, or refused with a sentence."""

import gzip
import io
import random
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.archives import ArchiveLimits, is_zip, open_archive
from dlquiz.archives.gunzip import MAX_PIECES
from dlquiz.archives.rules import MAX_NAME
from dlquiz.errors import ArchiveError, ArchiveTooLarge

FILES = {"a/one.py": b"x = 1\n", "a/b/two.txt": b"words " * 500, "größe, Åsa.ipynb": b"{}", "empty": b""}


def zipped(files, compression=zipfile.ZIP_DEFLATED, mode=0):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = compression, mode << 16
            archive.writestr(info, content)
    return stream.getvalue()


def tarred(files, format=tarfile.PAX_FORMAT, kind=tarfile.REGTYPE):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.type = tarfile.DIRTYPE if name.endswith("/") else kind
            member.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


PACK = {"a.zip": zipped, "a.tar": tarred, "a.tgz": lambda files: gzip.compress(tarred(files), 1, mtime=0)}
every_kind = pytest.mark.parametrize("name", PACK)


def read(raw, name="a.zip", limits=None):
    """Read an archive to its end, as all its users do."""
    archive = open_archive(raw, name, limits)
    return {member.name: member.read(10**9) for member in archive if not member.is_folder}


def refused(raw, words, name="a.zip", *, limits=None, kind=ArchiveError):
    with pytest.raises(kind, match=words) as caught:
        read(raw, name, limits)
    assert caught.value.message.isprintable()
    assert caught.value.message.startswith(name)
    assert caught.value.next_step
    return caught.value


# -- what is read -----------------------------------------------------------


@every_kind
def test_every_kind_of_archive_gives_its_files_in_their_order(name):
    assert list(read(PACK[name](FILES), name).items()) == list(FILES.items())


@pytest.mark.parametrize("source", ["bytes", "file"])
@every_kind
def test_an_archive_is_read_from_bytes_and_from_a_file(tmp_path, name, source):
    raw = PACK[name](FILES)
    (tmp_path / name).write_bytes(raw)
    with (tmp_path / name).open("rb") as file:
        assert read(raw if source == "bytes" else file, name) == FILES
    assert [path.name for path in tmp_path.iterdir()] == [name]


@every_kind
def test_the_kind_is_told_from_the_content_and_not_from_the_name(name):
    assert read(PACK[name](FILES), "work") == FILES
    assert read(PACK[name](FILES), "work.tar.gz") == FILES
    assert is_zip(PACK[name](FILES)) == (name == "a.zip")


def test_a_zip_may_stand_behind_something_else():
    assert read(b"#!/bin/sh\n" + zipped(FILES), "a.zip") == FILES


@every_kind
def test_a_folder_is_a_member_too_and_may_be_named_twice(name):
    if name == "a.zip":
        raw = zipped({"a/": b"", "./": b"", "a/b": b"1", "./a/": b""})
    else:
        raw = PACK[name]({"a/": b"", "./": b"", "a/b": b"1", "./a/": b""})
    assert [(one.name, one.is_folder) for one in open_archive(raw, name)] == [("a", True), ("a/b", False), ("a", True)]


@every_kind
def test_a_member_is_read_in_pieces_and_as_far_as_is_asked(name):
    [member] = [one for one in open_archive(PACK[name](FILES), name) if one.name == "empty"]
    assert member.size == 0
    for member in open_archive(PACK[name](FILES), name):
        if member.name == "a/b/two.txt":
            content = member.open()
            assert (content.read(5), content.read(7)) == (b"words", b" words ")
            assert content.read(10_000) == FILES[member.name][12:]
            assert content.read(1) == b""
    first = next(iter(open_archive(PACK[name](FILES), name)))
    assert first.read(3) == b"x = "


@every_kind
def test_an_archive_can_be_read_again_from_its_beginning(name):
    archive = open_archive(PACK[name](FILES), name)
    assert [member.name for member in archive] == [member.name for member in archive] == list(FILES)


def test_members_of_a_zip_last_and_those_of_a_tar_do_not():
    archive = open_archive(zipped(FILES), "a.zip")
    assert archive.lasting
    assert [member.read(100) for member in reversed(list(archive))][-1] == FILES["a/one.py"]
    archive = open_archive(tarred(FILES), "a.tar")
    assert not archive.lasting
    first, *_ = archive
    with pytest.raises(ValueError, match="before the next one is asked for"):
        first.read(100)


def test_an_archive_in_an_archive_is_a_file():
    inner = zipped({"../evil": b"x"})
    assert read(zipped({"inner.zip": inner})) == {"inner.zip": inner}
    assert read(tarred({"inner.zip": inner}), "a.tar") == {"inner.zip": inner}


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_in_a_tar_are_read(format):
    files = {"/".join(["long_" * 8] * 3) + "/größe.py": b"x", "short": b"y"}
    assert read(tarred(files, format=format), "a.tar") == files


def test_names_in_another_encoding_are_read_as_in_a_zip():
    raw = tarred({"grxe.py": b"x"}, format=tarfile.USTAR_FORMAT)
    raw = raw.replace(b"grxe.py", b"gr\x94e.py", 1)
    header = bytearray(raw[:512])
    header[148:156] = b" " * 8
    total = sum(header)
    header[148:156] = b"%06o\0 " % total
    assert read(bytes(header) + raw[512:], "a.tar") == {"gröe.py": b"x"}


# -- names ------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("../x", "leads out of the folder"), ("a/../../x", "leads out of the folder"), ("..", "leads out"),
        ("/etc/passwd", "begins with /"), ("//x", "begins with /"), ("a\\x", "backslash"), ("..\\x", "backslash"),
        ("C:/x", "drive letter"), ("c:x", "drive letter"), ("x" * (MAX_NAME + 1), "is too long"),
        ("a\nb", "control character"), ("a\x1b[2Jb", "control character"), ("a\tb", "control character"),
        ("a\x7f", "control character"), ("a\u202egpj.py", "control character"), ("\ufeffa", "control character"),
        ("CON", "device on Windows"), ("a/nul.py", "device on Windows"), ("aux.tar.gz/x", "device on Windows"),
        ("com1", "device on Windows"), ("Lpt9 .txt", "device on Windows"),
    ],
)  # fmt: skip
def test_names_that_no_folder_has_are_refused(name, bad, words):
    refused(PACK[name]({"good.py": b"", bad: b"x"}), words, name)


@every_kind
@pytest.mark.parametrize(
    "good",
    [
        "a b/c.py",
        "Müller, Åsa/日本.py",
        "console.py",
        "auxiliary/com10.py",
        "a..b/...c",
        ".hidden",
        "Week 1: x",
        "a'\"b",
        "-rf",
    ],
)
def test_odd_names_that_a_folder_can_have_are_read(name, good):
    assert read(PACK[name]({good: b"x"}), name) == {good: b"x"}


def test_the_icon_of_a_mac_folder_is_no_attack():
    assert read(zipped({"a/Icon\r": b"", "__MACOSX/a/._Icon\r": b""})) == {"a/Icon": b"", "__MACOSX/a/._Icon": b""}


@every_kind
@pytest.mark.parametrize(
    ("one", "other"),
    [("a.py", "A.py"), ("é.py", "e\u0301.py"), ("straße", "STRASSE"), ("a", "a."), ("a/b", "a /b"), ("x/Y", "X/y")],
)
def test_names_that_are_one_file_somewhere_are_refused(name, one, other):
    error = refused(PACK[name]({one: b"1", other: b"2"}), "would be one file on some computers", name)
    assert repr(one) in error.message


@every_kind
@pytest.mark.parametrize("again", ["a.py", "./a.py", ".//a.py"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused(name, again):
    if name == "a.zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.py", "1")
            archive.writestr(again, "2")
        raw = stream.getvalue()
    else:
        raw = tarred({"a.py": b"1"})[:1024] + tarred({again: b"2"})
        raw = raw if name == "a.tar" else gzip.compress(raw)
    refused(raw, "'a.py' is in it twice", name)


# -- kinds of members ---------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "words"),
    [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "a device or a pipe"), (stat.S_IFCHR, "a device or a pipe"),
     (stat.S_IFBLK, "a device or a pipe"), (stat.S_IFSOCK, "a device or a pipe")],
)  # fmt: skip
def test_links_and_devices_in_a_zip_are_refused(mode, words):
    refused(zipped({"x.py": b"/etc/passwd"}, mode=mode | 0o777), f"'x.py' {words}" if "link" in words else words)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(tarfile.SYMTYPE, "is a link"), (tarfile.LNKTYPE, "is a hard link"), (tarfile.CHRTYPE, "is a device"),
     (tarfile.BLKTYPE, "is a device"), (tarfile.FIFOTYPE, "is a pipe"), (tarfile.GNUTYPE_SPARSE, "is a sparse file"),
     (b"M", "part of a larger archive"), (b"Z", "of an unknown kind")],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_links_and_devices_in_a_tar_are_refused(kind, words, packed):
    raw = tarred({"x.py": b""}, kind=kind)
    refused(gzip.compress(raw) if packed else raw, words, "a.tgz" if packed else "a.tar")


def changed_entries(raw, offset, value):
    """Write into every entry of a zip's directory."""
    raw = bytearray(raw)
    place = raw.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<H", raw, place + offset, value)
        place = raw.find(b"PK\x01\x02", place + 4)
    return bytes(raw)


def test_an_encrypted_zip_is_refused():
    refused(changed_entries(zipped(FILES), 8, 1), "it is encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_without_an_upper_limit_are_not_used(method):
    raw = zipped({"a.py": b"x"}, compression=method)
    assert [member.name for member in open_archive(raw, "a.zip")] == ["a.py"]
    refused(raw, "compressed in an uncommon way")
    refused(changed_entries(zipped(FILES), 10, 99), "compressed in an uncommon way")


# -- how much -----------------------------------------------------------------


@every_kind
def test_a_limit_holds_and_can_be_raised(name):
    text = random.Random(1).randbytes(150_000).translate(b"ab" * 128)
    raw = PACK[name]({str(number): text for number in range(10)})
    for limits, words in (
        (ArchiveLimits(archive_bytes=len(raw) - 1), "is larger than"),
        (ArchiveLimits(members=9), "holds more than 9 files and folders"),
        (ArchiveLimits(unpacked_bytes=1_000_000), "grows to more than 1 MB"),
    ):
        if name != "a.tar" or limits.unpacked_bytes > 1_000_000:  # nothing in a plain tar archive grows
            refused(raw, words, name, limits=limits, kind=ArchiveTooLarge)
    assert len(read(raw, name, ArchiveLimits(len(raw), 10, 1_600_000))) == 10


@pytest.mark.parametrize("name", ["a.zip", "a.tgz"])
def test_what_shrinks_too_well_is_refused_unless_the_caller_knows_better(name):
    raw = PACK[name]({"good": b"", "zeros": bytes(1_000_000)})
    assert "zeros" in refused(raw, "would grow to more than 200 times its size", name).message or name == "a.tgz"
    assert len(read(raw, name, ArchiveLimits(ratio=None))["zeros"]) == 1_000_000
    assert read(PACK[name]({"few": bytes(90_000)}), name)


def test_what_is_not_read_of_a_zip_counts_for_nothing():
    raw = zipped({"good": b"x", "zeros": bytes(100_000_000)})
    assert [member.read(5) for member in open_archive(raw, "a.zip") if member.name == "good"] == [b"x"]


def test_a_size_that_was_lied_about_does_not_help():
    text = bytes(range(32, 127)) * 20
    raw = zipped({"a.py": text})
    refused(raw.replace(struct.pack("<L", len(text)), struct.pack("<L", 10)), "damaged")
    refused(raw.replace(struct.pack("<L", len(text)), struct.pack("<L", 4_000_000_000)), "200 times")


def test_a_directory_that_lies_about_its_length_is_counted():
    raw = zipped({str(number): b"" for number in range(200)})
    lies = raw[:-14] + struct.pack("<HH", 1, 1) + raw[-10:]
    refused(lies, "more than 100 files", limits=ArchiveLimits(members=100), kind=ArchiveTooLarge)
    long_names = zipped({f"{number}{'x' * 60_000}": b"" for number in range(9)})
    refused(long_names, "more than 9 files", limits=ArchiveLimits(members=9), kind=ArchiveTooLarge)


def test_entries_that_share_their_content_count_each():
    """The overlapping files of D. Fifield, "A better zip bomb" (WOOT 2019), in small: one kernel, many entries."""
    text = random.Random(1).randbytes(300_000).translate(b"ab" * 128)
    raw = zipped({"x": text})
    start = raw.index(b"PK\x01\x02")
    entry, end = raw[start:-22], bytearray(raw[-22:])
    struct.pack_into("<HHL", end, 8, 500, 500, 500 * len(entry))
    assert len(read(raw)["x"]) == 300_000
    archive = open_archive(raw[:start] + entry * 500 + bytes(end), "a.zip")
    with pytest.raises(ArchiveError, match="twice"):
        list(archive)


class Counting(io.BytesIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def test_only_what_is_asked_for_is_read_of_a_large_zip():
    noise = random.Random(1).randbytes(10_000)
    file = Counting(zipped({f"learner {number}/work.py": noise for number in range(3_000)}, zipfile.ZIP_STORED))
    whole = len(file.getvalue())
    archive = open_archive(file, "class.zip", ArchiveLimits(archive_bytes=10**9, members=50_000))
    members = list(archive)
    assert len(members) == 3_000
    assert file.taken < whole / 50
    assert members[1234].read(20_000) == noise
    assert file.taken < whole / 50 + 20_000


@every_kind
def test_a_download_of_a_class_needs_little_memory(tmp_path, name):
    """Three thousand members and 150 MB, one by one: as much memory as the largest member and the list of names."""
    path = tmp_path / name
    noise = random.Random(1).randbytes(50_000)
    if name == "a.zip":
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(3_000):
                archive.writestr(f"learner {number}/work.py", noise)
    else:
        with tarfile.open(
            path, "w" if name == "a.tar" else "w:gz", **({} if name == "a.tar" else {"compresslevel": 1})
        ) as tar:
            for number in range(3_000):
                member = tarfile.TarInfo(f"learner {number}/work.py")
                member.size = len(noise)
                tar.addfile(member, io.BytesIO(noise))
    limits = ArchiveLimits(archive_bytes=10**9, members=50_000, unpacked_bytes=10**9)
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            sums = {member.name: zlib.crc32(member.read(100_000)) for member in open_archive(file, name, limits)}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(sums) == 3_000
    assert set(sums.values()) == {zlib.crc32(noise)}
    assert peak < 8_000_000


# -- damage -------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize(
    "raw", [b"", b"hello", bytes(300), b"PK", b"PK\x03\x04", b"\x1f\x8b", b"\x1f\x8b\x08" + bytes(9)]
)
def test_what_is_no_archive_is_refused(name, raw):
    refused(raw, "is not accepted", name)


@every_kind
def test_an_archive_that_ends_too_early_is_refused_wherever_that_is(name):
    raw = PACK[name](FILES)
    whole = len(raw) if name != "a.tar" else len(raw.rstrip(b"\0"))  # how many zeros end it does not matter
    for end in range(1, whole, 7):
        refused(raw[:end], "is not accepted", name)


def read_or_refused(raw, name):
    found, error = None, None
    try:
        found = read(raw, name)
    except ArchiveError as caught:
        error = caught
    assert error is None or error.next_step
    return found


@every_kind
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_damage_is_refused_or_changes_only_what_was_damaged(name, data):
    raw = PACK[name](FILES)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)) | st.integers(max(len(raw) - 300, 0), len(raw)))
        raw = raw[:place] + data.draw(st.binary(max_size=6)) + raw[place + data.draw(st.integers(0, 6)) :]
    found = read_or_refused(raw, name)
    if found is not None and name != "a.tar":  # a tar archive has no checksums of what its files hold
        assert set(found.values()) <= set(FILES.values())


@given(st.binary(max_size=1500), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\0\0\0\0\0\0\0"]))
def test_any_bytes_are_an_archive_or_refused(raw, begin):
    read_or_refused(begin + raw, "a.zip")
    read_or_refused(begin + raw, "a.tar")


def test_gzip_may_be_padded_and_in_pieces_but_not_followed_by_something_else():
    raw = tarred(FILES)
    packed = gzip.compress(raw[:700]) + bytes(100_000) + gzip.compress(raw[700:]) + bytes(70_000)
    assert read(packed, "a.tgz") == FILES
    refused(packed + b"garbage", "damaged", "a.tgz")
    flipped = bytearray(gzip.compress(raw))
    flipped[-6] ^= 1
    refused(bytes(flipped), "damaged", "a.tgz")
    size = len(raw) // MAX_PIECES
    pieces = [gzip.compress(raw[start : start + size]) for start in range(0, len(raw), size)]
    assert read(b"".join(pieces), "a.tgz") == FILES
    refused(b"".join(pieces) + gzip.compress(b""), "too many pieces", "a.tgz")


@pytest.mark.parametrize(
    ("field", "words"),
    [(b"-0000000001\0", "damaged"), (b"\xff" * 12, "more than 8 GB"), (b"\x80" + bytes(11), "more than 8 GB"),
     (b"77777777777\0", "ends in the middle"), (b"00000000009\0", "damaged"), (b"0x000000001\0", "damaged")],
)  # fmt: skip
def test_a_size_that_leads_backwards_or_nowhere_is_refused(field, words):
    """CVE-2025-8194: a negative offset made the standard library's reader run in a circle."""
    header = bytearray(tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = field
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    refused(bytes(header) + bytes(2048), words, "a.tar")
