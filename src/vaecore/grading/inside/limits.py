"""Limits that this process sets itself before it runs anything of a student's; none can be taken back.

Memory, time and files are limited by the system's resource limits.  On Linux a filter of system calls
(seccomp) refuses other processes, other programs, the network, and signals to anybody else; it holds without
bubblewrap too.  What it does not hide is files: that is bubblewrap's work.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

MEGABYTE = 2**20
ALLOW, DENY, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
CLONE_THREAD = 0x10000
X32 = 0x40000000  # the bit of a second way in, on x86-64
# The numbers of system calls: on x86-64, and on 64-bit ARM.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NEVER = {
    "x86_64": (
        57, 58, 59, 322,  # fork, vfork, execve, execveat
        41, 42, 49, 50,  # socket, connect, bind, listen
        101,  # ptrace
        310, 311, 438, 434, 424,  # process_vm_readv and writev, pidfd_getfd, pidfd_open, pidfd_send_signal
        272, 308, 165, 166, 155, 161,  # unshare, setns, mount, umount2, pivot_root, chroot
        248, 249, 250, 321, 298, 323, 425, 426, 427,  # keys, bpf, perf_event_open, userfaultfd, io_uring
        200, 129, 297,  # tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
    ),
    "aarch64": (
        221, 281, 198, 203, 200, 201, 117, 270, 271, 438, 434, 424, 97, 268, 40, 39, 41, 51,
        217, 218, 219, 280, 241, 282, 425, 426, 427, 130, 138, 240,
    ),
}  # fmt: skip
ONLY_SELF = {"x86_64": (62, 234, 302), "aarch64": (129, 131, 261)}  # kill, tgkill, prlimit64
CLONE, CLONE3 = {"x86_64": 56, "aarch64": 220}, 435


def limit_resources(megabytes: int, seconds: int, file_megabytes: int = 64) -> None:
    """Limit memory, the processor's time, the size of files and the number of open ones."""
    import resource

    def at_most(what: int, value: int) -> None:
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))

    if sys.platform == "linux":
        at_most(resource.RLIMIT_AS, megabytes * MEGABYTE)
    at_most(resource.RLIMIT_CPU, seconds)
    at_most(resource.RLIMIT_FSIZE, file_megabytes * MEGABYTE)
    at_most(resource.RLIMIT_NOFILE, 128)
    at_most(resource.RLIMIT_CORE, 0)


def filter_calls() -> bool:
    """Refuse other processes, programs, the network and signals from now on; return whether that is so."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ARCHITECTURES:
        return False
    program = b"".join(struct.pack("HBBI", *line) for line in filter_program(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    filtering = Program(len(program) // 8, ctypes.addressof(buffer))
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(set_seccomp, filter_mode, ctypes.byref(filtering), 0, 0) == 0


def filter_program(machine: str, own_id: int) -> list[tuple[int, int, int, int]]:
    """Return the filter as lines of BPF: (operation, lines to skip if true, if false, operand)."""
    load, equal, at_least, bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    number, architecture, first_argument = 0, 4, 16
    lines = [(load, 0, 0, architecture), (equal, 1, 0, ARCHITECTURES[machine]), (give, 0, 0, DENY)]
    lines += [(load, 0, 0, number)]
    if machine == "x86_64":
        lines += [(at_least, 0, 1, X32), (give, 0, 0, DENY)]
    for call in NEVER[machine]:
        lines += [(equal, 0, 1, call), (give, 0, 0, DENY)]
    lines += [(equal, 0, 1, CLONE3), (give, 0, 0, UNKNOWN)]  # then clone is tried, whose flags can be seen
    lines += [(equal, 0, 4, CLONE[machine]), (load, 0, 0, first_argument), (bits, 1, 0, CLONE_THREAD)]
    lines += [(give, 0, 0, DENY), (give, 0, 0, ALLOW)]
    kill, tgkill, limits = ONLY_SELF[machine]
    for call in (kill, tgkill, limits):
        nobody = 0 if call == limits else own_id  # 0 is oneself there, and a whole group for kill
        lines += [(equal, 0, 5, call), (load, 0, 0, first_argument)]
        lines += [(equal, 2, 0, own_id), (equal, 1, 0, nobody), (give, 0, 0, DENY), (give, 0, 0, ALLOW)]
    return [*lines, (give, 0, 0, ALLOW)]
