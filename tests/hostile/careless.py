"""What careless programs do with a file that somebody hands in. BREACH is printed where it does harm."""

import json
import os
import runpy
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

LARGE = 2_000_000


def breach(what: object) -> None:
    print("BREACH", str(what)[:200])


def read(path: str, secret: str) -> None:
    with Path(path).open("rb") as file:
        data = file.read(2 * LARGE)
    if len(data) > LARGE or secret.encode() in data:
        breach(f"{len(data)} bytes")
    compile(data, path, "exec")


def text(path: str, secret: str) -> None:
    compile(Path(path).read_text("utf-8"), path, "exec")


def run(path: str, secret: str) -> None:
    runpy.run_path(path)


def list(path: str, secret: str) -> None:
    lines = f"Grading {Path(path).name} ...".split("\n")
    if any(line.startswith("PASSED: all") for line in lines) or "\x1b" in path:
        breach(lines)


def join(path: str, secret: str) -> None:
    """Where would the members go? Nothing is written."""
    folder = str(Path(path).resolve().parent)
    if path.endswith(".zip"):
        names = zipfile.ZipFile(path).namelist()
    else:
        with tarfile.open(path) as archive:
            names = archive.getnames()
    for name in names:
        place = os.path.normpath(Path(folder) / name)
        if not place.startswith(folder + os.sep):
            breach(place)


def unzip(path: str, secret: str) -> None:
    archive = zipfile.ZipFile(path)
    if (size := sum(len(archive.read(name)) for name in archive.namelist())) > 100 * Path(path).stat().st_size:
        breach(size)


def kinds(path: str, secret: str) -> None:
    for info in zipfile.ZipFile(path).infolist():
        if info.external_attr >> 28 == 0o12:
            place = Path(path).parent / "made"
            place.symlink_to(zipfile.ZipFile(path).read(info).decode())
            breach(place.read_bytes()[:20])


def untar(path: str, secret: str) -> None:
    folder = Path(path).parent / "unpacked"
    with tarfile.open(path) as archive:
        # Before Python 3.11.4 everything was trusted, and nobody could say so.
        archive.extractall(folder, **({"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}))
    for one in folder.iterdir():
        data = one.read_bytes()
        if secret.encode() in data or len(data) > 10 * LARGE:
            breach(one)


def outputs(path: str, secret: str) -> None:
    for cell in json.loads(Path(path).read_text())["cells"]:
        for output in cell["outputs"]:
            if output["text"].startswith("PASSED: all"):
                breach(output["text"])


def follow(path: str, secret: str) -> None:
    for one in Path(path).iterdir():
        if secret in one.read_text():
            breach(one)


def _started(path: str, *arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=path, env=environment, capture_output=True, check=False)
    if b"BREACH" in done.stdout + done.stderr:
        breach("a file beside the submission was run")


def start(path: str, secret: str) -> None:
    _started(path, "-c", "pass")


def pytest(path: str, secret: str) -> None:
    _started(path, "-m", "pytest", "-s", "-p", "no:cacheprovider", path)


def imports(path: str, secret: str) -> None:
    _started(path, "-c", "import numpy, random")
