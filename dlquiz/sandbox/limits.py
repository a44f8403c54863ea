"""What one worker may use, and how the kernel is told.

``RLIMIT_DATA`` is the memory limit: it counts private writable memory, and the
two kinds of mapping that escape it (shared anonymous, grows-down) are refused by
the filter. A small ``RLIMIT_AS`` would break TensorFlow; ``RLIMIT_NPROC`` counts a whole user.
"""

import math
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.sandbox.worker import DataMap

MIB = 1 << 20
ADDRESS_ROOM = 64 << 30
"""Bytes of address space above what the server has: so wide that only abuse meets it.

Read-only and reserved mappings do not count towards ``RLIMIT_DATA``, but the tables
that describe them cost kernel memory: 4 kB for each touched 2 MB.
"""
STACK = 64 << 20
"""Bytes of the first thread's stack. Where the user has set it to "unlimited", it would be memory without a limit."""
_CPUCLOCK_SCHED = 2
OPEN_FILES = 256
"""Bounds pipes (each holds 64 kB of kernel memory) as well as files."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a worker may add to what the warm server has."""

    memory_mib: int = 1024
    cpu_s: int = 120


def data_bytes() -> int:
    """Bytes that count towards ``RLIMIT_DATA`` in this process now (0 where /proc is missing)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    kib = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")), 0)
    return kib * 1024


def resident_kib(pid: int) -> int:
    """KiB of memory that process ``pid`` holds now (0 where that cannot be read)."""
    return _pages(str(pid))[1] * (resource.getpagesize() // 1024)


def private_kib(pid: int) -> int:
    """KiB of memory that process ``pid`` holds now and that no file stands behind (0 where that cannot be read)."""
    _, resident, files = _pages(str(pid))
    return (resident - files) * (resource.getpagesize() // 1024)


def _pages(process: str) -> tuple[int, int, int]:
    """Return the pages of address space, those in memory, and those of them that are parts of files.

    ``statm`` costs a fifth of ``status``.
    """
    try:
        with open(f"/proc/{process}/statm", "rb", buffering=0) as statm:  # noqa: PTH123  no pathlib objects after the fork
            size, resident, files, *_ = statm.read().split()
    except (OSError, ValueError):  # no /proc, or the process has just ended
        return 0, 0, 0
    return int(size), int(resident), int(files)


def mapped_bytes(where: "DataMap") -> int:
    """Bytes of a data set's copy-on-write map: private and writable, so the limit counts all of it."""
    from dlquiz.sandbox.wire import DTYPES

    return where.offset + math.prod(where.shape) * DTYPES[where.dtype].itemsize


def apply(allowance: Allowance, base_bytes: int, mapped_bytes: int) -> None:
    """Set this process's limits for good (hard = soft, except one second of CPU grace).

    Raises
    ------
    MemoryError
        This machine's own limits (``ulimit -v``, ``ulimit -d``) leave less than the allowance: what
        a submission would lose by that is not its fault.
    """
    memory = base_bytes + mapped_bytes + allowance.memory_mib * MIB
    used = _pages("self")[0] * resource.getpagesize()
    space = used + memory + ADDRESS_ROOM
    _promise(
        allowance, {resource.RLIMIT_DATA: memory, resource.RLIMIT_AS: used + mapped_bytes + allowance.memory_mib * MIB}
    )
    pairs = {
        resource.RLIMIT_DATA: (memory, memory),
        resource.RLIMIT_AS: (space, space),
        # The soft limit's signal may be ignored by the learner; the hard one kills.
        resource.RLIMIT_CPU: (allowance.cpu_s, allowance.cpu_s + 1),
        resource.RLIMIT_STACK: (STACK, STACK),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
    }
    for name, (soft, hard) in pairs.items():
        _, most = resource.getrlimit(name)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        try:
            resource.setrlimit(name, (soft, hard))
        except ValueError:
            if sys.platform == "linux":
                raise
            # macOS refuses limits below what is in use; level process promises none of them.


def _promise(allowance: Allowance, needed: dict[int, int]) -> None:
    for name, size in needed.items():
        _, most = resource.getrlimit(name)
        if sys.platform == "linux" and most != resource.RLIM_INFINITY and most < size:
            raise MemoryError(
                f"this machine's limit (ulimit) of {most // MIB:,} MiB for one process leaves less than"
                f" the {allowance.memory_mib:,} MiB that the exercise allows"
            )


def highest_descriptor() -> int:
    """One more than the highest descriptor number this process can have."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(soft, 1 << 20) if soft != resource.RLIM_INFINITY else 1 << 20


def processor_s(pid: int) -> float:
    """Return the processor time of all threads of process ``pid``, ended ones too, in seconds (0 if it has ended).

    As clock_getcpuclockid(3) makes the number of a clock: the kernel counts, to the nanosecond.
    """
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except OSError:
        return 0.0
