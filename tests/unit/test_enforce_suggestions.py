"""What a refusal suggests, pasted into the policy, allows the act: end to end, on real operations."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import pytest

from fastaudit import Policy, Violation, sandbox


def pasted(keywords, suggestion):
    """The keyword arguments of a policy after the text was pasted into them, lists joined."""
    merged = {name: list(entries) for name, entries in keywords.items()}
    for name, entries in eval(f"dict({suggestion})", {"__builtins__": {"dict": dict}}).items():
        merged.setdefault(name, []).extend(entries)
    return merged


def run_with_pastes(act, most, keywords=None):
    """Run `act` under a policy that allows nothing, paste what each refusal suggests, and run it again."""
    keywords = dict(keywords or {})
    for pastes in range(most + 1):
        try:
            with sandbox(Policy(**keywords)) as box:
                act()
        except (OSError, ImportError) as error:
            violation = box.violations[0]  # libraries may raise an error of their own instead
            assert violation.suggestion is not None, violation
            shown = violation.suggestion if len(violation.suggestion) < 600 else "what would allow it is long"
            assert shown in str(error)
            keywords = pasted(keywords, violation.suggestion)
        else:
            return pastes, keywords
    raise AssertionError(f"still refused after {most} pastes: {keywords}")


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def files(tmp_path):
    tmp_path = tmp_path.resolve()
    (tmp_path / "old").write_text("x")
    (tmp_path / "other").write_text("x")
    (tmp_path / "folder").mkdir()
    return tmp_path


FILE_ACTS = {
    "read": lambda d: (d / "old").read_text(),
    "list": lambda d: os.scandir(d / "folder").close(),
    "make": lambda d: (d / "new").write_text("x"),
    "change": lambda d: (d / "old").write_text("y"),
    "append": lambda d: open(d / "old", "a").close(),
    "remove": lambda d: (d / "old").unlink(),
    "mkdir": lambda d: (d / "made").mkdir(),
    "rmdir": lambda d: (d / "folder").rmdir(),
    "chmod": lambda d: (d / "old").chmod(0o600),
    "utime": lambda d: os.utime(d / "old"),
    "truncate": lambda d: os.truncate(d / "old", 0),
    "rename": lambda d: (d / "old").rename(d / "moved"),
    "rename of a folder": lambda d: (d / "folder").rename(d / "moved"),
    "replace": lambda d: (d / "old").replace(d / "other"),
    "w+ of a new file": lambda d: open(d / "fresh", "w+").close(),
    "w+ of an old file": lambda d: open(d / "old", "w+").close(),
    "r+": lambda d: open(d / "old", "r+").close(),
    "a name that looks like a pattern": lambda d: (d / "a[1]*?.txt").write_text("x"),
    "a name with quotes": lambda d: (d / 'it\'s "x"\\').write_text("x"),
    "a name with controls": lambda d: (d / "a\nb\x1b[31m").write_text("x"),
    "a name that is no UTF-8": lambda d: (d / "a\udcff").write_text("x"),
    "a name of another script": lambda d: (d / "été\u202e").write_text("x"),
}


@pytest.mark.parametrize("act", FILE_ACTS.values(), ids=FILE_ACTS)
def test_one_paste_allows_an_act_on_files(act, files):
    assert run_with_pastes(lambda: act(files), 1)[0] == 1


def test_a_pasted_name_allows_no_other(files):
    (files / "a[1]").write_text("x")
    (files / "a1").write_text("x")
    _, keywords = run_with_pastes((files / "a[1]").read_text, 1)
    with sandbox(Policy(**keywords)), pytest.raises(Violation):
        (files / "a1").read_text()


def test_links_need_the_new_place_and_then_the_old(files):
    assert run_with_pastes(lambda: os.symlink(files / "old", files / "link"), 2)[0] <= 2
    assert run_with_pastes(lambda: os.link(files / "old", files / "hard"), 2)[0] <= 2


def connect(host, port):
    socket.create_connection((host, port)).close()


def test_one_paste_allows_a_connection_to_a_name(listener):
    pastes, keywords = run_with_pastes(lambda: connect("localhost", listener), 1)
    assert pastes == 1
    assert keywords == {"connect": [f"localhost:{listener}"]}


def test_a_connection_to_a_number_needs_the_socket_first(listener):
    """A socket is made before anybody says where it leads."""
    pastes, keywords = run_with_pastes(lambda: connect("127.0.0.1", listener), 2)
    assert pastes == 2
    assert keywords["connect"] == [f"127.0.0.1:{listener}"]


def test_one_paste_allows_a_look_up():
    assert run_with_pastes(lambda: socket.gethostbyname("localhost"), 1)[0] == 1


def test_listening_needs_the_socket_and_the_address():
    pastes, keywords = run_with_pastes(lambda: socket.create_server(("127.0.0.1", 0)).close(), 2)
    assert pastes == 2
    assert keywords["listen"] == ["127.0.0.1:0"]


def test_one_paste_allows_a_unix_socket(files):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(os.fspath(files / "s"))
        server.listen()
        assert run_with_pastes(lambda: client.connect(os.fspath(files / "s")), 1)[0] == 1


COMMANDS = {
    "a plain command": ["true"],
    "arguments that look like patterns": ["true", "*", "[a]", "?", "a*"],
    "arguments that a shell would obey": ["true", "a b", "it's", '"$HOME"', "\\", "", "\n", "{python}"],
    "an argument with a secret": ["true", "--password=x", "--token", "y"],
    "an argument that is no UTF-8": ["true", "\udcff"],
    "Python": [sys.executable, "-c", "pass"],
    "a long command": ["true", *("x" * 100 for _ in range(200))],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_one_paste_allows_a_command(command):
    pastes, keywords = run_with_pastes(lambda: subprocess.run(command, check=True), 1)
    assert pastes == 1
    assert list(keywords) == ["run"]


def test_a_pasted_command_allows_no_other_arguments():
    _, keywords = run_with_pastes(lambda: subprocess.run(["true", "*"], check=True), 1)
    with sandbox(Policy(**keywords)), pytest.raises(Violation):
        subprocess.run(["true", "x"], check=True)


def test_a_secret_in_a_command_is_in_no_text_of_the_refusal():
    with sandbox(Policy()) as box, pytest.raises(Violation) as caught:
        subprocess.run(["true", "https://me:hunter2@host/", "--password", "hunter2"], check=True)
    violation = caught.value
    for text in (str(violation), violation.target, violation.suggestion, violation.json(), repr(violation.args)):
        assert "hunter2" not in text
    assert "[redacted]" in violation.target
    assert "hunter2" not in str(box.violations)


def test_one_paste_allows_a_shell():
    assert run_with_pastes(lambda: os.system("true; true '*'"), 1)[0] == 1


def test_one_paste_allows_a_steering_environment():
    keywords = {"run": ["true"]}
    environment = {**os.environ, "PYTHONPATH": "/hunter2", "GIT_DIR": "/hunter2"}
    pastes, keywords = run_with_pastes(lambda: subprocess.run(["true"], check=True, env=environment), 1, keywords)
    assert pastes == 1
    assert sorted(keywords["env"]) == ["GIT_DIR", "PYTHONPATH"]


def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def chdir():
    here = os.getcwd()
    os.chdir(here)


@contextlib.contextmanager
def restored_environment(name):
    before = os.environ.get(name)
    yield
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before


def test_one_paste_allows_a_variable():
    with restored_environment("GIT_DIR"):
        pastes, keywords = run_with_pastes(lambda: os.environ.__setitem__("GIT_DIR", "hunter2"), 1)
    assert (pastes, keywords) == (1, {"env": ["GIT_DIR"]})


def trace_and_stop():
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    sys.settrace(before)


SWITCHES = {
    "fork": fork,
    "trace": trace_and_stop,
    "introspect": lambda: __import__("gc").get_objects(),
    "signal": lambda: os.kill(os.getppid(), 0),
}


@pytest.mark.parametrize("act", SWITCHES.values(), ids=SWITCHES)
def test_one_paste_allows_a_switch(act):
    assert run_with_pastes(act, 1)[0] == 1


def test_a_deny_rule_is_named(files):
    from fastaudit import Deny

    (files / ".env").write_text("x")
    with sandbox(Policy(read=[files], deny=Deny(read=["**/.env"]))), pytest.raises(Violation) as caught:
        (files / ".env").read_text()
    assert caught.value.suggestion == 'remove "**/.env" from deny'
    assert caught.value.rule == "**/.env"
    assert caught.value.reason == "denied"


def test_a_script_with_five_needs_passes_after_at_most_five_pastes(files, listener):
    def script():
        text = (files / "old").read_text()
        with open(files / "report", "w+") as report:
            report.write(text)
        with socket.create_connection(("localhost", listener)):
            pass
        subprocess.run([sys.executable, "-c", "print('*')"], check=True, stdout=subprocess.DEVNULL)
        with restored_environment("GIT_DIR"):
            os.environ["GIT_DIR"] = "/x"

    pastes, keywords = run_with_pastes(script, 5)
    assert pastes <= 5
    assert set(keywords) == {"read", "write", "connect", "run", "env"}


def test_the_message_is_the_one_of_the_design(files):
    def save():
        (files / "old").write_text("y")

    entered = sys._getframe().f_lineno + 1
    with sandbox(Policy(name="render", write=[files / "folder"])), pytest.raises(PermissionError) as caught:
        save()
    here = os.path.basename(__file__)
    tried = save.__code__.co_firstlineno + 1
    assert str(caught.value) == (
        f"[Errno 13] write refused: {files}/old is outside every allowed root of policy 'render' "
        f'(entered at {here}:{entered}); at {here}:{tried} in save; to allow it: write=["{files}/old"]'
    )
    assert caught.value.filename == f"{files}/old"
    assert caught.value.location == (__file__, tried, "save")
    assert caught.value.origin[:2] == (__file__, entered)


def test_a_signal_to_nobodys_child_names_the_process():
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        os.kill(os.getppid(), signal.SIGCONT)
    assert caught.value.target == str(os.getppid())
    assert caught.value.suggestion == 'allow=["signal"]'


def test_a_refusal_of_a_huge_command_is_short_and_soon():
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        subprocess.run(["true", "token " * 200_000], check=True)
    assert len(str(caught.value)) < 2000
    assert len(caught.value.target) <= 16_400
