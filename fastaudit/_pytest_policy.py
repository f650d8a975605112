"""Which policy a test is held to, how strictly, and what every test of pytest's needs besides."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from ._errors import PolicyError
from ._paths import escape
from ._policy import Policy
from ._python_rules import source_folders
from ._spelling import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal


class Plan(NamedTuple):
    """How a test is held."""

    policy: Policy
    mode: Literal["warn", "enforce"]
    strict: bool


class Configured(NamedTuple):
    """The policies of the configuration: for all tests, and by folder, the innermost first."""

    everywhere: Policy | None
    folders: tuple[tuple[Path, Policy], ...]


_configured = pytest.StashKey[Configured]()
_cache_folder = pytest.StashKey[str]()
_PRESETS = {"offline": Policy.offline, "readonly": Policy.readonly}
_MODES = ("off", "warn", "enforce")
_packages: tuple[tuple[object, ...], tuple[str, ...]] | None = None


def read_configured(config: pytest.Config) -> None:
    """Load the policies that the configuration and the command line name."""
    beside = config.inipath.parent if config.inipath is not None else config.rootpath
    option, line = config.getoption("sandbox_policy"), config.getini("sandbox_policy")
    everywhere: Policy | None = None
    if option:
        everywhere = _load("--sandbox-policy", option, config.invocation_params.dir)
    elif line:
        everywhere = _load("sandbox_policy", line, beside)
    folders = []
    for entry in config.getini("sandbox_policies"):
        folder, equals, source = (part.strip() for part in entry.partition("="))
        place = beside / folder
        if not (folder and equals and source):
            raise pytest.UsageError(f"sandbox_policies: {entry!r} is not of the form 'FOLDER = POLICY'")
        if not place.is_dir():
            raise pytest.UsageError(f"sandbox_policies: {folder!r} is no folder in {beside}")
        folders.append((place.resolve(), _load("sandbox_policies", source, beside)))
    folders.sort(key=lambda pair: len(pair[0].parts), reverse=True)
    config.stash[_configured] = Configured(everywhere, tuple(folders))


def plan(item: pytest.Item, asked: bool) -> Plan | None:
    """Say how a test is held; None where it is not. `asked`: it has the fixture, which holds by itself."""
    markers = [_Marker(mark.args, dict(mark.kwargs), item) for mark in item.iter_markers("sandbox")]
    policy = next((marker.policy for marker in markers if marker.policy is not None), None)
    if policy is None:
        policy = _from_configuration(item)
    if policy is None:
        if not (markers or asked):
            return None
        policy = Policy()
    config = item.config
    said = (*(marker.mode for marker in markers), config.getoption("sandbox"), config.getini("sandbox_mode"))
    mode = next(mode for mode in said if mode is not None)
    if mode == "off":
        return None
    strict = (*(marker.strict for marker in markers), config.getini("sandbox_strict"))
    return Plan(policy | equipment(item), mode, next(value for value in strict if value is not None))


class _Marker:
    """One marker, checked."""

    def __init__(self, args: tuple[Any, ...], keywords: dict[str, Any], item: pytest.Item) -> None:
        self.mode: Any = keywords.pop("mode", None)
        if self.mode is not None and self.mode not in _MODES:
            raise PolicyError(
                f"sandbox: mode must be one of {_MODES}, not {shown(self.mode)}{nearest(self.mode, _MODES)}"
            )
        self.strict: Any = keywords.pop("strict", None)
        if self.strict not in (None, True, False):
            raise TypeError(f"sandbox: strict must be True or False, not {shown(self.strict)}")
        if len(args) > 1 or (args and keywords):
            raise TypeError("sandbox takes a Policy, or the keywords of one: @pytest.mark.sandbox(read=['data'])")
        if args and not isinstance(args[0], Policy):
            raise TypeError(f"sandbox takes a Policy, not {type(args[0]).__name__}: @pytest.mark.sandbox(Policy(...))")
        self.policy: Policy | None = args[0] if args else None
        if keywords:
            # As in a policy file, what is relative lies beneath the folder of the file that says it.
            keywords.setdefault("base", item.path.parent)
            self.policy = Policy(**keywords)


def equipment(item: pytest.Item) -> Policy:
    """What a test may touch whatever its policy grants: its temporary folder, packages' data, pytest's cache."""
    scratch = [escape(path) for path in _scratch(item)]
    data = [escape(path) for path in (*_packages_by_path(), *_own_sources(item))]
    return Policy(name=_name(item), read=[*scratch, *data], write=scratch)


def _name(item: pytest.Item) -> str:
    """Name the sandbox of a test, so that its refusals are told from those of sandboxes inside it."""
    text = "".join(letter if letter.isprintable() else "?" for letter in item.name)
    return f"sandbox of {text if len(text) <= 150 else text[:149] + '…'}"


def _from_configuration(item: pytest.Item) -> Policy | None:
    configured = item.config.stash.get(_configured, None)
    if configured is None:
        return None
    path = item.path.resolve()
    for folder, policy in configured.folders:
        if path.is_relative_to(folder):
            return policy
    return configured.everywhere


def _load(option: str, source: str, beside: Path) -> Policy:
    if source in _PRESETS:
        return _PRESETS[source]()
    try:
        return Policy.load(beside / source)
    except (OSError, PolicyError) as error:
        raise pytest.UsageError(f"{option}: {error}") from None


def _scratch(item: pytest.Item) -> Iterator[str]:
    """Yield what a test may write."""
    funcargs = getattr(item, "funcargs", None) or {}
    for name in ("tmp_path", "tmpdir"):
        if name in funcargs:
            yield str(funcargs[name])
    if "tmp_path_factory" in funcargs and "tmp_path_factory" in _arguments(item):
        yield str(funcargs["tmp_path_factory"].getbasetemp())
    cache = _cache(item.config)
    if cache:
        yield cache


def _arguments(item: pytest.Item) -> tuple[str, ...]:
    """Name what the function itself asks for; `tmp_path` asks for the factory, too."""
    function = getattr(item, "function", None)
    try:
        return tuple(inspect.signature(function).parameters) if callable(function) else ()
    except ValueError:
        return ()


def _cache(config: pytest.Config) -> str:
    """Give the folder of pytest's cache. It is made here: pytest makes it beside and moves it into its place."""
    known = config.stash.get(_cache_folder, None)
    if known is None:
        cache = getattr(config, "cache", None)
        try:
            known = str(cache.mkdir("fastaudit").parents[1]) if cache is not None else ""
        except OSError:
            known = ""  # where nothing can be written, no test could
        config.stash[_cache_folder] = known
    return known


def _packages_by_path() -> tuple[str, ...]:
    """Name the packages in the folders that modules come from: their data may be read as installed ones' may."""
    global _packages
    key = (*(entry for entry in sys.path if type(entry) is str), os.getcwd())
    if _packages is None or _packages[0] != key:
        _packages = key, tuple(dict.fromkeys(_packages_in(source_folders())))
    return _packages[1]


def _packages_in(folders: list[str]) -> Iterator[str]:
    for folder in folders:
        for place in (folder, os.path.join(folder, "src")):
            try:
                names = sorted(os.listdir(place))
            except OSError:
                continue
            for name in names:
                if os.path.isfile(os.path.join(place, name, "__init__.py")):
                    yield os.path.abspath(os.path.join(place, name))


def _own_sources(item: pytest.Item) -> Iterator[str]:
    """Yield the test's file, its package, and the conftest files above it: not importable, under some import modes."""
    yield str(item.path)
    folder, inside = item.path.parent, True
    while True:
        inside = inside and (folder / "__init__.py").is_file()
        if inside:
            yield str(folder)
        if (folder / "conftest.py").is_file():
            yield str(folder / "conftest.py")
        if folder in (item.config.rootpath, folder.parent):
            return
        folder = folder.parent
