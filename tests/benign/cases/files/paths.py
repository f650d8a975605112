"""pathlib: making, moving, finding, touching."""


def guest(box):
    (box / "a" / "b").mkdir(parents=True, exist_ok=True)
    (box / "a" / "b").mkdir(parents=True, exist_ok=True)
    (box / "a" / "b" / "one.txt").touch()
    (box / "a" / "two.txt").write_text("two")
    (box / "a" / "two.txt").replace(box / "a" / "three.txt")
    (box / "a" / "link").symlink_to("three.txt")
    found = sorted(path.name for path in box.rglob("*.txt")), (box / "a" / "link").read_text()
    (box / "a" / "b" / "one.txt").unlink()
    (box / "a" / "b").rmdir()
    return found, (box / "missing").exists(), (box / "a").is_dir()
