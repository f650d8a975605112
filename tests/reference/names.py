"""Modules, native code, environment variables, commands: what is granted by a name (docs/adr/0202, 0203)."""

import fnmatch
import os
import stat
import sys

from reference import paths
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
    name = text(name).decode("utf-8", "surrogateescape")
    native = None if file is None else string(file)
    if native is not None:
        return judge_native(part, files, name, native)
    if "imports" in part.denies.whole:
        return refuse("imports", "denied")
    if any(module_covered(entry, name) for entry in part.denies.imports or ()):
        return refuse("imports", "denied")
    guarded = GUARDED.get(name.partition(".")[0])
    if guarded is not None:
        return judge_guarded(part, name, guarded)
    if "imports" in part.grants.whole or part.grants.imports is None:
        return ALLOW
    always = (*sys.stdlib_module_names, *needs.MODULES)
    if any(module_covered(entry, name) for entry in (*part.grants.imports, *always, *brought(part, 0))):
        return ALLOW
    if any(on_the_way(entry, name) for entry in part.grants.imports):
        return ALLOW
    return refuse("imports", "name-not-granted")


def judge_guarded(part, name, right):
    if any(
        "*" not in entry and module_covered(entry, name) for entry in (*(part.grants.imports or ()), *brought(part, 0))
    ):
        return ALLOW
    if right in part.denies.whole:
        return refuse(right, "denied")
    return ALLOW if right in part.grants.whole else refuse(right, "name-not-granted")


def judge_native(part, files, name, file):
    if "native" in part.denies.whole or any(module_covered(entry, name) for entry in part.denies.natives or ()):
        return refuse("native", "denied")
    if "native" in part.grants.whole or any(module_covered(entry, name) for entry in part.grants.natives or ()):
        return ALLOW
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
    name = string(operands(args, count)[0])
    return judge_variable(part, name.decode("utf-8", "surrogateescape"))


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


def judge_command(part, argv, files, environment, *, quiet=()):
    """Judge a program by its arguments, the files that are tried in turn, and its environment."""
    if "run" in part.denies.whole:
        return refuse("run", "denied")
    shown = [one.decode("utf-8", "surrogateescape") for one in argv]
    for rule in part.denies.commands:
        if arguments_match(rule, shown[1:]) and denied_program(rule, argv[0], files):
            return refuse("run", "denied")
    fitting = (
        rule for rule in part.grants.commands if arguments_match(rule, shown[1:]) and called_right(rule, argv[0])
    )
    if "run" not in part.grants.whole and not any(candidates_fit(rule, files) for rule in fitting):
        reason = "command-not-granted" if part.grants.commands else "right-not-granted"
        noise = any(fits_quiet(rule, shown) for rule in quiet)
        return Answer("quiet" if noise else "refuse", reason, "run")
    for assignment in environment or ():
        name, _, value = assignment.partition(b"=")
        if os.environb.get(name) == value:
            continue
        if not judge_variable(part, name.decode("utf-8", "surrogateescape")):
            return refuse("run", "steering-env")
    return ALLOW


def candidates_fit(rule, files):
    """The first file that can run must be the rule's program; what is missing before it is passed over."""
    for file in files:
        if same_program(rule, file):
            return True
        if runs(file) or os.path.basename(file) != os.path.basename(rule.place or b""):
            return False
    return False


def denied_program(rule, zero, files):
    """A denial names a program in any guise: the same file, the same last name, or that argv[0]."""
    last = os.path.basename(rule.place or os.fsencode(rule.name))
    for file in files:
        if os.path.basename(file) == last:
            return True
        try:
            if rule.target is not None and paths.canonical(file, follow=True) == rule.target:
                return True
        except (OSError, paths.Nameless):
            pass
    return zero == os.fsencode(rule.name) or zero == rule.place


def fits_quiet(rule, shown):
    return os.path.basename(shown[0]) == rule.name and arguments_match(rule, shown[1:])


def strings(value):
    if not isinstance(value, (list, tuple)):
        raise Malformed
    return [string(item) for item in value]
