"""What pytest itself does in the call phase goes on working in a test that is held."""


def test_temporary_folders_that_the_test_asked_for_are_granted(run):
    run(
        """
        @pytest.fixture
        def made(tmp_path):
            (tmp_path / "made").mkdir()
            return tmp_path / "made"

        @pytest.mark.sandbox
        def test_tmp_path(tmp_path):
            (tmp_path / "file").write_text("x")
            assert os.listdir(tmp_path) == ["file"]
            assert (tmp_path / "file").read_text() == "x"
            (tmp_path / "file").unlink()

        @pytest.mark.sandbox
        def test_by_a_fixture(made):
            (made / "file").write_text("x")

        @pytest.mark.sandbox
        def test_tmpdir(tmpdir):
            tmpdir.join("file").write("x")

        @pytest.mark.sandbox
        def test_factory(tmp_path_factory):
            (tmp_path_factory.mktemp("more") / "file").write_text("x")

        @pytest.fixture
        def other(tmp_path_factory):
            return tmp_path_factory.mktemp("other")

        @pytest.mark.sandbox(strict=False)
        def test_others_are_not(tmp_path, other):
            with pytest.raises(PermissionError):
                (other / "file").write_text("x")
            with pytest.raises(PermissionError):
                os.listdir(tmp_path.parent)

        @pytest.mark.sandbox(deny=Deny(write=["/"]), strict=False)
        def test_deny_beats_that(tmp_path):
            with pytest.raises(PermissionError):
                (tmp_path / "file").write_text("x")
        """
    ).assert_outcomes(passed=6)


def test_sources_and_the_data_of_packages_are_readable_and_nothing_else_is(run, pytester, write):
    package = pytester.mkpydir("package")
    (package / "data.txt").write_text("data")
    deep = pytester.path / "src/deep"
    deep.mkdir(parents=True)
    (deep / "__init__.py").write_text("")
    (deep / "data.txt").write_text("data")
    (pytester.path / ".env").write_text("TOKEN=1")
    (pytester.path / "module.py").write_text("x = 1\n")
    write(
        """
        @pytest.mark.sandbox(strict=False)
        def test_reading():
            import importlib.resources
            import inspect

            import module
            import package

            assert (importlib.resources.files(package) / "data.txt").read_text() == "data"
            assert pathlib.Path("src/deep/data.txt").read_text() == "data"
            assert inspect.getsource(module) == "x = 1\\n"
            assert "test_reading" in pathlib.Path(__file__).read_text()
            with pytest.raises(PermissionError):
                open(".env")
        """,
    )
    run().assert_outcomes(passed=1)
    run(None, "--import-mode=importlib", "-o", "pythonpath=.").assert_outcomes(passed=1)


def test_a_test_beside_no_importable_module_can_read_its_own_file_and_package(run, pytester, write):
    write(
        """
        import traceback

        @pytest.mark.sandbox(strict=False)
        def test_reading():
            here = pathlib.Path(__file__)
            assert here.read_text() and here.with_name("data.txt").read_text() == "data"
            assert (here.parents[1] / "conftest.py").read_text() == "# conftest"
            with pytest.raises(PermissionError):
                (here.parents[1] / "data.txt").read_text()
            try:
                raise RuntimeError("told with its source")
            except RuntimeError:
                assert "told with its source" in traceback.format_exc()
        """,
        "a/b/test_reading.py",
    )
    (pytester.path / "a/b/__init__.py").write_text("")
    (pytester.path / "a/b/data.txt").write_text("data")
    (pytester.path / "a/data.txt").write_text("data")
    (pytester.path / "a/conftest.py").write_text("# conftest")
    run(None, "--import-mode=importlib").assert_outcomes(passed=1)


