"""Modules, native code, environment variables, commands: what is granted by a name (docs/adr/0202, 0203)."""

import fnmatch
import os
import stat
import sys

from reference import paths
from reference.paths import characters
from reference.table import ALLOW, Answer, Malformed, operands, refuse, string, text

from fastaudit import _python_needs as needs

# What would undo the guard: importable by the right it needs, or by its own name (docs/adr/0203).
GUARDED = {
    **dict.fromkeys(("ctypes", "_ctypes", "_ctypes_test", "cffi", "_cffi_backend", "_tkinter"), "native"),
    **dict.fromkeys(("_testcapi", "_testinternalcapi", "_testlimitedcapi"), "native"),
    **dict.fromkeys(("_testsinglephase", "_testmultiphase", "_xxtestfuzz"), "native"),
    **dict.fromkeys(("_remote_debugging", "_testexternalinspection"), "trace"),
    **dict.fromkeys(("_interpreters", "_xxsubinterpreters"), "interpreters"),
    **dict.fromkeys(("_interpchannels", "_xxinterpchannels", "_interpqueues"), "interpreters"),
}
# Names that steer how programs load, start, find or trust: those of the needs that were measured.
STEERING = (
    "LD_*", "DYLD_*", "PYTHON*", "PATH", "HOME", "TMPDIR", "SHELL", "BASH_ENV", "ENV", "IFS", "*_PROXY", "*_proxy",
    "SSL_CERT_*", "*_CA_BUNDLE", "GIT_*", "GCONV_PATH", "LOCPATH", "GLIBC_TUNABLES", "HOSTALIASES",
)  # fmt: skip


def module_covered(pattern, name):
    """Whether an entry covers a module: itself, and what lies in a package; `*` within a component."""
    wanted, given = pattern.split("."), name.split(".")
    return len(given) >= len(wanted) and all(
        fnmatch.fnmatchcase(part, one) for one, part in zip(wanted, given, strict=False)
    )


def on_the_way(pattern, name):
    """Whether a module is a package on the way to one that an entry names."""
    wanted, given = pattern.split("."), name.split(".")
    return len(given) < len(wanted) and all(
        fnmatch.fnmatchcase(part, one) for one, part in zip(wanted, given, strict=False)
    )


def brought(part, index):
    """Modules (0) or events (1) that a module granted by its name brings along."""
    return [
        name for module in part.grants.imports or () if module in needs.BRINGS for name in needs.BRINGS[module][index]
    ]


def judge_import(part, files, args):
    name, file = operands(args, 5)[:2]
    name = characters(text(name))
    native = None if file is None else string(file)
    if native is not None:
        return judge_native(part, files, name, native)
    if "imports" in part.denies.whole:
        return refuse("imports", "denied")
    if any(module_covered(entry, name) for entry in part.denies.imports or ()):
        return refuse("imports", "denied")
    right = GUARDED.get(name.partition(".")[0])
    if right is not None:
        return judge_guarded(part, name, right)
    if "imports" in part.grants.whole or part.grants.imports is None:
        return ALLOW
    always = (*sys.stdlib_module_names, *needs.MODULES)
    if any(module_covered(entry, name) for entry in (*part.grants.imports, *always, *brought(part, 0))):
        return ALLOW
    if any(on_the_way(entry, name) for entry in part.grants.imports):
        return ALLOW
    return refuse("imports", "name-not-granted")


def judge_guarded(part, name, right):
    """What would undo the guard takes its right, or its own name in `imports`."""
    if any(
        "*" not in entry and module_covered(entry, name) for entry in (*(part.grants.imports or ()), *brought(part, 0))
    ):
        return ALLOW
    granted = right in part.grants.whole and right not in part.denies.whole
    return ALLOW if granted else refuse(right, "name-not-granted")


def judge_native(part, files, name, file):
    if "native" in part.denies.whole or any(module_covered(entry, name) for entry in part.denies.natives or ()):
        return refuse("native", "denied")
    if "native" in part.grants.whole or any(module_covered(entry, name) for entry in part.grants.natives or ()):
        return ALLOW
    if file is None:
        return refuse("native", "name-not-granted")
    try:
        place = paths.canonical(file, follow=True)
    except (OSError, paths.Nameless):
        return refuse("native", "unresolvable")
    at_home = any(paths.lies_beneath(place, root) for root in (*files.python.homes, *files.python.sources))
    writable = files.has("create", place) or files.has("modify", place)
    guarded = name.partition(".")[0] in GUARDED
    if at_home and not writable and not guarded:
        return ALLOW
    return refuse("native", "name-not-granted")


