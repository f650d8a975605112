"""What the dry run says is what happens: real operations, and the files that the kernel opened."""

import os
import socket
import subprocess

import worlds
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import paths
from test_files_agree import acts as file_acts
from test_files_agree import moves

from fastaudit import Policy, Violation, _core, sandbox

some = settings(max_examples=settings().max_examples // 2)


def do(event, args):
    """The operation that raises an event."""
    if event == "open":
        name, mode, flags = args
        if mode is None:
            os.close(os.open(name, flags, 0o600))
        else:
            open(name, mode).close()
    elif event in ("os.rename", "os.link"):
        old, new, src, dst = args
        getattr(os, event[3:])(old, new, src_dir_fd=_folder(src), dst_dir_fd=_folder(dst))
    elif event == "os.symlink":
        os.symlink(args[0], args[1], dir_fd=_folder(args[2]))
    elif event in ("os.mkdir", "os.chmod"):
        getattr(os, event[3:])(args[0], args[1], dir_fd=_folder(args[2]))
    elif event == "os.chown":
        os.chown(args[0], -1, -1, dir_fd=_folder(args[3]))
    elif event == "os.utime":
        os.utime(args[0], dir_fd=_folder(args[3]))
    elif event in ("os.remove", "os.rmdir"):
        getattr(os, event[3:])(args[0], dir_fd=_folder(args[1]))
    elif event == "os.scandir":
        os.scandir(args[0]).close()
    else:
        getattr(os, event[3:])(*args)


def _folder(number):
    return None if number == -1 else number


def really(policy, operation, *args):
    """What an operation met: `allow`, `quiet` or `refuse` with its reason; whatever the system said."""
    failed = False
    with sandbox(policy) as box:
        try:
            operation(*args)
        except (OSError, ValueError, TypeError) as error:
            failed = not isinstance(error, Violation)
    if box.violations:
        return "refuse", box.violations[0].reason
    if box.quiet:
        return "quiet", ""
    return ("failed", "") if failed else ("allow", "")


@some
@given(worlds.scenes(lambda known: file_acts(known) | moves(known)))
def test_files_meet_what_the_dry_run_says(scene):
    with worlds.played(scene) as (policy, _, acts):
        for event, args in acts:
            if event == "open" and args[1] in ("q", ""):
                continue  # no mode of Python's
            if event == "open" and args[1] is not None:
                # The flags that Python gives to a mode.
                args = (args[0], args[1], FLAGS[args[1].replace("b", "")])
            verdict, reason, *_ = policy._ruleset.decide(event, args)
            met = really(policy, do, event, args)
            if met == ("failed", ""):
                # By the system, as without a policy; a name that leads nowhere may be found out before it is judged.
                assert verdict == "allow" or reason == "unresolvable", (event, args, policy)
            else:
                assert met == (verdict, reason if verdict == "refuse" else ""), (event, args, policy)


FLAGS = {
    "r": os.O_RDONLY,
    "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
    "a+": os.O_RDWR | os.O_CREAT | os.O_APPEND,
    "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "r+": os.O_RDWR,
    "w+": os.O_RDWR | os.O_CREAT | os.O_TRUNC,
    "x+": os.O_RDWR | os.O_CREAT | os.O_EXCL,
}


def kernels(path, flags):
    """The name of what the kernel opens, or None."""
    try:
        number = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        return os.readlink(b"/proc/self/fd/%d" % number)
    finally:
        os.close(number)


@given(worlds.trees, st.data())
def test_canonical_form_is_what_the_kernel_opens(tree, data):
    known = st.sampled_from([tail[:size] for tail, _, _ in tree for size in range(1, len(tail) + 1)])
    here = data.draw(known | st.just(()))
    plans = data.draw(st.lists(worlds.paths(known), min_size=1, max_size=12))
    with worlds.made(tree, here) as world:
        for plan in plans:
            path = os.fsencode(world.fill(plan))
            for follow, flags in ((True, os.O_PATH), (False, os.O_PATH | os.O_NOFOLLOW)):
                opened = kernels(path, flags)
                if opened is None:
                    continue  # the call fails by itself, whatever it is judged by
                assert _core.resolve(path, follow) == opened, path
                assert paths.canonical(path, follow=follow) == opened, path


@some
@given(st.data())
def test_sockets_meet_what_the_dry_run_says(data):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        host = data.draw(st.sampled_from(("127.0.0.1", "127.0.0.2", "0x7f.1", "2130706433", "localhost", "")))
        entry = data.draw(
            st.sampled_from(
                ("127.0.0.1:{}", "127.0.0.0/8:{}", "127.0.0.1:1", "localhost:{}", "*:{}", "[::1]:*", "0.0.0.0/0")
            )
        ).format(port)
        denied = data.draw(st.none() | st.sampled_from(("127.0.0.2:*", "localhost:*", "10.0.0.0/8")))
        policy = (
            Policy(connect=[entry])
            if denied is None
            else worlds.policy({"connect": [entry], "deny": {"connect": [denied]}})[0]
        )
        with socket.socket() as client:
            client.settimeout(5)
            verdict, reason, *_ = policy._ruleset.decide("socket.connect", (client, (host, port)))
            met = really(policy, client.connect, (host, port))
            assert met == (verdict, reason) or (met[0], verdict) == ("failed", "allow")


@settings(max_examples=settings().max_examples // 10)
@given(
    st.sampled_from((["true"], ["true *"], ["env"], [], True)),
    st.sampled_from((["true"], ["true", "-a"], ["/bin/true"], ["env"])),
)
def test_commands_meet_what_the_dry_run_says(rules, argv):
    policy = Policy(run=rules)
    verdict, reason, *_ = policy._ruleset.decide("subprocess.Popen", (argv[0], argv, None, None))
    met = really(policy, lambda: subprocess.run(argv, stdout=subprocess.DEVNULL, check=False))
    assert met == (verdict, reason if verdict == "refuse" else "") or (met[0], verdict) == ("failed", "allow")
