"""A tar archive is unpacked that makes a link first, and then a file through it."""

import io
import tarfile


def guest(world):
    with tarfile.open(world.box / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, str(world.outside)
        archive.addfile(link)
        entry = tarfile.TarInfo("link/new")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with tarfile.open(world.box / "a.tar") as archive:
        if hasattr(tarfile, "fully_trusted_filter"):
            archive.extraction_filter = staticmethod(tarfile.fully_trusted_filter)
        archive.extractall(world.box)
