"""Whether a policy lets an act on files happen (DESIGN 6, docs/adr/0101, 0102, 0205)."""

import os

from reference import paths, python
from reference.places import Place
from reference.table import ALLOW, FILES, Answer, refuse

from fastaudit import _python_needs as needs


class Files:
    """What one policy says of places."""

    def __init__(self, part):
        self.part = part
        self.python = part.python
        self.memory = [] if part.unrestricted else self._memory()

    def _memory(self):
        """Memory written as a file undoes the guard: an entry must name it."""
        named = [entry.path for right, entry in self.part.grants.places if right != "read"]
        return [
            Place(os.fsencode(pattern), True)
            for pattern, beginning in needs.MEMORY
            if not any(path.startswith(os.fsencode(beginning)) for path in named)
        ]

    # One place

    def granting(self, right):
        """The entries that grant a right."""
        yield from (entry for word, entry in self.part.grants.places if word == right)
        if right == "read":
            yield from self.python.read
        if right == "modify":
            yield from self.python.modify

    def denying(self, right):
        yield from (entry for word, entry in self.part.denies.places if word == right)
        if right != "read":
            yield from self.memory

    def denied(self, right, path):
        return right in self.part.denies.whole or any(entry.covers(path) for entry in self.denying(right))

    def granted(self, right, path, *, listing=False, directory=False):
        if right in self.part.grants.whole or any(entry.covers(path) for entry in self.granting(right)):
            return True
        if right != "read":
            return False
        if listing and path in self.python.names:
            return True
        return any(
            python.is_source(path[len(root.rstrip(b"/")) :]) or (listing and path == root)
            for root in self.python.sources
            if paths.lies_beneath(path, root)
        )

    def has(self, right, path):
        """Whether a right is held at a path: granted and not denied."""
        return self.granted(right, path) and not self.denied(right, path)

    def rights(self, path):
        return {right for right in FILES if self.has(right, path)}

    def granted_anywhere(self, right):
        return right in self.part.grants.whole or any(True for _ in self.granting(right))

    def is_import_path(self, path):
        """A folder of sys.path: listing it is never refused, since an empty answer would be kept."""
        return path in self.python.homes or path in self.python.sources

    # An act

    def judge(self, act, *, event_granted=False):
        for spot in act.spots:
            answer = self.judge_spot(spot, event_granted)
            if not answer:
                return answer
        if event_granted or any(spot.path is None for spot in act.spots):
            return ALLOW
        if act.kind == "remove":
            return self.judge_removal(act.spots[0])
        if act.kind in ("rename", "link"):
            return self.judge_move(*act.spots, whole=act.kind == "rename")
        if act.kind == "symlink":
            target, link = act.spots
            gained = self.rights(link.path) - self.rights(target.path)
            return refuse(first(gained), "link-target") if gained else ALLOW
        return ALLOW

    def judge_spot(self, spot, event_granted):
        if spot.path is None:
            return ALLOW
        if spot.failed:
            return refuse(first(spot.asks), "unresolvable")
        if spot.listing and self.is_import_path(spot.path):
            return ALLOW
        for right in sorted(spot.asks, key=FILES.index):
            if self.denied(right, spot.path):
                return refuse(right, "denied")
        if event_granted:
            return ALLOW
        for right in sorted(spot.asks, key=FILES.index):
            if not self.granted(right, spot.path, listing=spot.listing):
                quiet = any(right in rights and entry.covers(spot.path) for rights, entry in self.python.quiet)
                reason = "outside-root" if self.granted_anywhere(right) else "right-not-granted"
                return Answer("quiet" if quiet else "refuse", reason, right)
        return ALLOW

    # What must stay where it is

    def held_roots(self):
        """Roots that grant what neither a root above nor a right granted whole does."""
        for right in FILES:
            if right in self.part.grants.whole:
                continue
            roots = [entry.path for entry in self.granting(right) if not entry.pattern]
            for root in roots:
                if not any(other != root and paths.lies_beneath(root, other) for other in roots):
                    yield root

    def judge_removal(self, spot):
        if spot.is_directory and any(paths.lies_beneath(root, spot.path) for root in self.held_roots()):
            return refuse("delete", "holds-root")
        return ALLOW

    def judge_move(self, old, new, *, whole):
        if whole:
            for spot in (old, new):
                answer = self.judge_removal(spot)
                if not answer:
                    return answer
            if old.is_directory:
                answer = self.judge_directory(old.path, new.path)
                if not answer:
                    return answer
        gained = self.rights(new.path) - self.rights(old.path)
        return refuse(first(gained), "gains-rights") if gained else ALLOW

    def judge_directory(self, old, new):
        """Whether what lies beneath a directory would gain a right, or get past a denial."""
        for right in FILES:
            for entry in self.denying(right):
                if not entry.pattern:
                    if paths.lies_beneath(entry.path, old):
                        return refuse("delete", "holds-deny")
                    if paths.lies_beneath(old, entry.path) and not paths.lies_beneath(new, entry.path):
                        return refuse("delete", "holds-deny")
                elif paths.readings(entry.path, old) - paths.readings(entry.path, new):
                    return refuse("delete", "holds-deny")
        for right in FILES:
            for entry in self.granting(right):
                if not entry.pattern:
                    if entry.path != new and paths.lies_beneath(entry.path, new):
                        return refuse(right, "gains-rights")
                elif paths.readings(entry.path, new) - paths.readings(entry.path, old):
                    return refuse(right, "gains-rights")
        return ALLOW


def first(rights):
    """The first of some rights, in the order of the table."""
    return next((right for right in FILES if right in rights), "none")
