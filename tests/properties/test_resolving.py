"""Many names at once are resolved as each would be alone."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastaudit import Policy, _core

NAMES = ["dir", "file", "link", "up", "loop", "gone", "away", "deep", "ü", "a[b", "", ".", "..", ".hidden", "new"]
NAMES_OF_PROC = ["/proc/self/cwd", "/proc/self/fd/0", "/proc/self/root/tmp", "/dev/fd/9999", "/dev/stdin/x"]


def make_tree(folder):
    (folder / "dir" / "deep" / "dir").mkdir(parents=True)
    (folder / "ü" / "a[b").mkdir(parents=True)
    (folder / "file").touch()
    (folder / "dir" / "file").touch()
    for name, text in {
        "link": "dir",
        "up": "dir/../ü",
        "loop": "loop",
        "gone": "nowhere/at/all",
        "away": "/",
        "dir/link": "deep",
        "dir/gone": str(folder / "nothing"),
    }.items():
        os.symlink(text, folder / name)


@pytest.fixture(scope="module")
def tree():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        make_tree(folder)
        yield str(folder)


def alone(path):
    try:
        return os.fsdecode(_core.resolve(os.fsencode(path))) or None
    except OSError:
        return None


@settings(deadline=None, max_examples=400)
@given(
    st.lists(
        st.one_of(st.lists(st.sampled_from(NAMES), max_size=5), st.sampled_from(NAMES_OF_PROC)),
        max_size=12,
    )
)
def test_names_resolved_together_are_resolved_as_each_alone(tree, lists):
    paths = [names if isinstance(names, str) else "/".join([tree, *names]) for names in lists]
    assert _core.resolve_many(paths) == [alone(path) for path in paths]


def test_a_path_deeper_than_what_is_remembered_is_resolved_as_alone(tree):
    paths = [tree + "/x" * depth for depth in (3, 100, 101, 90, 63, 64, 65, 3000, 62)]
    assert _core.resolve_many(paths) == [alone(path) for path in paths]


def test_what_is_no_absolute_str_takes_a_longer_look():
    class Text(str):
        __slots__ = ()

    assert _core.resolve_many(["rel", "", "/a\0b", "/\udcff\ud800", Text("/a"), b"/a", None, 3]) == [None] * 8
    for wrong in (("/a",), None, "/a"):
        with pytest.raises(TypeError):
            _core.resolve_many(wrong)


def test_a_base_with_a_wildcard_in_its_name_makes_no_patterns(tmp_path):
    base = tmp_path.resolve() / "a[b]*"
    base.mkdir()
    (base / "f").touch()
    policy = Policy(read=["f", "*.py", str(tmp_path.resolve() / "plain"), "g"], base=str(base))
    escaped = str(tmp_path.resolve()) + "/a[[]b][*]"
    assert policy.keywords["read"] == sorted(
        [f"{escaped}/f", f"{escaped}/*.py", f"{tmp_path.resolve()}/plain", f"{escaped}/g"]
    )
