"""Temporary files and folders of every kind."""

import tempfile


def guest(box):
    with tempfile.TemporaryDirectory(dir=box) as folder, tempfile.NamedTemporaryFile("w+", dir=folder) as file:
        file.write("x")
        file.flush()
        with open(file.name) as again:
            told = again.read()
    number, _ = tempfile.mkstemp(dir=box)
    open(number, "wb").close()
    with tempfile.SpooledTemporaryFile(10, dir=box) as file:
        file.write(b"longer than ten bytes")
    return told, len(list(box.iterdir()))
