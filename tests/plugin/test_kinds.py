"""Tests that are no plain functions: doctests, unittest's, hypothesis's, and those of other plugins."""

import pytest


def test_doctests_run_and_can_be_held(run, ini, pytester, secret):
    (pytester.path / "module.py").write_text(
        f'''
def held():
    """
    >>> open({str(secret)!r}).read()
    Traceback (most recent call last):
    fastaudit.PermissionViolation: ...
    >>> from fastaudit import current
    >>> current().policy.name
    'told by the configuration | sandbox of module.held'
    """

def writing():
    """
    >>> _ = (getfixture("tmp_path") / "file")
    >>> raise KeyError
    Traceback (most recent call last):
    KeyError
    """
'''
    )
    (pytester.path / "page.txt").write_text(">>> import fastaudit\n>>> fastaudit.current() is None\nFalse\n")
    (pytester.path / "policy.toml").write_text('name = "told by the configuration"')
    result = run(None, "--doctest-modules", "--doctest-glob=*.txt")
    result.assert_outcomes(failed=2, passed=1)
    ini("sandbox_policy = policy.toml", "sandbox_strict = false", "doctest_optionflags = ELLIPSIS")
    result = run(None, "--doctest-modules", "--doctest-glob=*.txt", "-k", "not writing")
    result.assert_outcomes(passed=2)


def test_a_doctest_that_swallows_fails(run, pytester, secret):
    (pytester.path / "page.txt").write_text(
        f"""
>>> try:
...     open({str(secret)!r})
... except OSError:
...     pass
"""
    )
    result = run(None, "--doctest-glob=*.txt", "--sandbox-policy=policy.toml")
    assert result.ret == 4
    (pytester.path / "policy.toml").write_text("")
    result = run(None, "--doctest-glob=*.txt", "--sandbox-policy=policy.toml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the test passed, but swallowed *"])


def test_unittest_cases_are_held_in_the_test_and_nowhere_else(run):
    result = run(
        """
        import unittest

        @pytest.mark.sandbox
        class TestCase(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                SECRET.read_text()

            @pytest.fixture(autouse=True)
            def folder(self, tmp_path):
                self.tmp_path = tmp_path

            def setUp(self):
                assert current() is None
                self.text = SECRET.read_text()
                self.addCleanup(SECRET.read_text)

            def tearDown(self):
                assert current() is None
                SECRET.read_text()

            def test_held(self):
                assert self.text == "secret" and current() is not None
                (self.tmp_path / "file").write_text("x")

            def test_refused(self):
                SECRET.read_text()

            def test_swallowed(self):
                with self.assertRaises(PermissionError):
                    SECRET.read_text()

            @pytest.mark.sandbox(strict=False)
            def test_allowed_for(self):
                with self.assertRaises(PermissionError):
                    SECRET.read_text()

            @unittest.skip("not now")
            def test_skipped(self):
                raise AssertionError

            def test_skipping(self):
                self.skipTest("not now")

            @unittest.expectedFailure
            def test_expected(self):
                SECRET.read_text()

            def test_subtests(self):
                for number in range(3):
                    with self.subTest(number=number):
                        assert current() is not None

        @pytest.mark.sandbox
        class TestSetUpFails(unittest.TestCase):
            def setUp(self):
                raise ValueError("of setUp")

            def test_it(self):
                pass
        """,
        "-rA",
    )
    result.assert_outcomes(passed=3, failed=3, skipped=2, xfailed=1)
    result.stdout.fnmatch_lines_random(
        [
            "E *fastaudit.PermissionViolation: *",
            "the test passed, but swallowed *",
            "E *ValueError: of setUp",
        ]
    )


def test_each_example_of_hypothesis_is_held_and_the_engine_is_not(run, pytester):
    result = run(
        """
        from hypothesis import given, settings, strategies

        @pytest.mark.sandbox
        @given(number=strategies.integers())
        @settings(max_examples=5)
        def test_function(number):
            assert current() is not None

        @pytest.mark.sandbox
        class TestClass:
            @given(number=strategies.integers())
            def test_failing(self, number):
                if number > 1000:
                    SECRET.read_text()

        @pytest.mark.sandbox
        @given(number=strategies.integers())
        @settings(max_examples=20)
        def test_swallowing(number):
            try:
                SECRET.read_text()
            except OSError:
                pass
        """
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*PermissionViolation*", "*test_failing(*", "*number=*"])


def test_state_machines_are_held_rule_by_rule(run):
    result = run(
        """
        from hypothesis import settings, strategies
        from hypothesis.stateful import RuleBasedStateMachine, rule

        class Machine(RuleBasedStateMachine):
            @rule(number=strategies.integers())
            @sandbox(Policy())
            def step(self, number):
                assert current() is not None

        Machine.TestCase.settings = settings(max_examples=5, stateful_step_count=5)

        @pytest.mark.sandbox(mode="off")
        class TestRules(Machine.TestCase):
            pass

        @pytest.mark.sandbox
        class TestWhole(Machine.TestCase):
            pass
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["a state machine of hypothesis cannot be held as a whole: *"])


def test_items_of_other_plugins_are_held_while_they_run(run, ini, pytester, secret):
    pytester.makeconftest(
        f"""
        import pytest

        class Item(pytest.Item):
            def setup(self):
                open({str(secret)!r}).close()

            def runtest(self):
                open({str(secret)!r})

        class File(pytest.File):
            def collect(self):
                yield Item.from_parent(self, name="item")

        def pytest_collect_file(file_path, parent):
            if file_path.suffix == ".odd":
                return File.from_parent(parent, path=file_path)
        """
    )
    (pytester.path / "file.odd").write_text("")
    (pytester.path / "policy.toml").write_text("")
    run().assert_outcomes(passed=1)
    ini("sandbox_policies = . = policy.toml")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*PermissionViolation*sandbox of item*(entered at file.odd:1)*"])


if pytest.version_tuple >= (9,):  # which brings the fixture

    def test_subtests_tell_what_failed_in_them(run):
        result = run(
            """
            @pytest.mark.sandbox
            def test_parts(subtests):
                for number in range(3):
                    with subtests.test(number=number):
                        if number == 1:
                            SECRET.read_text()
            """
        )
        result.stdout.fnmatch_lines(["*PermissionViolation*"])
        assert result.ret == 1


def test_mocked_and_wrapped_functions_are_held(run):
    run(
        """
        import functools
        from unittest import mock

        def wrapped(function):
            @functools.wraps(function)
            def call(*args, **kwargs):
                assert current() is not None
                return function(*args, **kwargs)
            return call

        pytestmark = pytest.mark.sandbox

        @mock.patch("os.getcwd")
        @wrapped
        def test_both(patched, tmp_path):
            assert os.getcwd() is patched.return_value

        class TestClass:
            @mock.patch.object(os, "getcwd", new=lambda: "x")
            def test_method(self):
                assert current() is not None and os.getcwd() == "x"
        """
    ).assert_outcomes(passed=2)
