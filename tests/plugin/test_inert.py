"""Installed and not used, the plugin changes nothing."""

import subprocess
import sys


def test_a_run_that_does_not_use_it_has_no_hook_and_loads_nothing_of_it(pytester):
    pytester.makepyfile(
        """
        import os
        import sys

        import fastaudit
        from fastaudit import _scope

        def test_nothing_is_in_force(request):
            assert fastaudit.current() is None
            assert not _scope._prepared
            assert "fastaudit._pytest_held" not in sys.modules
            assert "fastaudit._pytest_policy" not in sys.modules
            assert request.function.__code__.co_filename == __file__
            assert not hasattr(request.function, "__wrapped__")
            assert not os.path.exists(".pytest_cache/d/fastaudit")
        """
    )
    for options in (), ("--sandbox=enforce",):
        pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


def test_with_the_mode_off_nothing_of_it_is_loaded_for_tests_that_are_marked(pytester):
    pytester.makepyfile(
        """
        import sys

        import pytest

        @pytest.mark.sandbox(read=["x"])
        def test_marked():
            assert "fastaudit._pytest_policy" not in sys.modules
        """
    )
    pytester.runpytest_subprocess("--sandbox=off").assert_outcomes(passed=1)


def test_it_can_be_left_out(pytester):
    pytester.makepyfile("def test_it(): pass")
    pytester.runpytest_subprocess("-p", "no:fastaudit").assert_outcomes(passed=1)


def test_the_package_does_not_need_pytest():
    code = "import sys; sys.modules['pytest'] = sys.modules['_pytest'] = None; import fastaudit"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


def test_tests_beside_held_ones_are_as_they_were(run):
    run(
        """
        @pytest.mark.sandbox
        def test_held():
            assert current() is not None

        def test_beside(request, tmp_path):
            assert current() is None
            os.chdir(tmp_path)
            assert SECRET.read_text() == "secret"
        """
    ).assert_outcomes(passed=2)
