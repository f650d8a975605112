"""An entry of a list of paths: a root, or a pattern (DESIGN 4 and 6, docs/adr/0101, 0401)."""

import glob
import os
from dataclasses import dataclass

from reference import paths


@dataclass(frozen=True)
class Place:
    """An entry of a list of paths: a root, or a pattern."""

    path: bytes
    pattern: bool

    def covers(self, path):
        return paths.covers(self.path, path) if self.pattern else paths.lies_beneath(path, self.path)


def place(entry, base):
    """Read a path: canonical, and absolute unless it matches anywhere."""
    path = os.fsencode(entry)
    if path.startswith(b"~"):
        path = os.path.expanduser(path)
    names = path.split(b"/")
    if names[0] == b"**":
        return Place(b"/".join(name for name in names if name not in (b"", b".")), True)
    literal = []
    for name in names:
        plain = _plain(name)
        if plain is None:
            break
        literal.append(plain)
    rest = [name for name in names[len(literal) :] if name not in (b"", b".")]
    fixed = b"/".join(literal) or (b"/" if path.startswith(b"/") else b".")
    root = paths.canonical(os.path.join(base, fixed), follow=True)
    if not rest:
        return Place(root, False)
    return Place(os.path.join(glob.escape(root), *rest), True)


def _plain(name):
    """A name whose wildcards are all escaped, without the escapes; None for a pattern."""
    plain = name
    for mark in (b"[*]", b"[?]", b"[[]"):
        plain = plain.replace(mark, b"")
    if any(mark in plain for mark in b"*?["):
        return None
    for mark in b"*?":
        name = name.replace(b"[%c]" % mark, b"%c" % mark)
    return name.replace(b"[[]", b"[")
