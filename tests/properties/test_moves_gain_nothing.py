"""No sequence of permitted renames, links and moves gives a guest a right over anything that it did not have."""

import contextlib
import os
import shutil
import stat
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st
from longer import examples

from fastaudit import Deny, Policy, PolicyError, sandbox

NAMES = ["a", "b", "c", ".env"]
PLACES = ["", *NAMES, "a/a", "a/b", "b/a", "b/c", "a/b/c", "b/a/.env", "c/a/b"]
PATTERNS = [
    "*", "a/*", "*/a", "**/.env", "**/a", "**/a/b", "**/b/**/c", "a/**/b", "**/a/*", "*/b/*", "b/[ab]", "**/*.env", "a/**",
]  # fmt: skip
RIGHTS = ["read", "create", "modify", "delete", "metadata", "link", "write"]
# What a path allows, asked as events: right, event, arguments after the path.
ASKED = [
    ("read", "open", ("r", os.O_RDONLY)),
    ("modify", "open", (None, os.O_WRONLY)),
    ("delete", "os.remove", (-1,)),
    ("metadata", "os.chmod", (0o600, -1)),
]

entries = st.lists(st.sampled_from(PLACES) | st.sampled_from(PLACES) | st.sampled_from(PATTERNS), max_size=3)
everywhere = st.just([""])
some = st.fixed_dictionaries({}, optional=dict.fromkeys(RIGHTS, entries))
wide = st.fixed_dictionaries({"read": everywhere | entries, "write": everywhere})
parts = st.fixed_dictionaries(
    {"create": everywhere, "delete": everywhere, "link": everywhere, "read": entries, "modify": entries}
)
grants = wide | wide | parts | some
denials = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("read", "read", "write", "modify", "delete", "metadata"), entries)
)
trees = st.lists(
    st.tuples(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(["file", "folder", "symlink"]),
              st.sampled_from(PLACES)),
    min_size=8, max_size=20,
)  # fmt: skip
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["rename", "rename", "rename", "replace", "move", "move", "link", "link", "symlink", "symlink", "mkdir", "mkdir", "rmdir", "unlink", "chdir", "folder", "write", "exchange", "rmtree", "removedirs", "renames"]
        ),
        st.integers(0, 63), st.integers(0, 63), st.sampled_from(NAMES), st.integers(0, 7),
    ),
    min_size=12, max_size=30,
)  # fmt: skip


