"""Zip, tar, gzip, bzip2 and lzma files."""

import bz2
import gzip
import lzma
import tarfile
import zipfile


def guest(box):
    for module in (gzip, bz2, lzma):
        with module.open(box / module.__name__, "wt") as file:
            file.write("text")
    with tarfile.open(box / "all.tar", "w") as archive:
        archive.add(box / "gzip", "gzip")
    with tarfile.open(box / "all.tar") as archive:
        archive.extractall(box / "out", filter="data")
    with zipfile.ZipFile(box / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", "text")
    with zipfile.ZipFile(box / "all.zip") as archive:
        archive.extractall(box / "out")
    return [m.open(box / m.__name__, "rt").read() for m in (gzip, bz2, lzma)], (box / "out/a/b.txt").read_text()
