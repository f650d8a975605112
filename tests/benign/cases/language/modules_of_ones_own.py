"""Modules of one's own project: lazily imported, with relative imports and data beside them.
policy: Policy(read=[box])
"""

import importlib
import importlib.resources
import sys


def prepare(box):
    package = box / "project_of_the_guest"
    package.mkdir()
    (package / "__init__.py").write_text("def late():\n    from . import part\n    return part.VALUE\n")
    (package / "part.py").write_text("VALUE = 42\n")
    (package / "data.txt").write_text("data")


def guest(box):
    sys.path.insert(0, str(box))
    try:
        package = importlib.import_module("project_of_the_guest")
        return package.late(), importlib.resources.files(package).joinpath("data.txt").read_text()
    finally:
        sys.path.remove(str(box))
        for name in [name for name in sys.modules if name.startswith("project_of_the_guest")]:
            del sys.modules[name]
        importlib.invalidate_caches()
