"""Judge from outside what a process changed: files, its own state, where it listens."""

import os
import stat
from pathlib import Path


def snapshot(folder):
    """Everything beneath a folder: names, kinds, modes, texts, where links lead, when changed."""
    seen = {}
    for file in sorted([folder, *folder.rglob("*")] if folder.exists() else []):
        found = file.lstat()
        kind = stat.S_IFMT(found.st_mode)
        if kind == stat.S_IFREG:
            content = file.read_bytes()
        elif kind == stat.S_IFLNK:
            content = os.readlink(file)
        else:
            content = None
        names = [] if kind == stat.S_IFLNK else os.listxattr(file)
        seen[str(file)] = (found.st_mode, found.st_nlink, found.st_mtime_ns, content, names)
    return seen


def process_state(pid):
    """What the kernel says of a process that a guest might change: directory, limits, mask, priority."""
    process = Path("/proc", str(pid))
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    return (
        os.readlink(process / "cwd"),
        (process / "limits").read_text(),
        {key: status.get(key) for key in ("Umask", "Uid", "Gid")},
        os.getpriority(os.PRIO_PROCESS, pid),
        sorted(os.sched_getaffinity(pid)),
    )


def listens(pid):
    """Whether a process holds a socket that listens."""
    rows = []
    for table in ("tcp", "tcp6"):
        rows += [line.split() for line in (Path("/proc/net") / table).read_text().splitlines()[1:]]
    listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    listening |= {f"socket:[{row[6]}]" for row in rows if int(row[3], 16) & 0x10000}
    held = set()
    for descriptor in Path("/proc", str(pid), "fd").iterdir():
        try:
            held.add(os.readlink(descriptor))
        except OSError:
            continue
    return bool(held & listening)
