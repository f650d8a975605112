"""What the run tells of refusals: the terminal's last section, the report for programs, and all of it under xdist."""

import json

import pytest

TEXT = """
    def helper(name):
        return (SECRET.parent / name).read_text()

    @pytest.mark.sandbox
    @pytest.mark.parametrize("n", [1, 2])
    def test_same(n):
        helper("secret.txt")

    @pytest.mark.sandbox
    def test_swallowing():
        for word in "GET", "SET":
            try:
                os.system(word)
            except OSError:
                pass

    @pytest.mark.sandbox(mode="warn")
    def test_warned():
        helper("secret.txt")

    @pytest.mark.sandbox(strict=False)
    def test_expecting():
        with pytest.raises(PermissionError):
            helper("other.txt")

    @pytest.mark.sandbox
    def test_passing():
        pass
    """


def test_the_last_section_says_what_where_and_what_to_paste(run):
    result = run(TEXT)
    result.assert_outcomes(failed=3, passed=3)
    result.stdout.fnmatch_lines(
        [
            "*= sandbox: 5 operations refused, or would have been =*",
            "test_inner.py::test_same[[]1[]] and 2 more",
            "  what    read *secret.txt (open): outside-root",
            "  where   test_inner.py:* in helper",
            '  allow   read=[[]"*secret.txt"[]]',
            "test_inner.py::test_swallowing",
            "  what    run sh -c GET (os.system): *",
            "  what    run sh -c SET (os.system): *",
            "and 1 operation in tests that allow for it (strict=False; -v lists them)",
            "to allow all that can be granted: read=[[]'*secret.txt'[]]*",
            "*= short test summary info =*",
        ]
    )
    result.stdout.no_fnmatch_line("*other.txt*")
    run(None, "-v").stdout.fnmatch_lines(["test_inner.py::test_expecting", "  what    read *other.txt*"])


def test_what_is_pasted_makes_the_tests_pass(run, write):
    result = run(
        """
        @pytest.mark.sandbox({})
        def test_it(tmp_path):
            SECRET.read_text()
            os.listdir(SECRET.parent)
            os.umask(os.umask(0))
        """.format("mode='warn'")
    )
    paste = next(line for line in result.outlines if line.startswith("to allow all")).partition(": ")[2]
    run(
        f"""
        @pytest.mark.sandbox({paste})
        def test_it():
            SECRET.read_text()
            os.listdir(SECRET.parent)
            os.umask(os.umask(0))
        """
    ).assert_outcomes(passed=1)


def test_many_refusals_are_cut_short_unless_all_are_asked_for(run):
    text = """
        @pytest.mark.sandbox(mode="warn")
        def test_many():
            for number in range(50):
                with pytest.raises(FileNotFoundError):
                    open(SECRET.parent / f"{number}.txt")
        """
    run(text).stdout.fnmatch_lines(["and 30 more (-v lists them)"])
    run(text, "-v").stdout.fnmatch_lines(["  what    read *49.txt*"])


def test_more_refusals_than_are_kept_are_counted(run):
    run(
        """
        @pytest.mark.sandbox(mode="warn")
        def test_many():
            for number in range(3000):
                SECRET.open().close()
        """
    ).stdout.fnmatch_lines(["*= sandbox: 3000 operations would have been refused =*"])


def test_a_run_without_refusals_says_nothing(run):
    result = run("@pytest.mark.sandbox\ndef test_it(): pass")
    result.stdout.no_fnmatch_line("*sandbox*")


def test_the_report_for_programs_has_everything(run, pytester):
    run(TEXT, "--sandbox-report=report.json")
    tests = {test["test"]: test for test in json.loads((pytester.path / "report.json").read_text())["tests"]}
    assert list(tests) == [
        "test_inner.py::test_expecting",
        "test_inner.py::test_same[1]",
        "test_inner.py::test_same[2]",
        "test_inner.py::test_swallowing",
        "test_inner.py::test_warned",
    ]
    assert [test["expected"] for test in tests.values()] == [True, False, False, False, False]
    assert tests["test_inner.py::test_warned"]["mode"] == "warn"
    (refused,) = tests["test_inner.py::test_same[1]"]["refused"]
    assert refused["right"] == "read" and refused["target"].endswith("secret.txt")
    assert refused["location"]["function"] == "helper" and refused["suggestion"].startswith("read=")


@pytest.fixture
def spread(pytester, monkeypatch):
    """Run pytest with workers, and without the plugins that have no part in it: each process would load them."""

    def spread(*options):
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        (pytester.path / "tox.ini").unlink()
        return pytester.runpytest_subprocess("-p", "xdist", "-p", "fastaudit.pytest_plugin", *options)

    return spread


def test_xdist_gathers_what_all_workers_tell(run, pytester, write, spread):
    write(TEXT, "test_more.py")
    alone = run(TEXT, "--sandbox-report=alone.json")
    result = spread("-n2", "--sandbox-report=spread.json")
    alone.assert_outcomes(failed=6, passed=6)
    result.assert_outcomes(failed=6, passed=6)
    result.stdout.fnmatch_lines(
        [
            "E *fastaudit.PermissionViolation: *read refused: *secret.txt is outside every allowed root of policy *",
            "*the test passed, but swallowed *",
            "*= sandbox: 10 operations refused, or would have been =*",
        ]
    )
    assert (pytester.path / "spread.json").read_text() == (pytester.path / "alone.json").read_text()


def test_errors_that_hold_violations_cross_from_workers(ini, write, spread):
    write(
        """
        @pytest.mark.sandbox
        def test_group():
            try:
                SECRET.read_text()
            except OSError as error:
                raise ExceptionGroup("several", [error, ValueError("x")]) from error

        @pytest.mark.sandbox
        def test_cause():
            try:
                SECRET.read_text()
            except OSError as error:
                raise RuntimeError("led on") from error
        """
    )
    result = spread("-n1")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines_random(
        ["*PermissionViolation: *", "*RuntimeError: led on", "*ExceptionGroup: several*"]
    )
