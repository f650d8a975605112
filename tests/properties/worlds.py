"""Random trees of files with links and odd names, paths into them, and policies about them."""

import contextlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field

from hypothesis import strategies as st
from reference import meaning

from fastaudit import Deny, Policy, PolicyError

PLAIN = (b"a", b"b", b"ab", b"sub", b"x.py", b".env")
NAMES = (
    *PLAIN, b"s p", b"n\nl", b"\xff", b"\xe2\x82\xac", b"*", b"[a]", b"?", b"...", b"__pycache__", b"d.dist-info",
    b"n" * 255,
)  # fmt: skip
ODD_STEPS = (b"", b".", b"..", b"..", b"n" * 256, b"none")
WILDCARDS = (
    b"*", b"?", b"**", b"a*", b"[ab]", b"[!a]", b"[a-s]*", b"*.py", b"[[]a]", b"[*]", b"?*", b"[^\xe2\x82\xac]", b"\xff*",
)  # fmt: skip
FILES = ("read", "create", "modify", "delete", "metadata", "link")

plain_names = st.sampled_from(PLAIN)
names = plain_names | st.sampled_from(NAMES)
steps = names | st.sampled_from(ODD_STEPS)


@dataclass
class World:
    """A tree of files that was made, and directories of it that are open."""

    root: bytes
    descriptors: list = field(default_factory=list)

    def fill(self, plan):
        """Put what is known now, places and numbers, into a plan."""
        if isinstance(plan, Place):
            return plan.at(self)
        if isinstance(plan, Descriptor):
            return self.descriptors[plan.number % len(self.descriptors)]
        if isinstance(plan, (list, tuple)):
            return type(plan)(self.fill(item) for item in plan)
        if isinstance(plan, dict):
            return {key: self.fill(item) for key, item in plan.items()}
        return plan


@dataclass(frozen=True)
class Place:
    """A path in a plan: known once the tree is made. `start` says how it is spelled."""

    start: str  # root, here (relative), beneath (a descriptor), descriptor (itself)
    steps: tuple
    as_text: bool = False
    number: int = 0  # of the descriptor

    def at(self, world):
        tail = b"/".join(self.steps)
        number = world.descriptors[self.number % len(world.descriptors)]
        path = {
            "root": world.root + b"/" + tail,
            "here": tail or b".",
            "beneath": b"/proc/self/fd/%d/%s" % (number, tail),
            "descriptor": b"/dev/fd/%d" % number,
        }[self.start]
        return os.fsdecode(path) if self.as_text else path


@dataclass(frozen=True)
class Descriptor:
    """The number of an open directory, in a plan."""

    number: int


# Trees

tails = st.lists(plain_names, min_size=1, max_size=3).map(tuple)
link_texts = st.lists(names | st.just(b".."), min_size=1, max_size=3).map(b"/".join) | tails
kinds = st.sampled_from(["folder", "folder", "file", "file", "link"])
trees = st.lists(
    st.tuples(tails | st.lists(names, min_size=1, max_size=3).map(tuple), kinds, link_texts), min_size=3, max_size=12
)


@contextlib.contextmanager
def made(tree, here=()):
    """Make a tree in a new folder, go to one of its folders, and open some."""
    before = os.getcwd()
    # Well beneath the new folder, so that a few `..` do not lead to what other tests do.
    top = os.fsencode(os.path.realpath(tempfile.mkdtemp(prefix="world")))
    world = World(top + b"/w/w")
    os.makedirs(world.root)
    try:
        for tail, kind, text in tree:
            path = world.root + b"/" + b"/".join(tail)
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if kind == "folder":
                    os.mkdir(path)
                elif kind == "file":
                    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644))
                else:
                    os.symlink(world.root + b"/" + b"/".join(text) if isinstance(text, tuple) else text, path)
        folders = [world.root, *sorted(found for found, _, _ in os.walk(world.root) if found != world.root)]
        world.descriptors = [os.open(folder, os.O_RDONLY) for folder in folders[:4]]
        with contextlib.suppress(OSError):
            os.chdir(world.root + b"/" + b"/".join(here))
        yield world
    finally:
        os.chdir(before)
        for number in world.descriptors:
            os.close(number)
        shutil.rmtree(top)


