"""Small sets in exactly the form of CIFAR-10's binary version, written independently of the reader."""

import gzip
import tarfile

import numpy as np

FILES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
FOLDER = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"


def batch(count, seed):
    """Return images uint8 (count, 32, 32, 3) and labels."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), rng.integers(0, 10, count, dtype=np.uint8)


def records(images, labels):
    """Return the bytes of one file: label, all red values row by row, all green ones, all blue ones; again."""
    pieces = []
    for image, label in zip(images, labels, strict=True):
        pieces.append(bytes([label]))
        for colour in range(3):
            pieces.extend(bytes(row) for row in image[:, :, colour])
    return b"".join(pieces)


def small(train=4, test=3):
    """Return file name → bytes for five training files and one test file, and the names of the classes."""
    counts = (*(train,) * 5, test)
    files = {name: records(*batch(count, seed)) for seed, (name, count) in enumerate(zip(FILES, counts, strict=True))}
    # The published file ends in an empty line.
    return files | {"batches.meta.txt": ("\n".join(CLASSES) + "\n\n").encode(), "readme.html": b"<html></html>\n"}


def write_folder(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def tar(files, *, folder=FOLDER, change=None):
    """Return an archive as GNU tar wrote the published one; ``change`` may make a member's header lie."""
    members = [(tarfile.TarInfo(folder), b"")]
    members[0][0].type = tarfile.DIRTYPE
    for name, content in files.items():
        member = tarfile.TarInfo(f"{folder}/{name}")
        member.size = len(content)
        members.append((member, content))
        if change:
            change(member)
    written = bytearray()
    for member, content in members:
        member.uid, member.gid, member.mtime = 2156, 1103, 1_244_139_000
        written += member.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)
    written += bytes(1024)
    return bytes(written + bytes(-len(written) % 10_240))


def write_archive(path, files, **settings):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(tar(files, **settings), mtime=0))
    return path
