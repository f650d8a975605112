"""The running of Python as rules: the table of `_python_needs` and this interpreter's own places."""

from __future__ import annotations

import os
import sys

from . import _core
from . import _python_needs as needs
from ._paths import encoded, escape
from ._rules import BIT, MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    # path, kind, allow, deny, quiet, as written
    PathRow = tuple[bytes, int, int, int, int, str]

ROOT, PATTERN, SOURCES, NAMES = 0, 1, 2, 3  # fa_path_kind
HOME = 4  # added to a kind: Python's own code lies there, so that native code may be loaded

_READ = BIT["read"]
script: str | None = None  # of the process that started this one, if that was multiprocessing's; else __main__ tells
_built: tuple[tuple[object, ...], _core.Ruleset] | None = None


def ruleset() -> _core.Ruleset:
    """Give the rules about files, which policies share; built again when `sys.path` or the current directory changed."""
    global _built
    key = (*(entry for entry in sys.path if type(entry) is str), sys.executable, _script(), current_folder())
    built = _built
    if built is None or built[0] != key:
        rows = dict.fromkeys(_rows())
        made = _core.Ruleset(
            name="", allow=0, deny=0, paths=tuple(rows), addresses=(), commands=(), imports=None, natives=(), env=(),
            events=(), unknown=False, common=None,
        )  # fmt: skip
        _built = built = (key, made)
    return built[1]


def code_folders() -> list[str]:
    """Name the folders that Python loads installed code from: writable, they would undo the guard."""
    folders = [_standard_library(), *(path for path in sys.path if _is_whole(path))]
    return list(dict.fromkeys(escape(path.decode(*_TEXT)) for path in map(_real, folders) if path))


def source_folders() -> list[str]:
    """Name the folders that modules are loaded from, Python's own and installed ones aside, if they are not editable."""
    own = os.path.realpath(_standard_library())
    folders: list[str] = []
    for entry in sys.path:
        if _is_whole(entry):
            folders += _editable_folders(entry)
        elif type(entry) is str and os.path.realpath(entry) != own:
            folders.append(entry or ".")
    return list(dict.fromkeys(folders))


def _rows() -> Iterator[PathRow]:
    for path in needs.READ:
        yield from _row(path, ROOT, allow=_READ)
    for path in needs.MODIFY:
        yield from _row(path, ROOT, allow=BIT["modify"])
    for path in needs.LIST:
        yield from _row(path, NAMES, allow=_READ)
    for pattern in needs.READ_PATTERNS:
        yield _plain_row(pattern, allow=_READ)
    yield from _interpreter_rows()
    yield from _path_entry_rows()
    if _script():
        yield from _row(_script(), ROOT, allow=_READ)  # source like any other, though it may lack the suffix
    yield from _quiet_rows()


def _interpreter_rows() -> Iterator[PathRow]:
    """Yield the interpreter's own files."""
    executables = {sys.executable, getattr(sys, "_base_executable", ""), *_links_of(sys.executable)}
    for executable in sorted(filter(None, executables)):
        yield from _row(executable, ROOT, allow=_READ)
        folder = os.path.dirname(executable)
        yield from _row(os.path.join(folder, "pyvenv.cfg"), ROOT, allow=_READ)
        yield from _row(os.path.join(os.path.dirname(folder), "pyvenv.cfg"), ROOT, allow=_READ)
    for prefix in sorted({sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}):
        yield from _row(os.path.join(prefix, "pyvenv.cfg"), ROOT, allow=_READ)
        yield from _row(os.path.join(prefix, "share", "locale"), ROOT, allow=_READ)
        real = _real(prefix)
        if real:
            # Literal but for the star: `lib64` on some systems, multiarch folders on others.
            stem = escape(real.decode(*_TEXT)).rstrip("/")
            yield _plain_row(f"{stem}/lib*/libpython*", allow=_READ)
            yield _plain_row(f"{stem}/lib*/*/libpython*", allow=_READ)
    yield from _row(_standard_library(), ROOT | HOME, allow=_READ)


