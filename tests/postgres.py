"""A real PostgreSQL server for the tests: its own files, on a socket in a folder, of somebody who is not root."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.waiting import eventually

USER, PASSWORD = "teacher", "s3cret/of@teachers"
_ENCODED = "s3cret%2Fof%40teachers"


def _binaries() -> Path | None:
    """Return the folder of the server's programs; Debian keeps them out of PATH."""
    there = shutil.which("initdb")
    folders = [Path(there).resolve().parent] if there else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    return next((path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()), None)


def _somebody() -> dict[str, object]:
    """Return as whom the server runs: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL: root has nobody as whom to run it")


@dataclass
class Postgres:
    """The server; ``new_book`` makes an empty database on it."""

    folder: Path
    programs: Path
    who: dict[str, object]
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off", "max_connections=30"]
        words = [self.programs / "postgres", "-D", self.folder / "data", *(f"--{text}" for text in settings)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self.who
            )
        eventually(self._answers, f"the server answers: {(self.folder / 'log').read_text()[-2000:]}", every_s=0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT throws its clients out, SIGQUIT is a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
        asked = [self.programs / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run(asked, check=False).returncode == 0

    def url(self, name: str, password: str = _ENCODED) -> str:
        return f"postgresql://{USER}:{password}@/{name}?host={self.folder}"

    def new_book(self) -> str:
        """Return the URL of a new database."""
        name = f"book{next(self.numbers)}"
        words = [self.programs / "psql", "-q", "-h", self.folder, "-U", USER, "-d", "postgres"]
        made = subprocess.run(
            [*words, "-c", f"CREATE DATABASE {name}"],
            env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return self.url(name)


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server with a password; skip where there is none."""
    programs = _binaries()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed here")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    who = _somebody()
    # Not in tmp_path: its parents are closed to whoever the server runs as, and a socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="dlquiz-pg-"))
    server = Postgres(folder, programs, who)
    try:
        if who:
            os.chown(folder, int(str(who["user"])), int(str(who["group"])))
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)  # in a folder that is closed
        options = ["--no-sync", "--auth=scram-sha-256", f"--username={USER}", "--encoding=UTF8", "--locale=C"]
        made = subprocess.run(
            [programs / "initdb", *options, f"--pwfile={folder / 'password'}", "-D", folder / "data"],
            cwd="/", capture_output=True, text=True, check=False, **who,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