class Tree:
    """A real tree, what a guest may do in it, and what it could do with each inode at the beginning."""

    def __init__(self, root, tree, allowed, denied):
        self.root = root
        for number, (parts, kind, target) in enumerate(tree):
            path = root.joinpath(*parts)
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                if kind == "folder":
                    path.mkdir()
                elif kind == "symlink":
                    path.symlink_to(root / target)
                else:
                    path.write_text(f"content {number}")
        self.policy = Policy(
            cwd=True,
            **{key: [str(root / e) if e not in PATTERNS or not e.startswith("**/") else e for e in value]
               for key, value in allowed.items()},
            deny=Deny(**{key: [str(root / e) if not e.startswith("**/") else e for e in value]
                         for key, value in denied.items() if value}),
        )  # fmt: skip
        self.kept = {}  # open descriptors keep the inodes: no number is used again
        for path in self.paths():
            if not path.is_symlink():
                status = path.stat()
                self.kept.setdefault((status.st_dev, status.st_ino), os.open(path, os.O_PATH))
        self.descriptors = []
        self.before = self.rights()
        self.counts = {"done": 0, "refused": 0, "failed": 0}

    def close(self):
        for descriptor in [*self.kept.values(), *self.descriptors]:
            os.close(descriptor)

    def paths(self):
        """Every name in the tree, links not followed."""
        for folder, folders, files in os.walk(self.root):
            for name in [*folders, *files]:
                yield Path(folder) / name

    def rights(self):
        """For each inode that was there at first what its names allow: by asking, and by really opening."""
        found = {}
        for path in self.paths():
            status = os.lstat(path)
            key = status.st_dev, status.st_ino
            if key not in self.kept:
                continue
            of_path = found.setdefault(key, set())
            for right, event, rest in ASKED:
                if self.policy._ruleset.decide(event, (os.fspath(path), *rest))[0] == "allow":
                    of_path.add(right)
            of_path |= self.opened(os.fspath(path), stat.S_ISDIR(status.st_mode))
        return found

    def opened(self, path, is_folder):
        rights = set()
        with sandbox(self.policy):
            if is_folder:
                with contextlib.suppress(PermissionError):
                    os.listdir(path)
                    rights.add("read")
            else:
                for right, flags in (("read", os.O_RDONLY), ("modify", os.O_WRONLY)):
                    with contextlib.suppress(PermissionError):
                        os.close(os.open(path, flags))
                        rights.add(right)
        return rights

    def reached(self):
        """What the guest reaches through links, its current folder and the descriptors that it holds."""
        names = [(path, None) for path in self.paths() if path.is_symlink()]
        for descriptor in [None, *self.descriptors]:
            names += [(Path(*parts), descriptor) for parts in [("a",), ("b",), (".env",), ("..", "a"), ("a", ".env")]]
        for name, descriptor in names:
            for right, flags in (("read", os.O_RDONLY), ("modify", os.O_WRONLY)):
                try:
                    with sandbox(self.policy):
                        opened = os.open(name, flags, dir_fd=descriptor)
                except OSError:
                    continue
                status = os.fstat(opened)
                os.close(opened)
                if (status.st_dev, status.st_ino) in self.kept and not stat.S_ISDIR(status.st_mode):
                    yield (status.st_dev, status.st_ino), right, name

    def check(self, done):
        for key, rights in self.rights().items():
            gained = rights - self.before[key]
            assert not gained, (gained, os.readlink(f"/proc/self/fd/{self.kept[key]}"), done, self.policy)
        for key, right, name in self.reached():
            assert right in self.before[key], (right, name, done, self.policy)

    def act(self, kind, first, second, name, spelling):
        """One operation of the guest."""
        names = sorted(self.paths()) or [self.root]
        old = names[first % len(names)]
        folder = [self.root, *(path for path in names if path.is_dir())]
        new = folder[second % len(folder)] / name
        at = {}
        if spelling in (1, 2, 3) and self.descriptors:
            at = {"dir_fd": self.descriptors[first % len(self.descriptors)]}
            old = Path(os.path.relpath(old, os.readlink(f"/proc/self/fd/{at['dir_fd']}")))
        elif spelling == 4:
            old = Path(os.path.relpath(old))
        elif spelling == 5:
            new = new.parent / ".." / new.parent.name / name
        both = {"src_dir_fd": at["dir_fd"]} if at else {}
        with sandbox(self.policy):
            if kind in ("rename", "replace"):
                getattr(os, kind)(old, new, **both)
            elif kind == "move":
                shutil.move(old, new)
            elif kind == "link":
                os.link(old, new, follow_symlinks=spelling != 6, **both)
            elif kind == "symlink":
                os.symlink(old, new, target_is_directory=True)
            elif kind == "mkdir":
                os.mkdir(new)
            elif kind == "rmdir":
                os.rmdir(old, **at)
            elif kind == "unlink":
                os.unlink(old, **at)
            elif kind == "chdir":
                os.chdir(old)
            elif kind == "folder":
                if len(self.descriptors) < 4:
                    self.descriptors.append(os.open(old, os.O_RDONLY | os.O_DIRECTORY, **at))
            elif kind == "write":
                new.write_text("the guest's own")
            elif kind == "exchange":
                aside = new.with_name("aside")
                os.rename(old, aside)
                os.rename(new, old)
                os.rename(aside, new)
            elif kind == "rmtree":
                shutil.rmtree(old)
            elif kind == "removedirs":
                os.removedirs(old)
            elif kind == "renames":
                os.renames(old, new)


@examples(40, 100)
@given(tree=trees, allowed=grants, denied=denials, acts=acts)
def test_no_sequence_of_permitted_acts_gains_a_right_over_what_was_there(tmp_path_factory, tree, allowed, denied, acts):
    root = tmp_path_factory.mktemp("tree").resolve()
    home = os.getcwd()
    try:
        world = Tree(root, tree, allowed, denied)
    except PolicyError:  # a root that is a loop of links
        assume(False)
    os.chdir(root)
    done = []
    try:
        for step in acts:
            try:
                world.act(*step)
            except PermissionError:
                world.counts["refused"] += 1
            except (OSError, shutil.Error, ValueError):
                world.counts["failed"] += 1
            else:
                world.counts["done"] += 1
            done.append(step)
            world.check(done)
    finally:
        os.chdir(home)
        world.close()
        shutil.rmtree(root, ignore_errors=True)
