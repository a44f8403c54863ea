"""An archive is a folder that came packed; whatever else it tries to be is refused, in memory, with a sentence."""

import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile

import pytest

from dlquiz.archives.rules import MAX_BYTES as MAX_ARCHIVE_BYTES
from dlquiz.archives.rules import MAX_UNPACKED as MAX_UNPACKED_BYTES
from dlquiz.errors import SubmissionError
from dlquiz.submission import MAX_BYTES, read_submission, submission_from_bytes
from dlquiz.submission.tree import MAX_ENTRIES

WORK = {"backprop.py": b"import helper\n", "helper.py": b"x = 1\n", "layers/__init__.py": b"", "notes.txt": b"hello"}


def zipped(files, *, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files, *, format=tarfile.PAX_FORMAT):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def read(raw, name="work.zip"):
    return submission_from_bytes(raw, name=name, module_name="backprop")


def refused(raw, words, name="work.zip"):
    with pytest.raises(SubmissionError, match=words) as caught:
        read(raw, name)
    assert caught.value.next_step
    return caught.value


PACKERS = {
    "work.zip": zipped,
    "work.ZIP": lambda files: zipped(files, compression=zipfile.ZIP_STORED),
    "work.tar": tarred,
    "gnu.tar": lambda files: tarred(files, format=tarfile.GNU_FORMAT),
    "ustar.tar": lambda files: tarred(files, format=tarfile.USTAR_FORMAT),
    "work.tar.gz": lambda files: gzip.compress(tarred(files)),
    "work.tgz": lambda files: gzip.compress(tarred(files)[:1000]) + gzip.compress(tarred(files)[1000:]),
}


@pytest.mark.parametrize("name", PACKERS)
def test_every_kind_of_archive_is_the_folder_that_was_packed(tmp_path, name):
    folder = tmp_path / "work"
    for path, content in WORK.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (tmp_path / name).write_bytes(PACKERS[name](WORK))
    found = read_submission(tmp_path / name, module_name="backprop")
    same = read_submission(folder, module_name="backprop")
    assert found.name == name
    assert (found.source, found.modules, found.sha256, found.notes) == (
        same.source,
        same.modules,
        same.sha256,
        same.notes,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["work", name])


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar"])
def test_a_single_folder_around_everything_is_taken_away(pack):
    name = "a.zip" if pack is zipped else "a.tar"
    inside = {f"Müller, Åsa/{path}": content for path, content in WORK.items()}
    clutter = {"__MACOSX/._a": b"\0", ".DS_Store": b"\0"}
    plain = read(pack(WORK), name)
    assert read(pack(inside | clutter), name).sha256 == plain.sha256
    assert read(pack({f"./{path}": content for path, content in WORK.items()}), name).sha256 == plain.sha256
    refused(pack({"a/backprop.py": b"", "b/helper.py": b""}), "only in a folder inside it: a/backprop.py", name)


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_and_foreign_names_in_a_tar_are_read(format):
    folder = "/".join(["long_" * 8] * 3)
    found = read(tarred({"backprop.py": b"", f"{folder}/größe.py": b"x = 1"}, format=format), "a.tar")
    assert [module.file for module in found.modules] == [f"{folder}/größe.py"]


BAD_NAMES = [
    ("../backprop.py", "leads out of the folder"),
    ("a/../../backprop.py", "leads out of the folder"),
    ("/etc/backprop.py", "begins with /"),
    ("C:/backprop.py", "begins with a drive letter"),
    ("c:backprop.py", "begins with a drive letter"),
    ("a\\backprop.py", "holds a backslash"),
    ("..\\backprop.py", "holds a backslash"),
    ("x" * 1001, "is too long"),
]


@pytest.mark.parametrize(("name", "words"), BAD_NAMES)
def test_names_that_no_folder_has_are_refused(name, words):
    refused(zipped({"backprop.py": b"", name: b""}), words)
    refused(tarred({"backprop.py": b"", name: b""}), words, "work.tar")


def test_a_null_byte_in_a_name_does_not_hide_what_follows():
    refused(zipped({"backprop.py": b"", "helper.py1": b""}).replace(b"helper.py1", b"helper.py\0"), "null byte")


@pytest.mark.parametrize("second", ["helper.py", "./helper.py", "helper.py/", ".//helper.py"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(second):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("backprop.py", "helper.py", second):
            archive.writestr(name, "")
    if second.endswith("/"):
        assert read(stream.getvalue()).modules  # a folder of that name is no second file
    else:
        refused(stream.getvalue(), "'helper.py' is in it twice")


def test_duplicates_in_a_tar_are_refused():
    packed = tarred({"backprop.py": b"", "helper.py": b"", "helper.pz": b""}, format=tarfile.USTAR_FORMAT)
    stream = io.BytesIO(packed)
    with tarfile.open(fileobj=stream, mode="a") as archive:
        archive.addfile(tarfile.TarInfo("helper.py"))
    refused(stream.getvalue(), "is in it twice", "a.tar")


@pytest.mark.parametrize(
    ("mode", "words"),
    [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "a device or a pipe"), (stat.S_IFCHR, "a device or a pipe")],
)
def test_links_and_devices_in_a_zip_are_refused(mode, words):
    info = zipfile.ZipInfo("helper.py")
    info.external_attr = (mode | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("backprop.py", "")
        archive.writestr(info, "/etc/passwd")
    refused(stream.getvalue(), words)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a hard link"),
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a pipe"),
        (tarfile.GNUTYPE_SPARSE, "is a sparse file"),
        (b"Z", "of an unknown kind"),
    ],
)
def test_links_and_devices_in_a_tar_are_refused(kind, words):
    member = tarfile.TarInfo("helper.py")
    member.type, member.linkname = kind, "/etc/passwd"
    stream = io.BytesIO(tarred({"backprop.py": b""}))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        archive.addfile(member)
    refused(stream.getvalue(), words, "work.tar")


