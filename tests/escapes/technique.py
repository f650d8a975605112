"""What a technique says of itself, in the docstring that its file begins with."""

import ast
import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEYS = ("harm", "policy", "since", "until", "held", "unseen", "needs")
HARMS = ("files", "secret", "network", "listen", "child", "process", "death")


class Technique:
    """The header of one file. Reading it runs nothing."""

    def __init__(self, file):
        self.file = Path(file)
        text = ast.get_docstring(ast.parse(self.file.read_bytes()))
        self.title, _, rest = text.partition("\n")
        self.data = {}
        for line in filter(None, rest.splitlines()):
            key, mark, value = line.partition(": ")
            if not mark or key not in KEYS or key in self.data:
                raise ValueError(f"{self.file}: the docstring's line {line!r} is none of {', '.join(KEYS)}")
            self.data[key] = value.strip()
        self.harm = self.data.get("harm", "files")
        if self.harm not in HARMS:
            raise ValueError(f"{self.file}: harm is one of {', '.join(HARMS)}")
        held = self.data.get("held", "yes")
        self.hole = held.removeprefix("no: ") if held.startswith("no: ") else None
        if self.hole is None and held != "yes":
            raise ValueError(f"{self.file}: held is 'no: WORDS', the words being those of the README's known holes")

    @property
    def name(self):
        return self.file.relative_to(HERE).with_suffix("").as_posix()

    def applies(self):
        """Whether this Python is one that the technique is about."""
        first, last = (self.data.get(key) for key in ("since", "until"))
        here = sys.version_info[:2]
        return not (first and here < numbers(first)) and not (last and here > numbers(last))

    def lacks(self):
        """The package that it needs and this Python does not have; None when nothing is missing."""
        name = self.data.get("needs")
        return name if name and importlib.util.find_spec(name) is None else None


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def techniques():
    """Every technique: the files of the folders beside this one."""
    return [Technique(file) for file in sorted(HERE.glob("*/*.py"))]
