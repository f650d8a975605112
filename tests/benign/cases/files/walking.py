"""Walking and globbing folders."""

import fnmatch
import glob
import os


def guest(box):
    for name in ("a/b/c", "a/d"):
        os.makedirs(box / name, exist_ok=True)
    (box / "a" / "d" / "x.py").touch()
    walked = [os.path.relpath(folder, box) for folder, _, _ in os.walk(box)]
    with os.scandir(box / "a") as entries:
        names = sorted((entry.name, entry.is_dir()) for entry in entries)
    found = glob.glob("**/*.py", root_dir=box, recursive=True)
    return sorted(walked), names, found, fnmatch.filter(["a.py", "b"], "*.py")
