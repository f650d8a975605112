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

    def denied_whole(self, right):
        entries = [entry.path for entry in self.denying(right) if not entry.pattern]
        return right in self.part.denies.whole or b"/" in entries

    def granted(self, right, path, *, listing=False):
        if right in self.part.grants.whole or any(entry.covers(path) for entry in self.granting(right)):
            return True
        if right != "read":
            return False
        if listing and path in self.python.names:
            return True
        return any(
            listing or python.is_source(path[len(root.rstrip(b"/")) :]) or (path == root and not os.path.isdir(path))
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

    def judge(self, act, right):
        answers = [self.judge_spot(spot, right) for spot in act.spots]
        refused = [answer for answer in answers if not answer]
        if refused:
            # What only makes noise is quiet, unless something else is refused as well.
            return next((answer for answer in refused if answer.verdict == "refuse"), refused[0])
        if act.kind == "symlink":
            return self.judge_target(*act.spots)
        if any(spot.path is None for spot in act.spots):
            return ALLOW
        if act.kind == "remove":
            return self.judge_removal(act.spots[0])
        if act.kind in ("rename", "link"):
            return self.judge_move(*act.spots)
        return ALLOW

    def judge_spot(self, spot, right):
        if spot.path is None:
            return ALLOW
        if spot.failed:
            return refuse(first(spot.asks or {right}), "unresolvable")
        kept = spot.listing and self.is_import_path(spot.path)
        denied = {right for right in spot.asks if self.denied(right, spot.path)} if not kept else set()
        if denied:
            return refuse(first(denied), "denied")
        lacking = {right for right in spot.asks if not self.granted(right, spot.path, listing=spot.listing)}
        if not lacking:
            return ALLOW
        right = first(lacking)
        quiet = all(self.is_noise(each, spot.path) for each in lacking)
        reason = "outside-root" if self.granted_anywhere(right) else "right-not-granted"
        return Answer("quiet" if quiet else "refuse", reason, right)

    def is_noise(self, right, path):
        """Whether libraries ask for exactly this, and go on without."""
        above = os.path.dirname(path)
        return any(
            right in rights and entry.covers(path) and not entry.covers(above) for rights, entry in self.python.quiet
        )

    # What must stay where it is, and what may not get another name

    def held_roots(self):
        """Roots that grant what neither a root above nor a right granted whole does, and what is not denied whole."""
        for right in FILES:
            if right in self.part.grants.whole or self.denied_whole(right):
                continue
            roots = [entry.path for entry in self.granting(right) if not entry.pattern]
            yield from (root for root in roots if not _beneath_another(root, roots))
            if right == "read":
                yield from (root for root in self.python.sources if not _beneath_another(root, roots))

    def judge_removal(self, spot):
        if spot.is_directory and any(paths.lies_beneath(root, spot.path) for root in self.held_roots()):
            return refuse("delete", "holds-root")
        return ALLOW

    def judge_target(self, target, link):
        """A link leads only to where everything is allowed that is allowed at the link."""
        if target.path is None:
            return ALLOW
        lacking = self.rights(link.path) - self.rights(target.path)
        if lacking:
            return refuse(first(lacking), "link-target")
        return ALLOW if self.judge_beneath(target.path, link.path) else refuse("link", "link-target")

    def judge_move(self, old, new):
        answer = self.judge_removal(new)
        if not answer:
            return answer
        gained = self.rights(new.path) - self.rights(old.path)
        if gained:
            return refuse(first(gained), "gains-rights")
        return self.judge_directory(old, new) if old.is_directory else ALLOW

    def judge_directory(self, old, new):
        answer = self.judge_removal(old)
        return self.judge_beneath(old.path, new.path) if answer else answer

    def judge_beneath(self, old, new):
        """Whether what lies beneath one place would gain a right beneath another, or get past a denial."""
        rules = [(right, entry) for right in FILES if self.granted_anywhere(right) for entry in self.denying(right)]
        for _, entry in rules:
            if not entry.pattern and paths.lies_beneath(entry.path, old):
                return refuse("delete", "holds-deny")
        if any(
            self.denied(right, old) and not self.denied(right, new) for right in FILES if self.granted_anywhere(right)
        ):
            return refuse("delete", "holds-deny")
        if any(root != new and paths.lies_beneath(root, new) for root in self.held_roots()):
            return refuse("create", "holds-root")
        for folder in self.python.sources:
            if paths.lies_beneath(new, folder) and not paths.lies_beneath(old, folder) and not self.has("read", old):
                return refuse("read", "gains-rights")
        for right, entry in rules:
            if (
                entry.pattern
                and not entry.covers(new)
                and paths.readings(entry.path, old) - paths.readings(entry.path, new)
            ):
                return refuse(right, "holds-deny")
        for right in FILES:
            for entry in self.granting(right) if not self.has(right, old) else ():
                if (
                    entry.pattern
                    and not entry.covers(old)
                    and paths.readings(entry.path, new) - paths.readings(entry.path, old)
                ):
                    return refuse(right, "gains-rights")
        return ALLOW


def _beneath_another(root, roots):
    return any(other != root and paths.lies_beneath(root, other) for other in roots)


def first(rights):
    """The first of some rights, in the order of the table."""
    return next((right for right in FILES if right in rights), "none")
