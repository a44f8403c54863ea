"""Attacks by what is handed in: links, pipes, devices, names, archives, notebooks, folders.

Each builds one file or folder below a scratch folder, which also holds ``secret.txt``. It
is graded by ``dlquiz grade --file``; the control reads, lists or unpacks the same thing as a
careless program does, and must come to harm.
"""

import io
import json
import os
import socket
import stat
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECRET = "dlqsecret-of-somebody-else"
HONEST = "def double(x):\n    return 2 * x\n\n\ndef mean(x):\n    return float(sum(x) / len(x))\n"
_LIE = 'print("BREACH: this ran")\n'


@dataclass(frozen=True)
class FileAttack:
    """One thing to hand in."""

    name: str
    item: str
    title: str
    build: Callable[[Path], Path]
    says: str
    """What dlquiz answers (a regular expression)."""
    earns: float | None = None
    """Points, where it is graded; None: it is refused before anything runs."""
    control: str = "read succeeds"


def _text(name: str, content: bytes | str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return build


def _link(target: str, name: str = "target.py") -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        (folder / name).symlink_to(target.replace("@", str(folder)))
        return folder / name

    return build


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "target.py")
    return folder / "target.py"


def _socket(folder: Path) -> Path:
    one = socket.socket(socket.AF_UNIX)
    os.chdir(folder)  # the path of a socket has at most 108 letters
    one.bind("target.py")
    one.close()
    return folder / "target.py"


def _hard_link(folder: Path) -> Path:
    (folder / "original.py").write_text(HONEST)
    os.link(folder / "original.py", folder / "target.py")
    return folder / "target.py"


def _zip(*members: tuple[str, bytes, int]) -> Callable[[Path], Path]:
    """Pack members: name, content, mode bits for the kind of file (0: none)."""

    def build(folder: Path) -> Path:
        path = folder / "work.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content, kind in members:
                info = zipfile.ZipInfo(name)
                info.external_attr = (kind | 0o644) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
        return path

    return build


def _tar(
    name: str, *, kind: bytes = tarfile.REGTYPE, target: str = "", content: bytes = b"x"
) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "work.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            good = tarfile.TarInfo("target.py")
            good.size = len(HONEST)
            archive.addfile(good, io.BytesIO(HONEST.encode()))
            evil = tarfile.TarInfo(name)
            evil.type, evil.linkname = kind, target.replace("@", str(folder))
            evil.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(evil, io.BytesIO(content) if evil.size else None)
        return path

    return build


def _notebook(*, source: str = HONEST, output: str = "") -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
        cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": outputs, "source": source}
        path = folder / "target.ipynb"
        path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return build


