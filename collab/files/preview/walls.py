"""Another's program between walls: it becomes one of the programs named here, and can do nothing but its work.

``python -P -s -m collab.files.preview.walls SECONDS MEGABYTES FOLDER READ… -- PROGRAM ARGUMENT…``

It reads the system's libraries and fonts and the files READ, writes below FOLDER alone, starts no
process, reaches no network, sends no signal, and ends soon. Everything else on this computer,
Collab's data folder and settings too, is as if it were not there, whatever a file asks of it or makes of
it. The kernel holds the walls: Landlock (Linux 5.13) for files, a filter for system calls (seccomp).
Where it has none, ``are_there`` says so, and the programs are not used.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

MEGABYTE = 1 << 20
#: The largest file it may write, and how many it may have open.
LARGEST, OPEN = 128 * MEGABYTE, 256
#: What programs need to start, to draw letters, and to be as random as their libraries want.
SYSTEM = ("/usr", "/lib", "/lib64", "/opt/libreoffice", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice")
FONTS, DEVICES = ("/var/cache/fontconfig", "/usr/local/share/fonts"), ("/dev/null", "/dev/urandom")

# Landlock, linux/landlock.h. The first version knows the file rights 0 to 12.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
#: Making, changing and removing files, folders, sockets and links in its own folder; no devices.
_OWN = _WRITE | _READ | _LIST | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | _TRUNCATE
_TCP, _OUTSIDE = (1 << 2) - 1, (1 << 2) - 1  # bind and connect; abstract sockets and signals

# seccomp, linux/filter.h and linux/seccomp.h
_LOAD, _EQUAL, _ABOVE, _ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _WITH_PARENT = 38, 22, 2, 1
_THREAD, _X32 = 0x10000, 0x40000000
#: setsid, setpgid, kill, ptrace, unshare, setns, mount, io_uring_setup, process_vm_readv and _writev,
#: pidfd_send_signal, add_key, request_key, keyctl, perf_event_open, bpf, userfaultfd, connect, sendto,
#: sendmsg, sendmmsg; on the older machine fork and vfork too.
_NEVER = {
    "x86_64": (
        *(112, 109, 62, 101, 272, 308, 165, 425, 310, 311, 424, 248, 249, 250, 298, 321, 323),
        *(42, 44, 46, 307, 57, 58),
    ),
    "aarch64": (
        *(157, 154, 129, 117, 97, 268, 40, 425, 270, 271, 424, 217, 218, 219, 241, 280, 282),
        *(203, 206, 211, 269),
    ),
}
#: bind and listen: LibreOffice wants to hear from a second one of itself. It is told that all is well.
_AS_IF = {"x86_64": (49, 50), "aarch64": (200, 201)}
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET, _CLONE, _CLONE3 = {"x86_64": 41, "aarch64": 198}, {"x86_64": 56, "aarch64": 220}, 435


def are_there() -> bool:
    """Does this computer have the walls?"""
    return sys.platform == "linux" and platform.machine() in _AUDIT and _version() >= 1


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _done(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def _version() -> int:
    return int(_libc().syscall(_CREATE_RULESET, None, 0, 1))


def hide_files(programs: Iterable[str], read: Iterable[str], own: str) -> None:
    """From now on there is only what is named: ``programs`` to run, files and folders to read, one to write."""
    version = _version()
    rights = max(bits for since, bits in _RIGHTS.items() if since <= version)
    asked = struct.pack("QQQ", rights, _TCP if version >= 4 else 0, _OUTSIDE if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _done(_libc().syscall(_CREATE_RULESET, asked, size, 0))
    for path in programs:
        _let(rules, path, _EXECUTE | _READ, rights)
    for path in (*SYSTEM, *FONTS, *read):
        _let(rules, path, _READ | _LIST, rights)
    for path in DEVICES:
        _let(rules, path, _READ | _WRITE, rights)
    _let(rules, own, _OWN, rights)
    _done(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(_libc().syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)


def _let(rules: int, path: str, wanted: int, known: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # what is not there needs no leave
    if not Path(path).is_dir():
        wanted &= _EXECUTE | _WRITE | _READ | _TRUNCATE
    _done(_libc().syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", wanted & known, handle), 0))
    os.close(handle)


def forbid_calls() -> None:
    """No process, connection, signal or look into another process any more; threads and local sockets stay."""
    machine = platform.machine()
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
        (_EQUAL, 0, 1, _CLONE3),  # its flags cannot be seen; the C library falls back to clone
        (_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
    ]
    for number in _NEVER[machine]:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | errno.EPERM)]
    for number in _AS_IF[machine]:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    for number, test, value in (
        (_SOCKET[machine], _EQUAL, socket.AF_UNIX),
        (_CLONE[machine], _ANY, _THREAD),
    ):
        steps += [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, _FIRST), (test, 1, 0, value)]
        steps += [(_RETURN, 0, 0, _REFUSE | errno.EACCES), (_RETURN, 0, 0, _ALLOW)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
    _done(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(_libc().prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(program), 0, 0))


def limit(seconds: int, memory: int) -> None:
    """Little time, memory and room; the first to go if the computer has none left; never without its parent."""
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: 2 * seconds + 10,  # who started it looks at the clock, and ends it before
        resource.RLIMIT_AS: memory * MEGABYTE,
        resource.RLIMIT_FSIZE: LARGEST,
        resource.RLIMIT_NOFILE: OPEN,
    }
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))
    os.nice(10)
    _done(_libc().prctl(_WITH_PARENT, signal.SIGKILL, 0, 0, 0))


def _loader() -> list[str]:
    """The programs that start programs: the kernel runs one to bring in the libraries."""
    names = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1")
    return [str(Path(name).resolve()) for name in names if Path(name).exists()]


def become(arguments: Sequence[str]) -> None:
    """Be the program that ``arguments`` name, between the walls."""
    seconds, memory, own, *rest = arguments
    at = rest.index("--")
    read, command = rest[:at], rest[at + 1 :]
    Path("/proc/self/oom_score_adj").write_text("1000")
    os.closerange(3, OPEN)
    os.chdir(own)
    hide_files([command[0], *_loader()], read, own)
    limit(int(seconds), int(memory))
    forbid_calls()
    around = {"HOME": own, "TMPDIR": own, "LANG": "C.UTF-8", "PATH": "/nowhere", "SAL_USE_VCLPLUGIN": "svp"}
    os.execve(command[0], command, around)  # noqa: S606 - a program whose path we found, no shell


if __name__ == "__main__":
    become(sys.argv[1:])