def _path_entry_rows() -> Iterator[PathRow]:
    """Yield the entries of `sys.path`, and the sources of editable installs."""
    for entry in dict.fromkeys(sys.path):
        if type(entry) is not str:
            continue  # the import system skips what is no text
        if _is_whole(entry):
            yield from _row(entry, ROOT | HOME, allow=_READ)
            yield from _row(entry, SOURCES, allow=_READ)  # its listing is never refused, not even by deny
            for folder in _editable_folders(entry):
                yield from _row(folder, SOURCES, allow=_READ)
        elif os.path.isfile(entry):
            yield from _row(entry, ROOT, allow=_READ)  # a zip file
        else:
            yield from _row(entry or ".", SOURCES, allow=_READ)


def _quiet_rows() -> Iterator[PathRow]:
    for pattern in needs.QUIET_WRITE_PATTERNS:
        yield _plain_row(pattern, quiet=MASK["write"])
    for pattern in needs.QUIET_READ_PATTERNS:
        yield _plain_row(pattern, quiet=_READ)
    for folder in (*needs.QUIET_PROBE_FOLDERS, current_folder()):
        real = _real(folder) if folder else b""
        if real:
            stem = escape(real.decode(*_TEXT)).rstrip("/")
            yield _plain_row(f"{stem}/{needs.QUIET_PROBE_NAME}", quiet=BIT["create"] | BIT["delete"])


def _row(path: str, kind: int, *, allow: int) -> Iterator[PathRow]:
    real = _real(path)
    if real:
        yield real, kind, allow, 0, 0, path


def _plain_row(pattern: str, *, allow: int = 0, quiet: int = 0) -> PathRow:
    return encoded(pattern), PATTERN, allow, 0, quiet, pattern


_TEXT = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())


def _real(path: str) -> bytes:
    """Resolve a place; what cannot be resolved is not there for Python either."""
    try:
        return _core.resolve(encoded(os.path.abspath(path)))
    except (OSError, ValueError):
        return b""


def _script() -> str:
    """Give the program's own file."""
    file = script or getattr(sys.modules.get("__main__"), "__file__", None)
    return file if type(file) is str else ""


def current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _standard_library() -> str:
    """Give the folder of the standard library."""
    return getattr(sys, "_stdlib_dir", None) or os.path.dirname(os.__file__)


def _is_whole(entry: object) -> bool:
    """Tell whether all of an entry of `sys.path` may be read, with its data."""
    if type(entry) is not str:
        return False
    name = os.path.basename(entry.rstrip("/"))
    return name in needs.SITE_FOLDERS or name == "lib-dynload"


def _links_of(path: str | None) -> Iterator[str]:
    """Yield what an executable leads to, link by link: each stage is opened by somebody."""
    for _ in range(40):
        try:
            target = os.readlink(path or "")
        except OSError:
            return
        path = os.path.join(os.path.dirname(path or ""), target)
        yield path


def _editable_folders(site_folder: str) -> Iterator[str]:
    """Yield the source folders of the packages that are installed editable in `site_folder`."""
    try:
        entries = os.listdir(site_folder)
    except OSError:
        return
    for entry in sorted(entries):
        if not entry.endswith(".dist-info"):
            continue
        try:
            with open(os.path.join(site_folder, entry, "direct_url.json"), encoding="utf-8") as file:
                text = file.read(65536)
        except (OSError, ValueError):
            continue
        if '"editable"' in text:
            yield from _editable_source(text)


def _editable_source(text: str) -> Iterator[str]:
    import json
    from urllib.parse import unquote

    try:
        data = json.loads(text)
        editable, url = data["dir_info"].get("editable"), data["url"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    if editable is True and isinstance(url, str) and url.startswith("file:///"):
        yield unquote(url[len("file://") :])
