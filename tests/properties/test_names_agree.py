"""Modules, variables, commands, signals, switches and events by name: the core answers what the rules mean."""

import os
import sys

import worlds
from agreement import answers
from hypothesis import given
from hypothesis import strategies as st
from reference.table import EVENTS, SWITCHES

MODULES = (
    "json",
    "numpy",
    "numpy.linalg",
    "numpyx",
    "pkg",
    "pkg.sub",
    "pkg.sub.deep",
    "ctypes",
    "ctypes.util",
    "_ctypes",
    "_interpreters",
    "fastaudit",
    "other",
)
module_lists = st.lists(st.sampled_from((*MODULES, "pkg.*", "*", "num*", "*.sub")), max_size=3)
VARIABLES = ("PATH", "LD_PRELOAD", "PYTHONPATH", "HOME", "https_proxy", "GIT_DIR", "CASE", "TOKEN", "NO_PROXY", "a=b")
variable_lists = st.lists(st.sampled_from(("PATH", "GIT_*", "*", "T?KEN", "[A-C]*", "CASE")), max_size=2)
command_lists = st.lists(
    st.sampled_from(
        (
            "true",
            "true *",
            "sh -c *",
            "sh",
            "/bin/true -a",
            "env a* b",
            "{python} -c *",
            "no-such *",
            "true '[ab]' *",
            "uname *",
        )
    ),
    max_size=3,
)
EVENT_NAMES = (
    "os.putenv",
    "os.*",
    "import",
    "gc.get_objects",
    "mylib.*",
    "mylib.opened",
    "shutil.*",
    "code.__new__",
    "sys.settrace",
    "ctypes.*",
    "compile",
    "socket.gethostname",
    "os.fork",
)


def sides(lists):
    """Some keywords: `lists` makes the values of those that take lists."""
    return st.fixed_dictionaries(
        {},
        optional={
            "imports": lists(module_lists),
            "native": lists(module_lists),
            "env": lists(variable_lists),
            "run": lists(command_lists),
        },
    )


switches = st.dictionaries(st.sampled_from(SWITCHES), st.booleans(), max_size=3)
denied_switches = st.dictionaries(st.sampled_from(SWITCHES), st.just(True), max_size=2)
names = st.lists(st.sampled_from((*EVENT_NAMES, "trace", "run")), max_size=2)


@st.composite
def policies(draw):
    grants = {**draw(sides(lambda lists: lists | st.booleans())), **draw(switches)}
    deny = {**draw(sides(lambda lists: lists | st.just(True))), **draw(denied_switches)} if draw(st.booleans()) else {}
    allow = [name for name in draw(names) if grants.get(name) is not False]
    return {**grants, "allow": allow, "deny": {**deny, "rights": draw(names)}}


argument_lists = st.lists(st.sampled_from((b"-a", b"a", b"b", b"-c", b"[ab]", b"x y", b"")), max_size=3)
programs = st.sampled_from(
    ("true", "sh", "env", "uname", "false", "/bin/true", "/usr/bin/true", "/bin/sh", "/nowhere/true", sys.executable)
)
spelled = st.sampled_from(("same", "same", "same", "last", "other"))


@st.composite
def commands(draw):
    """Starting a program: its file, argv and environment."""
    event = draw(st.sampled_from(("subprocess.Popen", "os.posix_spawn", "os.exec")))
    program = draw(programs.filter(lambda name: "/" in name)) if event != "subprocess.Popen" else draw(programs)
    zero = {"same": program, "last": os.path.basename(program), "other": "else"}[draw(spelled)]
    argv = [os.fsencode(zero), *draw(argument_lists)]
    environment = draw(
        st.none() | st.dictionaries(st.sampled_from((b"PATH", b"LD_PRELOAD", b"CASE")), st.just(b"x"), max_size=2)
    )
    if event == "subprocess.Popen":
        return event, (program, argv, None, environment)
    return event, (program, argv, environment)


def imported(name):
    return ("import", (name, None, None, None, None))


unpacked = ("none", "import", "env", "kill", "callback", "enable", "dlopen")
events = st.one_of(
    st.sampled_from(MODULES).map(imported),
    st.tuples(st.just("os.putenv"), st.tuples(st.sampled_from(VARIABLES).map(str.encode), st.just(b"x"))),
    st.tuples(st.just("os.unsetenv"), st.tuples(st.sampled_from(VARIABLES).map(str.encode))),
    st.tuples(st.just("os.kill"), st.tuples(st.sampled_from((1, -1, 0, os.getpid())), st.sampled_from((0, 15)))),
    st.tuples(st.just("os.system"), st.tuples(st.sampled_from((b"true", b"x y")))),
    commands(),
    st.sampled_from(sorted(name for name, row in EVENTS.items() if row.shape == "none")).map(lambda name: (name, ())),
    st.sampled_from(("mylib.opened", "mylib.closed", "mylib", "mylibrary.x", "", "os.none")).map(
        lambda name: (name, ())
    ),
    st.tuples(st.just("sys.monitoring.register_callback"), st.tuples(st.none() | st.just(len))),
    st.tuples(st.just("sqlite3.enable_load_extension"), st.tuples(st.none(), st.booleans())),
    st.tuples(st.just("ctypes.dlopen"), st.tuples(st.just("libc.so.6"))),
)


@given(policies(), st.lists(events, min_size=1, max_size=10))
def test_the_core_judges_names_and_commands_as_the_rules_mean(words, acts):
    policy, parts = worlds.policy(words)
    for event, args in acts:
        core, meant = answers(policy, parts, event, args)
        assert core == meant, (event, args, policy)
