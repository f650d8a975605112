"""The running of Python: what every policy reads, and what it refuses quietly (DESIGN 4, docs/adr/0403)."""

import functools
import glob
import json
import os
import sys
from dataclasses import dataclass
from urllib.parse import unquote

from reference import paths
from reference.places import Place

from fastaudit import _python_needs as needs

SOURCE_ENDINGS = (b".py", b".pyc", b".so", b".pyd", b".pth", b".egg-link")
METADATA_ENDINGS = (b".dist-info", b".egg-info")


@dataclass(frozen=True)
class Python:
    """The places of this interpreter, as they are now. Everything here is granted for reading alone."""

    read: tuple  # Place
    modify: tuple  # Place
    homes: tuple  # roots where Python's own code lies: native code may be loaded from there
    sources: tuple  # folders of sources on sys.path
    names: tuple  # folders whose own names may be listed
    quiet: tuple  # (rights, Place)


def look():
    """Find out what belongs to the running of this Python, now."""
    return _look(tuple(_entries()), os.getcwd(), sys.executable)


@functools.cache
def _look(*_what_it_depends_on):
    homes = _real([_library(), *(entry for entry in _entries() if _is_whole(entry))])
    editable = [folder for entry in _entries() if _is_whole(entry) for folder in _editable(entry)]
    others = [entry for entry in _entries() if not _is_whole(entry)]
    files = _real([entry for entry in others if os.path.isfile(entry)])
    folders = _real([*(entry or "." for entry in others if not os.path.isfile(entry)), *editable])
    roots = [*_real([*needs.READ, *_own_files()]), *homes, *files]
    prefixes = _real({sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix})
    patterns = [os.fsencode(pattern) for pattern in needs.READ_PATTERNS]
    for prefix in prefixes:
        stem = glob.escape(prefix.rstrip(b"/"))
        patterns += [stem + b"/lib*/libpython*", stem + b"/lib*/*/libpython*"]
    return Python(
        read=tuple([Place(root, False) for root in roots] + [Place(pattern, True) for pattern in patterns]),
        modify=tuple(Place(root, False) for root in _real(needs.MODIFY)),
        homes=tuple(homes),
        sources=tuple(folders),
        names=tuple(_real(needs.LIST)),
        quiet=tuple(_quiet()),
    )


def _quiet():
    everything = frozenset({"create", "modify", "delete", "metadata", "link"})
    for pattern in needs.QUIET_WRITE_PATTERNS:
        yield everything, Place(os.fsencode(pattern), True)
    for pattern in needs.QUIET_READ_PATTERNS:
        yield frozenset({"read"}), Place(os.fsencode(pattern), True)
    for folder in _real([*needs.QUIET_PROBE_FOLDERS, os.getcwd()]):
        pattern = glob.escape(folder.rstrip(b"/")) + b"/" + os.fsencode(needs.QUIET_PROBE_NAME)
        yield frozenset({"create", "delete"}), Place(pattern, True)


def _real(names):
    """Canonical paths; what cannot be resolved is not there for Python either."""
    found = []
    for name in names:
        try:
            found.append(paths.canonical(os.fsencode(os.path.abspath(name)), follow=True))
        except (OSError, paths.Nameless):
            continue
    return found


def _entries():
    return [entry for entry in dict.fromkeys(sys.path) if type(entry) is str]


def _library():
    return getattr(sys, "_stdlib_dir", None) or os.path.dirname(os.__file__)


def _is_whole(entry):
    return os.path.basename(entry.rstrip("/")) in (*needs.SITE_FOLDERS, "lib-dynload")


def _own_files():
    """The executable, stage by stage of its links, and what lies beside it and beneath its prefixes."""
    executables = [sys.executable, sys._base_executable]
    path = sys.executable
    while os.path.islink(path):
        path = os.path.join(os.path.dirname(path), os.readlink(path))
        executables.append(path)
    for path in executables:
        folder = os.path.dirname(path)
        yield from (path, os.path.join(folder, "pyvenv.cfg"), os.path.join(os.path.dirname(folder), "pyvenv.cfg"))
    for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix):
        yield from (os.path.join(prefix, "pyvenv.cfg"), os.path.join(prefix, "share", "locale"))


def _editable(site_folder):
    """The folders that the packages of a site folder are installed from, if they are editable."""
    for file in sorted(glob.glob(os.path.join(glob.escape(site_folder), "*.dist-info", "direct_url.json"))):
        with open(file) as stream:
            said = json.load(stream)
        if said.get("dir_info", {}).get("editable") is True and said["url"].startswith("file:///"):
            yield unquote(said["url"][len("file://") :])


def is_source(beneath):
    """Whether a path beneath a folder of sources is one of Python's own kinds of file."""
    names = paths.parts(beneath)
    if not names:
        return False
    if any(name.endswith(METADATA_ENDINGS) or name == b"EGG-INFO" for name in names):
        return True
    name = names[-1]
    return name == b"py.typed" or any(name.endswith(end) and name != end for end in SOURCE_ENDINGS)
