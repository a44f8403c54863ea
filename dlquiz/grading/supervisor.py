"""The server of a grading, and another one in its place when somebody has killed it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from dlquiz.errors import SandboxError
from dlquiz.sandbox.api import DataFile, Sandbox, SelfCheck, Wall
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles
from dlquiz.sandbox.open import start_server
from dlquiz.sandbox.worker_handle import WorkerHandle

RESTARTS = 2
"""Fresh servers for one submission. More deaths are not an accident: the rest of its cases are then broken."""


@dataclass(frozen=True, slots=True)
class RunningCheck:
    """A self-check that has begun; ``running`` is None below level ``kernel``."""

    wall: Wall
    running: SelfCheck | None


class Supervisor:
    """Hands out workers of a warm server, and starts another server if that one has died.

    The case in which the server dies is broken and does not run again. No code of a
    submission can kill the server (the filter allows no signal to another process), but if
    some day one could, it must gain nothing: no second try of a case whose inputs it has
    seen, no weaker wall (a fresh server passes the whole self-check before it serves), no
    other seeds (they hang on the case), no memory of what was before (every worker is
    new), and a broken case earns nothing. So it would only harm itself, ``RESTARTS`` times.
    """

    def __init__(
        self, packages: Sequence[str], isolation: str, forbidden: Sequence[str], files: CourseFiles = NO_FILES
    ) -> None:
        self._packages, self._isolation, self._forbidden = tuple(packages), isolation, tuple(forbidden)
        self._files = files
        self._left = RESTARTS
        try:
            self.server: Sandbox = start_server(self._packages, isolation, files)
        except SandboxError:  # the one that was started early has died meanwhile
            self._left -= 1
            self.server = start_server(self._packages, isolation, files)
        # Kept to the end: what still holds one of their workers hears that its server has ended, and never
        # that a worker alone vanished, which would be tried again.
        self._dead: list[Sandbox] = []
        self._kernel, self._proved = False, True  # nobody asks for a worker before the verdict
        self._refused: str | None = None

    # -- the wall ---------------------------------------------------------

    def begin_check(self) -> RunningCheck:
        """Start the self-check; SandboxError if no server starts."""
        while True:
            try:
                wall = self.server.wall
                return RunningCheck(wall, self.server.surprises(self._forbidden) if wall.kernel else None)
            except SandboxError:
                if not self._replace():
                    raise

    def verdict(self, begun: RunningCheck) -> tuple[Wall, list[str]]:
        """Return the wall and what did not behave; what stands there is what every later server must keep."""
        while True:
            try:
                surprises = begun.running.result() if begun.running is not None else []
                break
            except SandboxError:
                if not self._replace():
                    raise
                begun = self.begin_check()
        self._kernel, self._proved = begun.wall.kernel and not surprises, True
        return begun.wall, surprises

    # -- workers ----------------------------------------------------------

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> WorkerHandle:
        """Return a confined worker that holds nothing yet; SandboxError if no server is left."""
        try:
            self._prove()
            return self.server.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
        except SandboxError:
            if self._refused is not None or not self._replace():
                raise
        self._prove()
        return self.server.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)

    def begin_worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> Callable[[], WorkerHandle]:
        """Ask for a worker and return at once. SandboxError, then or later: no server is replaced for it."""
        self._prove()
        return self.server.begin_worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)

    def _replace(self) -> bool:
        """Start a server in place of a dead one; False if it lives, or if too many have died."""
        if self._left == 0 or not self.server.ended:
            return False
        self._left -= 1
        try:
            fresh = start_server(self._packages, self._isolation, self._files)
        except OSError as error:
            raise SandboxError(f"the sandbox's server has died, and no other one starts: {error}") from error
        self._dead.append(self.server)
        self.server, self._proved = fresh, False
        return True

    def _prove(self) -> None:
        """Let nothing into a fresh server whose wall is less than the report says."""
        if self._refused is not None:
            raise SandboxError(self._refused)
        if self._proved or not self._kernel:
            return
        begun = self.begin_check()
        surprises = begun.running.result() if begun.running is not None else list(begun.wall.reasons)
        if surprises:
            self._refused = f"the sandbox's server has died, and the next one is not safe: {'; '.join(surprises)}"
            raise SandboxError(self._refused)
        self._proved = True

    def forgive(self) -> None:
        """Begin to count anew, for the next submission."""
        self._left = RESTARTS

    def close(self) -> None:
        """End every server; their workers die with them."""
        for server in (*self._dead, self.server):
            with suppress(SandboxError):
                server.close()