def test_output_and_log_are_captured(run, pytester):
    text = """
        import logging
        import sys
        import warnings

        @pytest.mark.sandbox
        def test_capfd(capfd):
            os.write(1, b"raw")
            os.write(2, b"error")
            assert capfd.readouterr() == ("raw", "error")
            with capfd.disabled():
                os.write(1, b"shown as it is")
            print("x" * 100_000)
            assert len(capfd.readouterr().out) == 100_001

        @pytest.mark.sandbox
        def test_capsys(capsys):
            print("text")
            assert capsys.readouterr().out == "text\\n"

        @pytest.mark.sandbox
        def test_capfdbinary(capfdbinary):
            os.write(1, b"raw")
            assert capfdbinary.readouterr().out == b"raw"

        @pytest.mark.sandbox
        def test_caplog(caplog):
            with caplog.at_level(logging.DEBUG):
                logging.getLogger("x").debug("said")
            assert caplog.messages == ["said"]

        @pytest.mark.sandbox
        def test_captured():
            print("printed before it failed")
            logging.getLogger("x").warning("logged before it failed")
            with pytest.warns(UserWarning):
                warnings.warn("x", stacklevel=1)
            assert False
        """
    for options in (), ("-s",), ("--capture=sys",), ("--log-cli-level=DEBUG", "--log-file=all.log"):
        result = run(text, *options)
        result.assert_outcomes(passed=4, failed=1)
        result.stdout.fnmatch_lines(["*printed before it failed*"])
        result.stdout.no_fnmatch_line("*sandbox: *")
    assert "logged before it failed" in (pytester.path / "all.log").read_text()


def test_the_cache_is_kept(run, pytester):
    text = """
        @pytest.mark.sandbox
        def test_cache(request, cache):
            assert request.config.cache.get("mine/value", None) in (None, [1])
            cache.set("mine/value", [1])
            (cache.mkdir("mine") / "file").write_text("x")
            assert {failed}
        """
    run(text.format(failed=False)).assert_outcomes(failed=1)
    run(text.format(failed=True), "--lf").assert_outcomes(passed=1)
    assert (pytester.path / ".pytest_cache/d/mine/file").is_file()
    run(text.format(failed=True), "-p", "no:cacheprovider").assert_outcomes(errors=1)


def test_failed_assertions_are_explained(run, pytester):
    (pytester.path / "helper.py").write_text("def check(a, b):\n    assert a == b\n")
    pytester.makeconftest("import pytest\npytest.register_assert_rewrite('helper')")
    result = run(
        """
        @pytest.mark.sandbox
        def test_here():
            assert {"a": 1, "b": [1, 2]} == {"a": 1, "b": [1, 3]}

        @pytest.mark.sandbox
        def test_in_a_module_that_is_imported_in_the_body():
            import helper

            helper.check([1, 2], [1, 3])
        """
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*Differing items*", "*At index 1 diff: 2 != 3*"])
    result.stdout.no_fnmatch_line("*sandbox: *")


def test_fixtures_of_pytest_work_in_the_body(run):
    run(
        """
        import tempfile

        @pytest.mark.sandbox
        def test_monkeypatch(monkeypatch, tmp_path, record_property):
            monkeypatch.setenv("SOME_NAME", "x")
            monkeypatch.setattr(os, "getcwd", lambda: "x")
            monkeypatch.syspath_prepend(tmp_path)
            (tmp_path / "fresh_module.py").write_text("x = 1")
            import fresh_module
            record_property("key", fresh_module.x)
            assert tempfile.mkdtemp(dir=tmp_path)

        @pytest.mark.sandbox(cwd=True)
        def test_chdir(monkeypatch, tmp_path):
            monkeypatch.chdir(tmp_path)
            pathlib.Path("file").write_text("x")

        @pytest.mark.sandbox
        def test_skipping():
            pytest.importorskip("no_such_module")

        @pytest.mark.sandbox
        @pytest.mark.xfail(raises=PermissionError, strict=True)
        def test_expected_to_fail():
            SECRET.read_text()
        """,
        "--junitxml=report.xml",
    ).assert_outcomes(passed=2, skipped=1, xfailed=1)


def test_a_test_that_is_run_again_is_held_again(run, pytester):
    pytester.makeconftest(
        """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(2):
                item._initrequest()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    result = run(
        """
        @pytest.mark.sandbox(strict=False)
        def test_again(sandboxed):
            assert current() is not None and not sandboxed.violations
            with pytest.raises(PermissionError):
                SECRET.read_text()
        """,
        "-v",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*sandbox: 1 operation refused*"])
