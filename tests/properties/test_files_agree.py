"""Files: the core answers what the rules mean, for any policy, any tree and any path."""

import os

import worlds
from agreement import answers
from hypothesis import example, given
from hypothesis import strategies as st

MODES = [
    ("r", os.O_RDONLY), ("rb", os.O_RDONLY | os.O_CLOEXEC), ("w", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ("a", os.O_WRONLY | os.O_CREAT | os.O_APPEND), ("x", os.O_WRONLY | os.O_CREAT | os.O_EXCL), ("r+", os.O_RDWR),
    ("w+", os.O_RDWR | os.O_CREAT | os.O_TRUNC), ("xb+", os.O_RDWR | os.O_CREAT | os.O_EXCL), ("w", 0), ("a+", 0),
    ("r+b", 0), ("q", 0), ("", 0),
    *(
        (None, access | more)
        for access in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR)
        for more in (
            0, os.O_CREAT, os.O_TRUNC, os.O_CREAT | os.O_EXCL, os.O_DIRECTORY, os.O_NOFOLLOW, os.O_PATH, os.O_TMPFILE,
        )
    ),
]  # fmt: skip
folders = st.sampled_from([-1, -1, -1, -1, *map(worlds.Descriptor, range(4))])


def acts(known):
    """Events about files, as CPython raises them."""
    path = worlds.paths(known)
    return st.one_of(
        st.tuples(st.just("open"), path, st.sampled_from(MODES)).map(lambda act: (act[0], (act[1], *act[2]))),
        st.tuples(st.sampled_from(["os.listdir", "os.scandir", "os.listxattr", "os.chdir"]), st.tuples(path)),
        st.tuples(st.just("os.getxattr"), st.tuples(path, st.just("user.x"))),
        st.tuples(st.just("os.truncate"), st.tuples(path, st.just(0))),
        st.tuples(st.sampled_from(["os.chmod", "os.mkdir"]), st.tuples(path, st.just(0o700), folders)),
        st.tuples(st.just("os.chown"), st.tuples(path, st.just(0), st.just(0), folders)),
        st.tuples(st.just("os.utime"), st.tuples(path, st.none(), st.none(), folders)),
        st.tuples(st.just("os.setxattr"), st.tuples(path, st.just("user.x"), st.just(b""), st.just(0))),
        st.tuples(st.sampled_from(["os.remove", "os.rmdir"]), st.tuples(path, folders)),
    )


def moves(known):
    """Events that give something another name."""
    path = worlds.paths(known)
    return st.one_of(
        st.tuples(st.sampled_from(["os.rename", "os.rename", "os.link"]), st.tuples(path, path, folders, folders)),
        st.tuples(st.just("os.symlink"), st.tuples(path, path, folders)),
    )


def agree(scene):
    with worlds.played(scene) as (policy, parts, acts):
        for event, args in acts:
            core, meant = answers(policy, parts, event, args)
            assert core == meant, (event, args, policy)


@given(worlds.scenes(acts))
def test_the_core_judges_files_as_the_rules_mean(scene):
    agree(scene)


def scene_of(words, event, *places):
    """A folder `a` on the import path, which is the current one, and one move of places in it."""
    folders = [-1] if event == "os.symlink" else [-1, -1]
    act = event, (*(worlds.Place(start, tuple(steps)) for start, *steps in places), *folders)
    return [((b"a",), "folder", b"")], (b"a",), (b"a",), {"deny": {}, **words}, [act]


# A root that grants only what is denied whole holds nothing; a link whose own place is unresolvable is what is refused.
@example(scene_of({"read": False, "allow": ["os.rename"]}, "os.rename", ("root", b"a"), ("root", b"a")))
@example(scene_of({}, "os.symlink", ("here", b"a", b".."), ("root", b"b", b"..")))
@example(scene_of({"write": [worlds.Place("root", ())]}, "os.link", ("root", b"a", b"..", b"n" * 256), ("root", b"b")))
@given(worlds.scenes(moves))
def test_the_core_judges_moves_and_links_as_the_rules_mean(scene):
    agree(scene)
