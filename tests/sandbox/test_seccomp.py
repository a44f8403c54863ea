"""The list of system calls, tried one by one in a worker by their numbers."""

import errno
import os
import platform
from collections.abc import Callable
from typing import Any

import pytest

from dlquiz.sandbox import libseccomp, seccomp
from dlquiz.sandbox.worker_handle import WorkerHandle

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="kernel: call numbers of x86_64"),
    pytest.mark.skipif(seccomp.library_missing() is not None, reason="kernel: libseccomp is missing"),
]
Load = Callable[..., WorkerHandle]
Ask = Callable[..., Any]

SOURCE = """
import ctypes
def f(calls):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    got = []
    for call in calls:
        ctypes.set_errno(0)
        value = libc.syscall(*(ctypes.c_long(n if n < 2**63 else n - 2**64) for n in call))
        got.append(ctypes.get_errno() if value == -1 else 0)
    return got
"""
HIGH = 1 << 40
PERM, NOSYS, ACCES = errno.EPERM, errno.ENOSYS, errno.EACCES

# Arguments are such that a call which is not refused does no harm: no such address, descriptor or process.
REFUSED = {
    "socket": (41, 2, 1, 0),
    "socket with high bits": (41, 2 | HIGH, 1, 0),
    "socketpair": (53, 1, 1, 0, 0),
    "connect": (42, 3, 0, 0),
    "sendmsg": (46, 4, 0, 0),
    "recvmsg": (47, 4, 0, 0),
    "sendmmsg": (307, 4, 0, 0, 0),
    "recvmmsg": (299, 4, 0, 0, 0),
    "sendto out of band": (44, 4, 0, 0, 1, 0, 0),
    "sendto somebody": (44, 4, 0, 0, 0, 4096, 16),
    "recvfrom with flags": (45, 4, 0, 0, 1, 0, 0),
    "fork": (57,),
    "vfork": (58,),
    "clone as fork": (56, 17, 0, 0, 0, 0),
    "clone with high bits": (56, 17 | HIGH, 0, 0, 0, 0),
    "clone of a thread in a namespace": (56, 0x00010F00 | 0x20000000, 0, 0, 0, 0),
    "clone3": (435, 0, 0),
    "execve": (59, 0, 0, 0),
    "execveat": (322, 0, 0, 0, 0, 0),
    "ptrace": (101, 16, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
    "pidfd_open": (434, 1, 0),
    "pidfd_send_signal": (424, 3, 0, 0, 0),
    "pidfd_getfd": (438, 3, 0, 0),
    "chmod": (90, 0, 0),
    "fchmod": (91, -1, 0),
    "fchmodat": (268, -100, 0, 0),
    "fchmodat2": (452, -100, 0, 0, 0),
    "chown": (92, 0, 0, 0),
    "utimensat": (280, -100, 0, 0, 0),
    "setxattr": (188, 0, 0, 0, 0, 0),
    "unlink": (87, 0),
    "unlinkat": (263, -100, 0, 0),
    "rename": (82, 0, 0),
    "renameat2": (316, -100, 0, -100, 0, 0),
    "mkdir": (83, 0, 0),
    "link": (86, 0, 0),
    "symlink": (88, 0, 0),
    "truncate": (76, 0, 0),
    "ftruncate": (77, 1, 0),
    "fallocate": (285, 1, 0, 0, 1),
    "mknod": (133, 0, 0, 0),
    "flock": (73, 0, 6),
    "memfd_create": (319, 0, 0),
    "memfd_secret": (447, 0),
    "shmget": (29, 0, 4096, 0o1600),
    "semget": (64, 0, 1, 0o1600),
    "msgget": (68, 0, 0o1600),
    "mq_open": (240, 0, 0, 0, 0),
    "setuid": (105, 0),
    "setresuid": (117, 0, 0, 0),
    "setgroups": (116, 0, 0),
    "capset": (126, 0, 0),
    "prctl": (157, 1, 0, 0, 0, 0),
    "setrlimit": (160, 0, 0),
    "prlimit of another": (302, 1, 0, 0, 0),
    "prlimit of its own": (302, 0, 0, 4096, 0),
    "unshare": (272, 0x10000000),
    "setns": (308, 3, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "chroot": (161, 0),
    "pivot_root": (155, 0, 0),
    "bpf": (321, 0, 0, 0),
    "keyctl": (250, 0, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "userfaultfd": (323, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "io_uring_setup": (425, 1, 0),
    "personality": (135, 0xFFFFFFFF),
    "syslog": (103, 2, 0, 0),
    "setpriority": (141, 0, 0, 19),
    "sched_setaffinity": (203, 0, 8, 0),
    "sched_setscheduler": (144, 0, 0, 0),
    "ioperm": (173, 0, 1, 1),
    "iopl": (172, 3),
    "kexec_load": (246, 0, 0, 0, 0),
    "init_module": (175, 0, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "swapon": (167, 0, 0),
    "acct": (163, 0),
    "quotactl": (179, 0, 0, 0, 0),
    "open_by_handle_at": (304, 3, 0, 0),
    "name_to_handle_at": (303, 0, 0, 0, 0, 0),
    "fanotify_init": (300, 0, 0),
    "inotify_init": (253,),
    "timer_create": (222, 0, 0, 0),
    "setitimer": (38, 0, 0, 0),
    "alarm": (37, 1),
    "landlock_add_rule": (445, 3, 1, 0, 0),
    "openat2": (437, -100, 0, 0, 0),
    "splice": (275, 0, 0, 1, 0, 1, 0),
    "vmsplice": (278, 1, 0, 0, 0),
    "tee": (276, 0, 1, 1, 0),
    "sendfile": (40, 1, 0, 0, 1),
    "copy_file_range": (326, 0, 0, 1, 0, 1, 0),
    "modify_ldt": (154, 0, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "process_madvise": (440, 3, 0, 0, 0, 0),
    "move_pages": (279, 1, 0, 0, 0, 0, 0),
    "a call that does not exist yet": (900,),
    "mlock": (149, 0, 4096),
    "mbind": (237, 0, 0, 0, 0, 0, 0),
    "kill of the parent": (62, "parent", 0),
    "kill of all": (62, -1, 0),
    "kill of the group": (62, 0, 0),
    "kill of its group": (62, "-me", 0),
    "SIGKILL to itself": (62, "me", 9),
    "SIGSTOP to itself": (62, "me", 19),
    "SIGKILL with high bits": (62, "me", 9 | HIGH),
    "tgkill of itself": (234, "me", "me", 9),
    "tkill": (200, "me", 9),
    "rt_sigqueueinfo": (129, "me", 9, 0),
    "rt_tgsigqueueinfo": (297, "me", "me", 9, 0),
    "shared anonymous memory": (9, 0, 4096, 3, 0x21, -1, 0),
    "memory that grows down": (9, 0, 4096, 3, 0x122, -1, 0),
    "huge pages": (9, 0, 1 << 21, 3, 0x40022, -1, 0),
    "fcntl F_SETOWN": (72, 1, 8, 1),
    "fcntl F_SETPIPE_SZ": (72, 1, 1031, 1 << 20),
    "fcntl F_ADD_SEALS": (72, 1, 1033, 1),
    "fcntl F_SETLK": (72, 1, 6, 0),
    "fcntl F_NOTIFY": (72, 0, 1026, 1),
    "ioctl TIOCSTI": (16, 1, 0x5412, 0),
    "ioctl TIOCSTI with high bits": (16, 1, 0x5412 | HIGH, 0),
    "ioctl FIOASYNC": (16, 1, 0x5452, 0),
    "open for writing": (2, 4096, 1, 0),
    "openat for writing": (257, -100, 4096, 1, 0),
    "openat to create": (257, -100, 4096, 0o100, 0o600),
    "openat to truncate": (257, -100, 4096, 0o1000, 0),
    "openat for a nameless file": (257, -100, 4096, 0o20200002, 0o600),
    "openat with high bits": (257, -100, 4096, 2 | HIGH, 0),
}

ALLOWED = {
    "getpid": (39,),
    "getrandom": (318, 0, 0, 0),
    "sched_yield": (24,),
    "times": (100, 0),
    "SIGCONT to itself": (62, "me", 18),
    "private memory": (9, 0, 4096, 3, 0x22, -1, 0),
    "getrlimit": (302, 0, 0, 0, 0),
    "fcntl F_GETFD": (72, 1, 1, 0),
}


def resolved(calls: dict[str, tuple[Any, ...]], worker: WorkerHandle) -> list[tuple[int, ...]]:
    names = {"me": worker.pid, "-me": -worker.pid, "parent": os.getpid()}
    return [tuple(names.get(n, n) if isinstance(n, str) else n for n in call) for call in calls.values()]


def test_every_forbidden_call_is_refused_and_none_is_answered_by_the_kernel(loaded: Load, ask: Ask) -> None:
    worker = loaded(SOURCE)
    got = ask(worker, "f", resolved(REFUSED, worker)).value
    through = {
        name: os.strerror(code) for name, code in zip(REFUSED, got, strict=True) if code not in (PERM, NOSYS, ACCES)
    }
    assert through == {}


def test_the_same_calls_reach_the_kernel_without_a_filter() -> None:
    """A control with calls that do no harm here: outside they succeed, or fail for other reasons."""
    import ctypes

    harmless = ("shared anonymous memory", "memory that grows down", "kill of the group", "openat to create", "fchmod")
    libc = ctypes.CDLL(None, use_errno=True)
    got = {}
    for name in harmless:
        ctypes.set_errno(0)
        value = libc.syscall(*(ctypes.c_long(n) for n in REFUSED[name]))
        got[name] = ctypes.get_errno() if value == -1 else 0
    assert not {name: code for name, code in got.items() if code in (PERM, NOSYS, ACCES)}
    assert got["shared anonymous memory"] == got["kill of the group"] == 0


def test_what_programs_need_is_allowed(loaded: Load, ask: Ask) -> None:
    worker = loaded(SOURCE)
    got = ask(worker, "f", resolved(ALLOWED, worker)).value
    assert dict(zip(ALLOWED, got, strict=True)) == dict.fromkeys(ALLOWED, 0)


@pytest.mark.parametrize(
    "call", ["os.fork()", "socket.socket()", "os.chmod('x', 0)", "os.execv('/bin/true', ['true'])", "os.kill(1, 15)"]
)
def test_what_learners_might_really_try_reads_as_not_permitted(loaded: Load, ask: Ask, call: str) -> None:
    failed = ask(loaded(f"import os, socket\ndef f(): {call}"))
    assert failed.cause == "forbidden"
    assert "not permitted" in failed.text or "denied" in failed.text


def test_a_foreign_architecture_ends_the_process(loaded: Load, ask: Ask) -> None:
    """``int 0x80`` would enter the kernel by another table of calls."""
    code = """
import ctypes, mmap
def f():
    area = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    area.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
"""
    failed = ask(loaded(code))
    assert failed.cause == "crashed"
    assert (
        "forbidden system call" in failed.text or "segmentation" in failed.text
    )  # the latter: a kernel without that table


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seccomp.library_missing() is None
    monkeypatch.setattr(libseccomp, "_NAME", "libseccomp.so.none")
    libseccomp.load.cache_clear()
    try:
        assert "libseccomp2" in str(seccomp.library_missing())
    finally:
        libseccomp.load.cache_clear()


def test_the_program_differs_between_processes_in_their_own_number_alone() -> None:
    filter_ = seccomp.Filter()
    one, other = filter_.program(4321), filter_.program(4322)
    assert len(one) == len(other)
    changed = [
        (a, b)
        for a, b in zip(seccomp._INSTRUCTION.iter_unpack(one), seccomp._INSTRUCTION.iter_unpack(other), strict=True)
        if a != b
    ]
    assert changed
    assert all(a[:3] == b[:3] and (a[3], b[3]) == (4321, 4322) for a, b in changed)
    assert not any(number == seccomp._PID_MARK for *_, number in seccomp._INSTRUCTION.iter_unpack(one))
