"""shutil: copies, archives, trees, disk usage."""

import shutil


def guest(box):
    (box / "one").mkdir()
    (box / "one" / "file").write_text("x")
    shutil.copytree(box / "one", box / "two")
    shutil.copy2(box / "one" / "file", box / "three")
    shutil.make_archive(str(box / "packed"), "gztar", box / "one")
    shutil.unpack_archive(box / "packed.tar.gz", box / "out", filter="data")
    shutil.rmtree(box / "two")
    return sorted(path.relative_to(box).as_posix() for path in box.rglob("*")), shutil.disk_usage(box).total > 0
