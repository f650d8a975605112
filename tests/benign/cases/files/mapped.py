"""Mapped memory, of a file and of none."""

import mmap


def guest(box):
    (box / "file").write_bytes(b"0" * 100)
    with open(box / "file", "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:5] = b"hello"
    with mmap.mmap(-1, 10) as mapped:
        mapped.write(b"memory")
    return (box / "file").read_bytes()[:6]
