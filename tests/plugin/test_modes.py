"""off, warn and enforce: on the command line, in the configuration, on markers; policies of folders."""

import pytest

REFUSED = """
    @pytest.mark.sandbox
    def test_refused():
        SECRET.read_text()
    """


def test_off_wins_over_everything(run, ini):
    ini("sandbox_mode = enforce", "sandbox_policy = readonly")
    run(
        """
        @pytest.mark.sandbox(mode="enforce")
        def test_marker():
            assert current() is None

        def test_fixture(sandboxed):
            SECRET.read_text()
            assert current() is None
            assert sandboxed.violations == () and sandboxed.allowed == {} and sandboxed.policy is None

        def test_configuration():
            assert current() is None
        """,
        "--sandbox=off",
    ).assert_outcomes(passed=3)


def test_warn_records_and_lets_go(run):
    result = run(REFUSED, "--sandbox=warn")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*sandbox: 1 operation would have been refused*", "test_inner.py::test_refused", "  allow   read=*secret.txt*"]
    )


def test_warn_throws_nowhere(run):
    result = run(
        """
        import socket
        import subprocess
        import sys

        @pytest.mark.sandbox
        def test_everything(tmp_path):
            SECRET.read_text()
            os.listdir(SECRET.parent)
            subprocess.run([sys.executable, "-c", ""], check=True)
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(server.getsockname()).close()
            os.chdir(tmp_path)
            os.umask(os.umask(0))
            with pytest.raises(FileNotFoundError):
                open(SECRET.parent / "missing")
        """,
        "--sandbox=warn",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*sandbox: * operations would have been refused*", "to allow all *: *read=*allow=*cwd*"]
    )


def test_the_mode_is_the_markers_then_the_command_lines_then_the_configurations(run, ini):
    text = REFUSED + REFUSED.replace("sandbox\n", 'sandbox(mode="enforce")\n').replace("test_", "test_marked_")
    run(text).assert_outcomes(failed=2)
    ini("sandbox_mode = warn")
    run(text).assert_outcomes(passed=1, failed=1)
    run(text, "--sandbox=enforce").assert_outcomes(failed=2)
    ini("sandbox_mode = off")
    run(text).assert_outcomes(passed=1, failed=1)


def test_a_policy_in_the_configuration_holds_every_test_without_one(run, ini, pytester):
    folder = pytester.path / "rules"
    folder.mkdir()
    (folder / "tests.toml").write_text('name = "of all tests"\nread = ["granted.txt"]\n')
    (folder / "granted.txt").write_text("granted")
    ini("sandbox_policy = rules/tests.toml")
    text = """
        def test_plain():
            assert pathlib.Path("rules/granted.txt").read_text() == "granted"
            with pytest.raises(PermissionError, match="of all tests"):
                SECRET.read_text()

        @pytest.mark.sandbox(read=[SECRET])
        def test_with_one():
            SECRET.read_text()
            with pytest.raises(PermissionError):
                open("rules/granted.txt")
        """
    run(text, "-o", "sandbox_strict=false").assert_outcomes(passed=2)
    run(text).assert_outcomes(failed=2)


def test_a_policy_on_the_command_line_replaces_the_configurations(run, ini):
    ini("sandbox_policy = no-such-file.toml")
    run(
        """
        import socket

        def test_offline(tmp_path):
            SECRET.read_text()
            (SECRET.parent / "more").write_text("x")
            with pytest.raises(PermissionError):
                socket.create_connection(("127.0.0.1", 9))
        """,
        "--sandbox-policy=offline",
        "-o",
        "sandbox_strict=false",
    ).assert_outcomes(passed=1)


def test_folders_have_policies_of_their_own(run, ini, pytester, write, secret):
    (pytester.path / "lenient.toml").write_text(f'read = ["{secret}"]\n')
    body = """
        def test_it():
            with {}:
                SECRET.read_text()
        """
    refused, granted = body.format("pytest.raises(PermissionError)"), body.format("open(os.devnull)")
    write(refused, "test_top.py")
    write(granted, "tests/test_net.py")
    write(refused, "tests/unit/test_unit.py")
    write(granted, "tests/unit/wide/test_wide.py")
    write(granted, "tests_beside/test_beside.py")
    (pytester.path / "tests/unit/policy.toml").write_text("")
    ini(
        "addopts = --import-mode=importlib",
        "sandbox_strict = no",
        "sandbox_policies =",
        "    tests = lenient.toml",
        "    tests/unit = tests/unit/policy.toml",
        "    tests/unit/wide = readonly",
    )
    run().assert_outcomes(passed=4, failed=1)
    ini(
        "sandbox_policy = tests/unit/policy.toml",
        "sandbox_strict = no",
        "sandbox_policies = tests_beside = lenient.toml",
    )
    run(None, "test_top.py", "tests_beside").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "line, message",
    [
        ("sandbox_mode = strict", "sandbox_mode must be 'off', 'warn' or 'enforce', not 'strict'"),
        ("sandbox_policy = missing.toml", "sandbox_policy: *No such file*missing.toml*"),
        ("sandbox_policy = wrong.toml", "sandbox_policy: *wrong.toml, line 1: no policy has a key 'raed'*'read'*"),
        ("sandbox_policies = tests", "sandbox_policies: 'tests' is not of the form 'FOLDER = POLICY'"),
        ("sandbox_policies = tets = readonly", "sandbox_policies: 'tets' is no folder in *"),
    ],
)
def test_mistakes_in_the_configuration_end_the_run(run, ini, pytester, line, message):
    (pytester.path / "wrong.toml").write_text("raed = []")
    ini(line)
    result = run("def test_it(): pass")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_an_unknown_mode_ends_the_run(run):
    assert run("def test_it(): pass", "--sandbox=strict").ret == 4
