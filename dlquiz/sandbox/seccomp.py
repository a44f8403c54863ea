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
from typing import TYPE_CHECKING, Any

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
        import pyseccomp  # noqa: F401  the import itself looks for libseccomp
    except ImportError:
        return "the Python package pyseccomp is not installed"
    except RuntimeError:
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
        import pyseccomp

        self._lib = pyseccomp
        self._filter = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
        for name in _ALWAYS:
            self._add(pyseccomp.ALLOW, name)
        for name in _POLITE:
            self._add(pyseccomp.ERRNO(errno.EPERM), name)
        self._conditional()
        self._own_signals()
        self._program = self._export()
        # Its memory is given back here: a worker that did it would copy two hundred pages to write into them.
        del self._filter
        size = _INSTRUCTION.size
        numbers = [number for _, _, _, number in _INSTRUCTION.iter_unpack(self._program)]
        self._marked = [(at + 1) * size - 4 for at, number in enumerate(numbers) if number == _PID_MARK]
        if not self._marked:
            raise RuntimeError("the filter does not look at the process's own number")

    def _add(self, action: int, name: str, *conditions: Any) -> None:
        try:
            self._filter.add_rule(action, name, *conditions)
        except OSError as error:
            # libseccomp too old for the name, or no such call on this architecture: then it stays refused.
            if error.errno not in (errno.EINVAL, errno.EDOM, errno.EFAULT):
                raise

    def _conditional(self) -> None:
        lib, allow, refuse = self._lib, self._lib.ALLOW, self._lib.ERRNO(errno.EPERM)
        masked, equal = lib.MASKED_EQ, lib.EQ
        # Threads, no processes. clone3 hides its flags in memory, so it stays ENOSYS and glibc uses clone.
        self._add(allow, "clone", lib.Arg(0, masked, _CLONE_THREAD | _CLONE_NAMESPACES, _CLONE_THREAD))
        self._add(refuse, "clone", lib.Arg(0, masked, _CLONE_THREAD, 0))
        # These kinds of mapping escape RLIMIT_DATA: grows-down, huge pages, and shared together with anonymous.
        shared, anonymous = mmap.MAP_SHARED, mmap.MAP_ANONYMOUS
        watched = shared | anonymous | _MAP_GROWSDOWN | _MAP_HUGETLB
        for flags in (0, shared, anonymous):
            self._add(allow, "mmap", lib.Arg(3, masked, watched, flags))
        # Landlock refuses these too; level process has no Landlock, and there nothing may be changed either.
        for name, position in (("open", 1), ("openat", 2)):
            self._add(allow, name, lib.Arg(position, masked, _OPEN_CHANGES, 0))
            for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, _O_TMPFILE):
                self._add(lib.ERRNO(errno.EACCES), name, lib.Arg(position, masked, flag, flag))
        # The channel only, as a stream of bytes: out-of-band data has been a way into the kernel (CVE-2025-38236).
        for name in ("sendto", "recvfrom"):
            self._add(allow, name, lib.Arg(3, equal, 0), lib.Arg(4, equal, 0))
        for command in _FCNTL_COMMANDS:
            self._add(allow, "fcntl", lib.Arg(1, equal, command))
        for request in _IOCTLS:
            self._add(allow, "ioctl", lib.Arg(1, equal, request))
        # Reading one's own limits; a second look at another process, or a new limit, is refused.
        self._add(allow, "prlimit64", lib.Arg(0, equal, 0), lib.Arg(2, equal, 0))

    def _own_signals(self) -> None:
        """Let a process signal itself. Its pid is known after the fork only: a mark stands for it here."""
        lib = self._lib
        for call, position in (("kill", 1), ("tgkill", 2)):
            for number in _OWN_SIGNALS:
                self._add(lib.ALLOW, call, lib.Arg(0, lib.EQ, _PID_MARK), lib.Arg(position, lib.EQ, number))
            self._add(lib.ERRNO(errno.EPERM), call, lib.Arg(0, lib.NE, _PID_MARK))

    def _export(self) -> bytes:
        """Return the filter as the kernel wants it: instructions of 8 bytes, the last 4 a number."""
        # Through a pipe: it works where no file may be written. The kernel takes 4,096 instructions at
        # most, half of what a pipe holds, so nobody has to read beside.
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as result:
            with os.fdopen(writer, "wb") as file:
                self._filter.export_bpf(file)
            return result.read()

    def program(self, pid: int) -> bytes:
        """Return the program with ``pid`` in place of the mark."""
        program = bytearray(self._program)
        for at in self._marked:
            _NUMBER.pack_into(program, at, pid)
        return bytes(program)

    def enforce(self, libc: "LibC") -> None:
        """Load the filter into this process for good."""
        libc.load_filter(self.program(os.getpid()))
