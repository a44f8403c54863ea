"""Run a command as in a container that forbids system calls: ``python forbid.py VARIANT COMMAND …``.

The container's filter is real: it is installed in this process, the command and everything that it starts
keep it. Only the answers of the kernel change; whether this is root, and what root may do, stays as it is.
"""

import errno
import os
import sys

_LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = ("seccomp", "prctl(PR_SET_SECCOMP)")

VARIANTS: dict[str, dict[str, int]] = {
    "nothing": {},
    # A kernel before 5.13, or runc of 2021 and later with a profile that does not know the call.
    "landlock-enosys": dict.fromkeys(_LANDLOCK, errno.ENOSYS),
    # Docker before the releases of 2022 answers so whatever its profile does not name.
    "landlock-eperm": dict.fromkeys(_LANDLOCK, errno.EPERM),
    # Built in, but not in the boot parameter ``lsm=``.
    "landlock-off": dict.fromkeys(_LANDLOCK, errno.EOPNOTSUPP),
    # A profile that somebody wrote by hand and did not finish.
    "landlock-no-rules": {"landlock_add_rule": errno.EPERM},
    "landlock-no-end": {"landlock_restrict_self": errno.EPERM},
    "seccomp-eperm": dict.fromkeys(_SECCOMP, errno.EPERM),
    "seccomp-einval": dict.fromkeys(_SECCOMP, errno.EINVAL),
    "neither": {**dict.fromkeys(_LANDLOCK, errno.ENOSYS), **dict.fromkeys(_SECCOMP, errno.EPERM)},
    # Single calls that dlquiz uses itself.
    "no-memfd": {"memfd_create": errno.EPERM},
    "no-pidfd": {"pidfd_open": errno.EPERM, "pidfd_send_signal": errno.EPERM, "pidfd_getfd": errno.EPERM},
    "no-pidfd-signal": {"pidfd_send_signal": errno.ENOSYS},
    "no-close-range": {"close_range": errno.EPERM},
    "no-prlimit": {"prlimit64": errno.EPERM, "setrlimit": errno.EPERM},
    "no-clone3": {"clone3": errno.ENOSYS},
    "no-ptrace": dict.fromkeys(("ptrace", "process_vm_readv", "process_vm_writev"), errno.EPERM),
    "no-capset": {"capset": errno.EPERM},
    "no-setuid": dict.fromkeys(
        ("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups"), errno.EPERM
    ),
    "no-prctl": {"prctl": errno.EPERM},
}
"""Name → system call → what it answers."""


def forbid(variant: str) -> None:
    """Install the filter of ``variant`` in this process, for good."""
    from dlquiz.sandbox.libc import LibC
    from dlquiz.sandbox.libseccomp import ALLOW, EQUAL, ArgumentTest, FilterBuilder, refuse

    if not VARIANTS[variant]:
        return
    with FilterBuilder(ALLOW) as found:
        for name, number in VARIANTS[variant].items():
            if name == "prctl(PR_SET_SECCOMP)":
                found.add(refuse(number), "prctl", ArgumentTest(0, EQUAL, _PR_SET_SECCOMP))
            else:
                found.add(refuse(number), name)
        program = found.export()
    libc = LibC()
    # Docker does not set "no new privileges" by itself. Without root the kernel asks for it.
    if os.geteuid() != 0:
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1)
    libc.load_filter(program)


if __name__ == "__main__":
    forbid(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