def _folder(**files: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        work = folder / "work"
        work.mkdir()
        (work / "target.py").write_text(files.pop("target", HONEST))
        for name, content in files.items():
            (work / f"{name}.py").write_text(content)
        return work

    return build


def _folder_with_link(folder: Path) -> Path:
    work = _folder()(folder)
    (work / "helpers.py").symlink_to(folder / "secret.txt")
    return work


_MEMBER = ("target.py", HONEST.encode(), 0)
_NOT_PLAIN = "not a plain file"

FILE_ATTACKS = [
    FileAttack("symbolic_link", "symbolic links", "A link to somebody else's file.",
               _link("@/secret.txt"), "Links are not followed"),
    FileAttack("link_to_a_device", "symbolic links; devices", "A link to /dev/zero, which never ends.",
               _link("/dev/zero"), "Links are not followed"),
    FileAttack("hard_link", "hard links", "A hard link, which is the file itself: allowed and harmless.",
               _hard_link, "PASSED: all 2 checks", 3,
               "none, because a hard link cannot be told from the file: who may link it may copy it"),
    FileAttack("pipe", "FIFOs", "A pipe that nobody writes to.", _pipe, _NOT_PLAIN, control="read hangs"),
    FileAttack("device", "devices", "A device, named directly.", lambda folder: Path("/dev/zero"), _NOT_PLAIN),
    FileAttack("socket", "devices", "A socket.", _socket, _NOT_PLAIN, control="read ends"),
    FileAttack("name_with_a_newline", "names with newlines", "A name with a newline and a verdict in it.",
               _text("x\nPASSED: all 2 checks pass\n.py", HONEST.replace("2 *", "3 *")), "NOT YET: 1 of 2", 1,
               "list succeeds"),
    FileAttack("name_with_escapes", "names with newlines", "A name with control sequences in it.",
               _text("x\x1b[2J\x1b]0;owned\x07.py", HONEST.replace("2 *", "3 *")), "NOT YET: 1 of 2", 1,
               "list succeeds"),
    FileAttack("utf16", "byte-order marks", "A file in UTF-16 with a byte-order mark.",
               _text("target.py", HONEST.encode("utf-16")), "saved as UTF-16", control="read ends"),
    FileAttack("utf8_mark", "byte-order marks", "UTF-8 with a byte-order mark: allowed and harmless.",
               _text("target.py", b"\xef\xbb\xbf" + HONEST.encode()), "PASSED: all 2 checks", 3, "text ends"),
    FileAttack("null_byte", "null bytes", "A null byte in the source.",
               _text("target.py", HONEST + "\0"), "null byte in line", control="read ends"),
    FileAttack("hidden_code", "byte-order marks", "Code that only a strange encoding shows.",
               _text("target.py", "# coding: utf-7\n" + HONEST + "print+ACgAIg-BREACH+ACIAKQ-\n"),
               "encoding is 'utf-?7'", control="run succeeds"),
    FileAttack("huge_file", "huge files", "A file of three megabytes.",
               _text("target.py", "#" * 3_000_000), "larger than 1 MB"),
    FileAttack("zip_with_dots", "names in archives", "An archive whose names lead out of the folder.",
               _zip(_MEMBER, ("../escaped.py", b"x", 0)), "leads out of the folder", control="join succeeds"),
    FileAttack("zip_with_an_absolute_name", "names in archives", "An archive with an absolute name.",
               _zip(_MEMBER, ("/tmp/dlquiz-attack-absolute", b"x", 0)), "begins with /", control="join succeeds"),
    FileAttack("tar_with_dots", "names in archives", "A tar archive whose names lead out of the folder.",
               _tar("../escaped.py"), "leads out of the folder", control="join succeeds"),
    FileAttack("zip_bomb", "archive bombs", "40 MB of zeros in 40 kB.",
               _zip(_MEMBER, ("helpers.py", bytes(40_000_000), 0)), "grow to more than", control="unzip succeeds"),
    FileAttack("tar_bomb", "archive bombs", "60 MB of zeros in a compressed tar archive.",
               _tar("helpers.py", content=bytes(60_000_000)), "larger|grow|more than", control="untar succeeds"),
    FileAttack("zip_with_a_link", "links in archives", "An archive with a symbolic link in it.",
               _zip(_MEMBER, ("helpers.py", b"/etc/passwd", stat.S_IFLNK)), "is a link", control="kinds succeeds"),
    FileAttack("tar_with_a_link", "links in archives", "A tar archive with a link to a secret.",
               _tar("helpers.py", kind=tarfile.SYMTYPE, target="@/secret.txt"), "link", control="untar succeeds"),
    FileAttack("tar_with_a_device", "links in archives; devices", "A tar archive with a pipe in it.",
               _tar("helpers.py", kind=tarfile.FIFOTYPE), "not accepted", control="untar hangs"),
    FileAttack("notebook_with_huge_outputs", "notebooks with huge outputs", "A notebook with 30 MB of output.",
               _notebook(output="A" * 30_000_000), "larger than|MB"),
    FileAttack("notebook_with_false_results", "notebooks with huge outputs", "A notebook whose outputs say PASSED.",
               _notebook(source=HONEST.replace("2 *", "3 *"), output="PASSED: all 2 checks pass\n"),
               "NOT YET: 1 of 2", 1, "outputs succeeds"),
    FileAttack("notebook_with_shell_commands", "notebooks with huge outputs", "A notebook with shell commands.",
               _notebook(source="!echo BREACH\n%cd /tmp\n" + HONEST), "PASSED: all 2 checks", 3,
               "none, because it needs a running Jupyter: a notebook is never executed by one here"),
    FileAttack("folder_with_numpy", "shadowing names", "A folder with a numpy.py of its own.",
               _folder(numpy=_LIE), "numpy", control="imports succeeds"),
    FileAttack("folder_with_random", "shadowing names", "A folder with a random.py of its own.",
               _folder(random=_LIE), "random", control="imports succeeds"),
    FileAttack("folder_with_conftest", "shadowing names", "A folder with conftest.py, which pytest would run.",
               _folder(conftest=_LIE), "PASSED: all 2 checks", 3, "pytest succeeds"),
    FileAttack("folder_with_sitecustomize", "shadowing names", "A folder with sitecustomize.py, run at every start.",
               _folder(sitecustomize=_LIE), "PASSED: all 2 checks", 3, "start succeeds"),
    FileAttack("folder_with_a_link", "links in folders", "A folder with a link to somebody else's file.",
               _folder_with_link, "PASSED: all 2 checks", 3, "follow succeeds"),
]  # fmt: skip
