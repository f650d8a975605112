"""The examples on the page about tests do what it says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/pytest.md"


@pytest.fixture
def page(pytester):
    """The files of the page's examples and those that they use; gives the page's blocks."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    for kind, text in blocks:
        if kind in ("python", "ini"):
            file = pytester.path / text.splitlines()[0].removeprefix("# ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    for name, text in {
        "tests/templates/hello.txt": "hello\n",
        "tests/unit/policy.toml": 'name = "unit"\n',
        "tests/plugins/shout.py": "def shout(path):\n    return open(path).read().upper()\n",
        "tests/plugins/words.txt": "words\n",
        "tests/slow/test_slow.py": "from fastaudit import current\n\ndef test_slow():\n    assert current() is not None\n",
    }.items():
        file = pytester.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return blocks


def test_every_block_is_tried(page):
    assert [kind for kind, _ in page] == ["python", "text", "python", "ini", "python", "sh", "python"]


def test_the_examples_of_the_page_run(page, pytester):
    (pytester.path / "pytest.ini").unlink()
    result = pytester.runpytest_inprocess(
        "-p", "no:asyncio", "tests/test_render.py", "tests/test_uploads.py", "tests/test_plugin.py"
    )
    result.assert_outcomes(passed=3, failed=1)
    (told,) = (text for kind, text in page if kind == "text")
    lines = [re.sub(r"=+", "=*=", line).replace("[", "[[]") for line in told.splitlines() if line[:1] == "="]
    result.stdout.fnmatch_lines([*lines, *(line.replace("[", "[[]") for line in told.splitlines()[1:])])


def test_the_configuration_of_the_page_counts(page, pytester):
    pytester.runpytest_inprocess("-p", "no:asyncio", "tests/unit", "tests/slow").assert_outcomes(passed=3)


def test_the_command_of_the_page_refuses_nothing(page, pytester):
    (pytester.path / "pytest.ini").unlink()
    (command,) = (text.split() for kind, text in page if kind == "sh")
    (pytester.path / "tests/test_net.py").write_text("import socket\n\ndef test_it(): socket.socket().close()\n")
    result = pytester.runpytest_inprocess("-p", "no:asyncio", *command[1:], "tests/test_net.py")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= sandbox: 1 operation would have been refused =*", "  what    socket *"])