def test_an_encrypted_archive_is_refused():
    raw = bytearray(zipped(WORK))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(mark) + offset
        raw[place] |= 1
    refused(bytes(raw), "encrypted")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_without_an_upper_limit_are_not_used(compression):
    refused(zipped({"backprop.py": b"x = 1\n"}, compression=compression), "compressed in an uncommon way")


def test_a_bomb_is_not_unpacked():
    zeros = b"#" * (MAX_BYTES // 2)
    error = refused(zipped({"backprop.py": b"", "helper.py": zeros}), "more than 200 times its size")
    assert "helper.py" in error.message
    refused(gzip.compress(tarred({"backprop.py": b"", "helper.py": zeros})), "more than 200 times", "a.tgz")
    refused(gzip.compress(bytes(MAX_UNPACKED_BYTES + 1)), "more than 200 times", "a.tar.gz")
    letters = random.Random(1).randbytes(MAX_UNPACKED_BYTES).translate(b"ab" * 128)
    refused(gzip.compress(tarred({"backprop.py": b"", "a.txt": letters}), 1), "grows to more than 50 MB", "a.tar.gz")


def test_data_is_never_unpacked_from_a_zip_so_its_size_does_not_matter():
    assert read(zipped({"backprop.py": b"", "data.bin": bytes(30_000_000)})).notes


def test_a_size_that_was_lied_about_does_not_help():
    text = bytes(range(32, 127)) * 20
    raw = zipped({"backprop.py": text})
    small = raw.replace(struct.pack("<L", len(text)), struct.pack("<L", 10))
    refused(small, "damaged")
    refused(raw.replace(struct.pack("<L", len(text)), struct.pack("<L", 4_000_000_000)), "200 times")


def test_caps_hold_for_archives_too():
    refused(bytes(MAX_ARCHIVE_BYTES + 1), "larger than 20 MB")
    refused(zipped({"backprop.py": random.Random(1).randbytes(MAX_BYTES + 1)}), "larger than 1 MB")
    many = {"backprop.py": b""} | {f"{number}.png": b"" for number in range(MAX_ENTRIES)}
    refused(zipped(many), "more than 10,000 files")
    refused(tarred(many, format=tarfile.USTAR_FORMAT), "more than 10,000 files", "a.tar")


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
@pytest.mark.parametrize("raw", [b"", b"hello", bytes(5000), b"PK\x05\x06" + bytes(18), zipped(WORK)[:-30]])
def test_what_is_no_archive_is_refused(name, raw):
    refused(raw, "not accepted|has no file backprop.py", name)


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_an_archive_that_ends_too_early_is_refused(name):
    whole = PACKERS["work.tar"]({"backprop.py": b"x" * 5000}) if name == "a.tar" else PACKERS["work.tar.gz"](WORK)
    refused(whole[: 3000 if name == "a.tar" else -20], "ends", name)


def test_a_notebook_in_an_archive_is_read():
    from .notebooks import notebook

    found = read(zipped({"work/backprop.ipynb": notebook("x = 1"), "work/helper.py": b""}))
    assert (found.file, found.cells, len(found.modules)) == ("backprop.ipynb", (3,), 1)


@pytest.mark.parametrize("record", [b"9 path=", b"x path=a\n", b"300 path=a\n", b"9 path a\n", b"0 \n", b" path=a\n"])
def test_a_damaged_extended_header_is_refused(record):
    packed = tarred({"backprop.py": b""}, format=tarfile.USTAR_FORMAT)
    extended = tarfile.TarInfo("pax")
    extended.type, extended.size = tarfile.XHDTYPE, len(record)
    raw = extended.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + packed
    refused(raw, "extended header is damaged|sparse", "a.tar")


@pytest.mark.parametrize(
    ("length", "records", "words"),
    [(65_537, 0, "an extended header that is too long"), (0, 51, "too many extended records"), (0, 50, "no file b")],
)
def test_extended_headers_have_caps(length, records, words):
    content = b"5 a=\n" * records or b"x" * length
    extended = tarfile.TarInfo("pax")
    extended.type, extended.size = tarfile.XHDTYPE, len(content)
    raw = extended.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)
    refused(raw + tarred({"other.py": b""}, format=tarfile.USTAR_FORMAT), words, "a.tar")


def test_a_size_in_an_extended_header_is_refused():
    # tarfile and others let it replace the size in the header: two readers, two archives.
    record = b"12 size=512\n"
    extended = tarfile.TarInfo("pax")
    extended.type, extended.size = tarfile.XHDTYPE, len(record)
    raw = extended.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + tarred({"backprop.py": b""})
    refused(raw, "sparse or enormous", "a.tar")
