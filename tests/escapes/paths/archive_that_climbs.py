"""A tar archive is unpacked whose names climb."""

import io
import tarfile


def guest(world):
    with tarfile.open(world.box / "a.tar", "w") as archive:
        entry = tarfile.TarInfo("../outside/new")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with tarfile.open(world.box / "a.tar") as archive:
        if hasattr(tarfile, "fully_trusted_filter"):
            archive.extraction_filter = staticmethod(tarfile.fully_trusted_filter)
        archive.extractall(world.box)
