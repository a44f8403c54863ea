"""seccomp: the list of system calls that a worker may make; everything else is refused.

An allow-list, because a list of forbidden calls misses next year's. The default
answer is ENOSYS, so that glibc falls back by itself (clone3 → clone); calls that
learners might really try answer EPERM, which reads better. Nothing is killed
except foreign architectures (``int 0x80``, x32), which is libseccomp's default.

The list and its reasons were found by tracing NumPy, PyTorch and TensorFlow at work.
"""

import errno
import mmap
import os
import signal
import struct
import sys
from functools import partial
from typing import TYPE_CHECKING

from dlquiz.sandbox import libseccomp
from dlquiz.sandbox.libseccomp import ALLOW, EQUAL, MASKED_EQUAL, NOT_EQUAL, ArgumentTest, FilterBuilder, refuse

if TYPE_CHECKING:
    from dlquiz.sandbox.libc import LibC

_ALWAYS = """
read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range
fstat newfstatat stat lstat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat
getdents getdents64 getcwd dup dup2 dup3 pipe pipe2 poll ppoll select pselect6
epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
munmap mremap mprotect madvise brk mincore membarrier
futex futex_waitv set_robust_list get_robust_list rseq set_tid_address gettid getpid getppid getpgrp getpgid getsid
getuid geteuid getgid getegid getresuid getresgid getgroups getrandom uname sysinfo getcpu getrusage getrlimit
times time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep
sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min sched_yield
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack restart_syscall pause
shutdown arch_prctl exit exit_group wait4 waitid
""".split()

_POLITE = """
socket socketpair connect bind listen accept accept4 sendmsg recvmsg execve execveat fork vfork
chmod fchmod fchmodat chown fchown lchown fchownat unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir
link linkat symlink symlinkat creat truncate ftruncate utime utimes utimensat futimesat mknod mknodat
setxattr lsetxattr fsetxattr removexattr flock ptrace process_vm_readv process_vm_writev memfd_create
shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv msgctl mq_open setuid setgid setresuid setresgid
setpriority sched_setaffinity sched_setscheduler setitimer alarm timer_create unshare setns mount umount2 chroot
tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd setrlimit setpgid setsid
io_uring_setup bpf keyctl add_key request_key userfaultfd perf_event_open personality syslog prctl
""".split()
"""Refused with EPERM ("Operation not permitted"); the rest of the kernel's calls with ENOSYS."""

_FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. F_SETOWN would aim signals at others."""
_IOCTLS = (0x5401, 0x5413, 0x5451, 0x5450, 0x5421, 0x541B)
"""TCGETS, TIOCGWINSZ, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD."""
_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_O_TMPFILE = 0o20000000
_OPEN_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | _O_TMPFILE
_MAP_GROWSDOWN = 0x100
_MAP_HUGETLB = 0x40000
_OWN_SIGNALS = tuple(sorted(set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}))
"""What a worker may send to itself. Not SIGKILL: dying of it must stay unexplained, hence ours."""

_PID_MARK = 0x5EAF00D5
"""Stands for the worker's pid while the filter is built; larger than any pid (at most 2**22)."""
_INSTRUCTION = struct.Struct("=HBBI")
"""``struct sock_filter``: code, jump if true, jump if false, number."""
_NUMBER = struct.Struct("=I")


def library_missing() -> str | None:
    """Return why the filter cannot be built, None if it can."""
    try:
        libseccomp.load()
    except OSError:
        return "libseccomp is not installed (Debian and Ubuntu: libseccomp2; Fedora: libseccomp; Alpine: libseccomp)"
    return None


def missing(libc: "LibC") -> str | None:
    """Return why no worker can get a filter, None if it can; in words for people."""
    if (library := library_missing()) is not None:
        return library
    if sys.platform != "linux":
        return f"{sys.platform} has no seccomp"
    if (number := libc.filter_refusal()) == 0:
        return None
    return f"seccomp filters are refused, most likely by the container ({os.strerror(number)})"


