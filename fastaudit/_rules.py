"""The keywords of a policy: one table that its constructor, policy files, command line and docs read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["paths", "addresses", "commands", "modules", "variables", "switch"]
    Default = Literal["python", "granted", "refused"]


class Rule:
    """One keyword of a policy: a row of RULES. Read-only."""

    __slots__ = ("default", "keyword", "kind", "meaning", "rights")

    keyword: str  # also the key in a policy file and, with hyphens, the command-line option
    rights: tuple[str, ...]  # what it grants: itself, but for the group `write`
    kind: Kind  # what its lists hold; "switch": no list, True or False alone
    default: Default  # unset: what running Python needs, everything, or nothing
    meaning: str  # one line for docs, stubs and --help

    def __init__(self, keyword: str, kind: Kind, default: Default, meaning: str, rights: tuple[str, ...] = ()) -> None:
        put = super().__setattr__
        put("keyword", keyword)
        put("rights", rights or (keyword,))
        put("kind", kind)
        put("default", default)
        put("meaning", meaning)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Rule cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Rule cannot be changed: {name}")

    def __repr__(self) -> str:
        return f"<Rule {self.keyword}: {self.kind}, unset {self.default}>"


RULES: tuple[Rule, ...] = (
    Rule("read", "paths", "python", "Read files, list directories."),
    Rule(
        "write",
        "paths",
        "python",
        "Create, modify, delete, metadata and link together; does not include read.",
        ("create", "modify", "delete", "metadata", "link"),
    ),
    Rule("create", "paths", "refused", "Make files and directories that do not exist."),
    Rule("modify", "paths", "python", "Change the contents of files that exist."),
    Rule("delete", "paths", "refused", "Remove files and directories, or move them away."),
    Rule("metadata", "paths", "refused", "Change modes, owners, times, extended attributes."),
    Rule("link", "paths", "refused", "Make symbolic and hard links."),
    Rule("connect", "addresses", "refused", "Connect or send to an address, and look up its name."),
    Rule("listen", "addresses", "refused", "Bind an address and accept connections."),
    Rule("resolve", "addresses", "refused", "Look up names without connecting."),
    Rule("socket", "switch", "refused", "Make sockets of every family: raw, packet, netlink too."),
    Rule("run", "commands", "refused", "Run commands. A command itself runs unconfined."),
    Rule("fork", "switch", "refused", "Fork this process; the child stays held."),
    Rule("exec", "switch", "refused", "Replace this process by any program; the guard ends with it."),
    Rule("signal", "switch", "python", "Signal any process; one's own children need no grant."),
    Rule("imports", "modules", "python", "Import these modules and the standard library, no others."),
    Rule(
        "native",
        "modules",
        "python",
        "Load these extension modules from places it may write; True: also change user, root and clock.",
    ),
    Rule("env", "variables", "python", "Set variables that steer how programs load, find or trust."),
    Rule("cwd", "switch", "refused", "Change the process's current directory."),
    Rule("umask", "switch", "refused", "Change the process's file mode mask."),
    Rule("limits", "switch", "refused", "Change resource limits and priorities, leave the process group."),
    Rule("threads", "switch", "granted", "Start threads; they stay held."),
    Rule("interpreters", "switch", "refused", "Make subinterpreters."),
    Rule("code", "switch", "granted", "Compile and run code, make code objects."),
    Rule("introspect", "switch", "refused", "Enumerate objects, look into other frames."),
    Rule("trace", "switch", "refused", "Trace, profile or monitor execution."),
    Rule("hook", "switch", "refused", "Add audit hooks and other process-wide hooks."),
    Rule("custom", "switch", "granted", "Audit events that libraries raise themselves."),
)

RULE: dict[str, Rule] = {rule.keyword: rule for rule in RULES}

RIGHTS: tuple[str, ...] = tuple(rule.keyword for rule in RULES if rule.rights == (rule.keyword,))
BIT: dict[str, int] = {right: 1 << index for index, right in enumerate(RIGHTS)}
MASK: dict[str, int] = {rule.keyword: sum(BIT[right] for right in rule.rights) for rule in RULES}

EVERY_RIGHT: int = (1 << len(RIGHTS)) - 1
GRANTED_UNSET: int = sum(BIT[rule.keyword] for rule in RULES if rule.default == "granted")