def steers(name):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in STEERING)


def judge_variable(part, name):
    """Whether a variable may be set: free unless it steers."""
    if "env" in part.denies.whole or any(fnmatch.fnmatchcase(name, entry) for entry in part.denies.env):
        return refuse("env", "denied")
    if "env" in part.grants.whole or any(fnmatch.fnmatchcase(name, entry) for entry in part.grants.env):
        return ALLOW
    return refuse("env", "name-not-granted") if steers(name) else ALLOW


def judge_env(part, args, count):
    name, *value = operands(args, count)
    answer = judge_variable(part, characters(string(name)))
    kept = bool(value) and os.environb.get(string(name)) == string(value[0])
    return ALLOW if kept and answer.reason == "name-not-granted" else answer


# Commands


def arguments_match(rule, arguments):
    if len(arguments) < len(rule.arguments) or (len(arguments) > len(rule.arguments) and not rule.open_ended):
        return False
    return all(fnmatch.fnmatchcase(one, pattern) for one, pattern in zip(arguments, rule.arguments, strict=False))


def same_program(rule, file):
    """Whether a file is a rule's program: the same place, leading to the same file."""
    if rule.place is None:
        return False
    try:
        return (paths.canonical(file, follow=False), paths.canonical(file, follow=True)) == (rule.place, rule.target)
    except (OSError, paths.Nameless):
        return False


def called_right(rule, zero):
    """Whether argv[0] is the name of a rule or the path of its program."""
    spellings = {os.fsencode(rule.name), rule.place}
    if rule.place is not None and rule.place.startswith(b"/usr/bin/"):
        spellings.add(rule.place.removeprefix(b"/usr"))
    return zero in spellings


def runs(file):
    """Whether the kernel would run a file."""
    try:
        return stat.S_ISREG(os.stat(file).st_mode) and os.access(file, os.X_OK)
    except OSError:
        return False


def judge_denied(part, argv, files):
    shown = [characters(one) for one in argv[1:]]
    for rule in part.denies.commands:
        if arguments_match(rule, shown) and named_by(rule, argv[0], files):
            return refuse("run", "denied")
    return ALLOW


def judge_command(part, argv, files, environment, *, quiet=()):
    """Judge a program by its arguments, the files that are tried in turn, and its environment."""
    answer = judge_denied(part, argv, files)
    if not answer:
        return answer
    if "run" in part.grants.whole:
        return ALLOW  # with any environment: `env NAME=… program` is one of the programs
    shown = [characters(one) for one in argv[1:]]
    rules = [rule for rule in part.grants.commands if arguments_match(rule, shown) and called_right(rule, argv[0])]
    if not any(candidates_fit(rule, files) for rule in rules):
        reason = "command-not-granted" if part.grants.commands else "right-not-granted"
        noise = any(arguments_match(rule, shown) and named_by(rule, argv[0], files) for rule in quiet)
        return Answer("quiet" if noise else "refuse", reason, "run")
    for assignment in environment or ():
        name, _, value = assignment.partition(b"=")
        if os.environb.get(name) != value and not judge_variable(part, characters(name)):
            return refuse("env", "steering-env")
    return ALLOW


def candidates_fit(rule, files):
    """The first file that can run must be the rule's program; what is missing before it is passed over."""
    if files is None:
        return rule.place is not None
    for file in files:
        if same_program(rule, file):
            return True
        if runs(file) or os.path.basename(file) != os.path.basename(rule.place or b""):
            return False
    return False


def named_by(rule, zero, files):
    """Whether a rule names a program in any guise: the same file, the same last name, or that argv[0]."""
    last = os.path.basename(rule.place or os.fsencode(rule.name))
    if os.path.basename(zero) == last:
        return True
    for file in files or ():
        if os.path.basename(file) == last:
            return True
        try:
            if rule.target is not None and paths.canonical(file, follow=True) == rule.target:
                return True
        except (OSError, paths.Nameless):
            pass
    return False


def strings(value):
    if not isinstance(value, (list, tuple)):
        raise Malformed
    return [string(item) for item in value]
