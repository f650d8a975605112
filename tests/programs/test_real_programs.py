"""Programs that people run, unchanged, under a policy that fits them and no wider."""

import importlib.util
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from program_runs import clean_environment


def test_pytest_tests_a_small_project(folder, script, run):
    (folder / "tests").mkdir()
    script("def double(n):\n    return n * 2\n", "project.py")
    script(
        "import pytest, project\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_double(n): assert project.double(n) == n + n\n"
        "def test_wrong(): assert project.double(1) == 3\n"
        "def test_output(capfd, monkeypatch):\n"
        "    monkeypatch.setenv('ANY_NAME', 'x'); print('hi'); assert capfd.readouterr().out == 'hi\\n'\n",
        "tests/test_project.py",
    )
    script("[pytest]\npythonpath = .\n", "pytest.ini")
    held = run("--read", ".", "--write", ".", "-m", "pytest", "-q")
    assert held.status == 1, held
    assert "1 failed, 3 passed" in held.out
    assert "assert 2 == 3" in held.out
    assert (folder / ".pytest_cache").is_dir()


def test_http_server_answers_a_request(folder):
    (folder / "page.txt").write_text("served")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "fastaudit", "run", "--read", ".", "--listen", "127.0.0.1:*"),
            *("-m", "http.server", "--bind", "127.0.0.1", str(port)),
        ],
        cwd=folder,
        env=clean_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if server.poll() is not None:
                    break
                time.sleep(0.05)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/page.txt") as answer:
            assert answer.read() == b"served"
        with opener.open(f"http://127.0.0.1:{port}/") as answer:
            assert b"page.txt" in answer.read()
    finally:
        server.terminate()
        output, _ = server.communicate()
    assert "Violation" not in output, output


def test_pip_download_without_network_says_why(folder, run):
    held = run(
        *("--read", ".", "--write", ".", "-m", "pip", "download", "--isolated", "--retries", "1"),
        *(
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--index-url",
            "https://index.example/simple",
            "x",
        ),
    )
    assert held.status == 1, held
    assert "Traceback" not in held.err, held
    told = held.out + held.err
    assert "look-up refused: index.example:443" in held.err.split("\n")[0], "pip's own warning says why"
    assert "--connect index.example:443" in told, told


def test_venv_makes_an_environment(folder, run):
    held = run("--read", "env", "--write", "env", "-m", "venv", "--without-pip", "env")
    assert held.status == 0, held
    made = subprocess.run([folder / "env/bin/python", "-c", "print('made')"], capture_output=True, text=True)
    assert made.stdout == "made\n"


def test_sqlite_works_where_it_may_and_nowhere_else(folder, script, run):
    script(
        "import sqlite3\n"
        "with sqlite3.connect('data.db') as db:\n"
        "    db.execute('create table t (n)')\n"
        "    db.executemany('insert into t values (?)', [(n,) for n in range(10)])\n"
        "ro = sqlite3.connect('file:data.db?mode=ro', uri=True)\n"
        "print(ro.execute('select sum(n) from t').fetchone())\n"
        "memory = sqlite3.connect(':memory:')\n"
        "try: memory.execute(\"attach '/tmp/outside.db' as other\")\n"
        "except sqlite3.DatabaseError as error: print('refused')\n"
        "except PermissionError: print('refused')\n"
    )
    held = run("--read", ".", "--write", ".", "script.py")
    assert held.out == "(45,)\nrefused\n", held


def test_numpy_computes_and_saves(folder, script, run):
    script(
        "import numpy as np\n"
        "a = np.arange(9.0).reshape(3, 3) + np.eye(3)\n"
        "np.save('a.npy', np.linalg.inv(a))\n"
        "print(np.allclose(np.load('a.npy') @ a, np.eye(3)))\n"
    )
    held = run("--read", ".", "--write", ".", "script.py")
    assert (held.status, held.out) == (0, "True\n"), held


def test_pandas_reads_and_writes(folder, script, run):
    (folder / "in.csv").write_text("name,n\na,1\nb,2\na,3\n")
    script(
        "import pandas as pd\n"
        "table = pd.read_csv('in.csv').groupby('name').sum()\n"
        "table.to_csv('out.csv')\nprint(open('out.csv').read())\n"
    )
    # pandas 3 imports ctypes outright; numpy goes on without it.
    held = run("--read", ".", "--write", "out.csv", "--imports", "ctypes", "--imports", "*", "script.py")
    assert (held.status, held.out) == (0, "name,n\na,4\nb,2\n\n"), held


def test_matplotlib_draws_a_picture(folder, script, run):
    script(
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\n"
        "plt.plot([1, 4, 9]); plt.title('growth'); plt.savefig('picture.png')\n"
    )
    held = run("--read", ".", "--write", ".", "script.py")
    assert held.status == 0, held
    assert (folder / "picture.png").read_bytes().startswith(b"\x89PNG")


OWN_TESTS = {
    # doctest sets the trace function back to what it was.
    "test.test_json": ["--read", "/", "--write", ".", "--run", "{python} *", "--env", "*"],
    # Makes links that lead nowhere, sockets, and whatever else may lie in a folder.
    "test.test_pathlib": ["--preset", "unrestricted", "--deny-connect", "*:*", "--deny", "run"],
}
# LazyImportTest (3.14) starts another Python, which the policy refuses; all other names match.
CHOSEN = {"test.test_pathlib": ["-k", "*[!t]Test*"]}
# Some systems ship Python without its own tests, though with what they are supported by; then there is nothing to run.
PRESENT = [name for name in OWN_TESTS if importlib.util.find_spec(name)]


@pytest.mark.parametrize("name", PRESENT)
def test_pythons_own_tests_pass(name, run):
    held = run(*OWN_TESTS[name], "-m", "unittest", *CHOSEN.get(name, []), name)
    assert held.status == 0, held
    assert re.search(r"^OK\b", held.err, re.MULTILINE)