class Filter:
    """The filter, built in the server; the worker puts its own pid in and loads it.

    Adding the rules about the pid in the worker would compile the whole filter there: 2 ms.
    """

    def __init__(self) -> None:
        # The library's memory is given back here: a worker that did it would copy two hundred pages to write into them.
        with FilterBuilder(refuse(errno.ENOSYS)) as builder:
            _add_rules(builder)
            self._program = builder.export()
        size = _INSTRUCTION.size
        numbers = [number for _, _, _, number in _INSTRUCTION.iter_unpack(self._program)]
        self._marked = [(at + 1) * size - 4 for at, number in enumerate(numbers) if number == _PID_MARK]
        if not self._marked:
            raise RuntimeError("the filter does not look at the process's own number")

    def program(self, pid: int) -> bytes:
        """Return the program with ``pid`` in place of the mark."""
        program = bytearray(self._program)
        for at in self._marked:
            _NUMBER.pack_into(program, at, pid)
        return bytes(program)

    def enforce(self, libc: "LibC") -> None:
        """Load the filter into this process for good."""
        libc.load_filter(self.program(os.getpid()))


def _add_rules(builder: FilterBuilder) -> None:
    for name in _ALWAYS:
        _add(builder, ALLOW, name)
    for name in _POLITE:
        _add(builder, refuse(errno.EPERM), name)
    _add_conditional(builder)
    _add_own_signals(builder)


def _add(builder: FilterBuilder, action: int, name: str, *conditions: ArgumentTest) -> None:
    try:
        builder.add(action, name, *conditions)
    except OSError as error:
        # libseccomp too old for the name, or no such call on this architecture: then it stays refused.
        if error.errno not in (errno.EINVAL, errno.EDOM, errno.EFAULT):
            raise


def _add_conditional(builder: FilterBuilder) -> None:
    add, refused = partial(_add, builder), refuse(errno.EPERM)
    # Threads, no processes. clone3 hides its flags in memory, so it stays ENOSYS and glibc uses clone.
    add(ALLOW, "clone", ArgumentTest(0, MASKED_EQUAL, _CLONE_THREAD | _CLONE_NAMESPACES, _CLONE_THREAD))
    add(refused, "clone", ArgumentTest(0, MASKED_EQUAL, _CLONE_THREAD, 0))
    # These kinds of mapping escape RLIMIT_DATA: grows-down, huge pages, and shared together with anonymous.
    shared, anonymous = mmap.MAP_SHARED, mmap.MAP_ANONYMOUS
    watched = shared | anonymous | _MAP_GROWSDOWN | _MAP_HUGETLB
    for flags in (0, shared, anonymous):
        add(ALLOW, "mmap", ArgumentTest(3, MASKED_EQUAL, watched, flags))
    # Landlock refuses these too; level process has no Landlock, and there nothing may be changed either.
    for name, position in (("open", 1), ("openat", 2)):
        add(ALLOW, name, ArgumentTest(position, MASKED_EQUAL, _OPEN_CHANGES, 0))
        for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, _O_TMPFILE):
            add(refuse(errno.EACCES), name, ArgumentTest(position, MASKED_EQUAL, flag, flag))
    # The channel only, as a stream of bytes: out-of-band data has been a way into the kernel (CVE-2025-38236).
    for name in ("sendto", "recvfrom"):
        add(ALLOW, name, ArgumentTest(3, EQUAL, 0), ArgumentTest(4, EQUAL, 0))
    for command in _FCNTL_COMMANDS:
        add(ALLOW, "fcntl", ArgumentTest(1, EQUAL, command))
    for request in _IOCTLS:
        add(ALLOW, "ioctl", ArgumentTest(1, EQUAL, request))
    # Reading one's own limits; a second look at another process, or a new limit, is refused.
    add(ALLOW, "prlimit64", ArgumentTest(0, EQUAL, 0), ArgumentTest(2, EQUAL, 0))


def _add_own_signals(builder: FilterBuilder) -> None:
    """Let a process signal itself. Its pid is known after the fork only: a mark stands for it here."""
    for call, position in (("kill", 1), ("tgkill", 2)):
        for number in _OWN_SIGNALS:
            _add(builder, ALLOW, call, ArgumentTest(0, EQUAL, _PID_MARK), ArgumentTest(position, EQUAL, number))
        _add(builder, refuse(errno.EPERM), call, ArgumentTest(0, NOT_EQUAL, _PID_MARK))
