"""Runs a program that the kernel ends together with the process that asked for it.

    python -I -S leash.py PARENT SIGNAL USER PROGRAM ARGUMENT…

A program of its own, because what it does must happen in the child before the program runs. The other place for that,
`preexec_fn`, runs Python between fork and exec, where a lock another thread held at the fork is never released; our
parents have such threads (Temporal's, PostgreSQL's). It imports little and takes about 15 ms.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal this process gets when its parent dies. It survives exec."""


def main() -> None:
    """Become USER ('' for nobody new), ask for SIGNAL at the death of PARENT, and become PROGRAM."""
    parent, death_signal, user, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if user:
        _become(user)
    if sys.platform == "linux":
        # After the change of user, which clears it.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that asked for this one is gone.")
    os.execv(program[0], program)  # noqa: S606


def _become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


if __name__ == "__main__":
    main()
