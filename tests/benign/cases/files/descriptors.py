"""Descriptors: pipes, copies, positions, truncation."""

import os


def guest(box):
    number = os.open(box / "file", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(number, b"hello world")
        os.lseek(number, 6, os.SEEK_SET)
        told = os.read(number, 5), os.pread(number, 5, 0), os.fstat(number).st_size
        os.ftruncate(number, 5)
    finally:
        os.close(number)
    read, write = os.pipe()
    os.write(write, b"x")
    told += (os.read(read, 1),)
    os.close(read)
    os.close(write)
    return told, (box / "file").read_text()