# Policies


def path_lists(known):
    """Lists of paths: roots and patterns, most of them about what is there."""
    roots = st.builds(Place, st.just("root"), known | st.just(()), st.booleans())
    relative = st.builds(Place, st.just("here"), tails, st.booleans())
    wild = st.lists(st.sampled_from(WILDCARDS) | plain_names, min_size=1, max_size=3).map(tuple)
    head = known.map(lambda tail: tail[:1]) | st.just(())
    patterns = st.builds(lambda head, more: Place("root", head + more, True), head, wild)
    anywhere = wild.filter(lambda parts: set(parts) != {b"**"}).map(
        lambda parts: os.fsdecode(b"/".join((b"**", *parts)))
    )
    return st.lists(st.one_of(roots, roots, relative, patterns, anywhere), max_size=3)


def file_policies(known):
    """Policies about files, as keywords."""
    lists = path_lists(known)
    values = st.one_of(lists, lists, lists, st.just(True), st.just(False))
    few = st.fixed_dictionaries({}, optional={word: values for word in ("write", *FILES)})  # noqa: C420
    wide = st.fixed_dictionaries(
        {"write": st.just(True) | st.just([Place("root", ())]) | lists}, optional={"read": lists}
    )
    denials = st.fixed_dictionaries({}, optional={word: lists for word in ("write", *FILES)})  # noqa: C420
    one_denial = st.dictionaries(st.sampled_from(FILES), lists, max_size=1)
    return st.builds(
        lambda grants, deny, allow: {**grants, "deny": deny, "allow": allow},
        few | wide | wide,
        st.one_of(
            st.just({}), one_denial, one_denial, denials, st.just({"delete": True}), st.just({"rights": ["os.mkdir"]})
        ),
        st.lists(st.sampled_from(["os.mkdir", "os.rename", "os.chdir", "cwd"]), max_size=1),
    )


def policy(words):
    """The policy that fastaudit makes of keywords, and what the reference makes of them; None if neither can."""
    try:
        made = Policy(**{**words, "deny": Deny(**words.get("deny", {}))})
    except PolicyError:
        try:
            meaning.policy(words)
        except (OSError, ValueError):
            return None, None
        raise
    return made, meaning.policy(words)


@contextlib.contextmanager
def on_import_path(*folders):
    """Put folders on `sys.path` for a while."""
    before = list(sys.path)
    sys.path[:0] = folders
    try:
        yield
    finally:
        sys.path[:] = before


# Events


def paths(known):
    """Paths of events: most of them lead to what is there, or to what might be made beside it."""
    beside = st.builds(lambda tail, name: (*tail, name), known, names)
    strange = st.lists(steps, max_size=4).map(tuple)
    near = st.one_of(known, known, beside, strange)
    starts = st.sampled_from(["root", "root", "root", "here", "beneath"])
    return st.builds(Place, starts, near, st.booleans(), st.integers(0, 3)) | st.builds(
        Place, st.sampled_from(["root", "root", "descriptor"]), near, st.booleans(), st.integers(0, 3)
    )


@st.composite
def scenes(draw, acts_of):
    """A tree, the folder to be in, the folder on the import path, the keywords of a policy, and acts."""
    tree = draw(trees)
    known = st.sampled_from([tail[:size] for tail, _, _ in tree for size in range(1, len(tail) + 1)])
    here = draw(known | st.just(()))
    importable = draw(st.none() | known | st.just(()))
    words = draw(file_policies(known))
    acts = draw(st.lists(acts_of(known), min_size=1, max_size=8))
    return tree, here, importable, words, acts


@contextlib.contextmanager
def played(scene):
    """Make a scene: the world, both policies, and the acts with what is known now."""
    tree, here, importable, words, acts = scene
    with made(tree, here) as world:
        folders = [] if importable is None else [os.fsdecode(world.root + b"/" + b"/".join(importable))]
        with on_import_path(*folders):
            real, parts = policy(world.fill(words))
        if real is None:
            acts = []
        yield real, parts, [(event, world.fill(args)) for event, args in acts]
