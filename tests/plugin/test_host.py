"""What pytest's plugins have set for the time of a test goes on working while the test is held."""


def test_a_timeout_tells_the_threads_and_fails_the_test(run):
    result = run(
        """
        import time

        @pytest.mark.timeout(0.2, method="signal")
        @pytest.mark.sandbox
        def test_too_long():
            time.sleep(60)

        @pytest.mark.timeout(60, method="signal")
        @pytest.mark.sandbox
        def test_in_time():
            assert current() is not None
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*Timeout*0.2*"])
    result.stdout.no_fnmatch_line("*sandbox: *")


def test_threads_run_under_a_tool_that_traces_all_threads(run, pytester):
    pytester.makeconftest(
        """
        import threading

        import pytest

        def trace(*_):
            return None

        @pytest.fixture(autouse=True)
        def tool():
            before = threading.gettrace(), threading.getprofile()
            threading.settrace(trace)
            threading.setprofile(trace)
            yield
            assert threading.gettrace() is threading.getprofile() is trace
            threading.settrace(before[0])
            threading.setprofile(before[1])
        """
    )
    run(
        """
        import threading

        @pytest.mark.sandbox
        def test_thread():
            seen = []
            thread = threading.Thread(target=lambda: seen.append(current()))
            thread.start()
            thread.join()
            assert seen != [] and seen != [None]
        """
    ).assert_outcomes(passed=1)


def test_a_tool_that_traces_the_test_goes_on(run, pytester):
    pytester.makeconftest(
        """
        import sys

        import pytest

        lines = set()

        def trace(frame, event, arg):
            if frame.f_code.co_name == "helper":
                lines.add(frame.f_lineno - frame.f_code.co_firstlineno)
            return trace

        @pytest.fixture(autouse=True)
        def tool():
            before = sys.gettrace()
            sys.settrace(trace)
            yield
            assert sys.gettrace() is trace
            sys.settrace(before)
            assert lines == {0, 1, 2}
        """
    )
    run(
        """
        def helper():
            one = 1
            return one

        @pytest.mark.sandbox
        def test_traced():
            assert helper() == 1 and current() is not None
        """
    ).assert_outcomes(passed=1)


def test_the_class_of_the_fixture_can_be_named(run):
    run(
        """
        from fastaudit.pytest_plugin import Sandboxed

        def test_named(sandboxed: Sandboxed):
            assert type(sandboxed) is Sandboxed and "0 violations" in repr(sandboxed)
        """
    ).assert_outcomes(passed=1)
