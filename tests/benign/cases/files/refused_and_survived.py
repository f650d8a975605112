"""Files that are refused, and code that goes on as after any refusal.
refused: read create
"""

import os


def guest(box):
    told = []
    for path, mode in ((box.parent / "secret", "r"), (box.parent / "new", "w")):
        try:
            with open(path, mode):
                pass
        except OSError:
            told.append("an error")
    return told, os.path.exists(box.parent / "new")
