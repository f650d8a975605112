"""The marker: what it holds, which one counts, and what it says about mistakes."""


def test_the_body_is_held_and_everything_around_it_is_not(run):
    run(
        """
        @pytest.fixture(scope="session")
        def wide():
            yield SECRET.read_text()
            SECRET.read_text()

        @pytest.fixture
        def near():
            assert current() is None
            yield SECRET.read_text()
            SECRET.read_text()

        def setup_function(function):
            SECRET.read_text()

        def teardown_function(function):
            SECRET.read_text()

        @pytest.mark.sandbox
        def test_inside(wide, near):
            assert wide == near == "secret"
            with pytest.raises(PermissionError):
                SECRET.read_text()
            assert current() is not None

        def test_after():
            assert current() is None
            SECRET.read_text()
        """,
        "-o",
        "sandbox_strict=false",
    ).assert_outcomes(passed=2)


def test_a_refusal_fails_the_test_as_any_error_does(run):
    result = run(
        """
        @pytest.mark.sandbox
        def test_inside():
            SECRET.read_text()
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*SECRET.read_text()",
            "E *PermissionViolation: *read refused: *secret.txt is outside every allowed root of policy "
            "'sandbox of test_inside' (entered at test_inner.py:*); at test_inner.py:*; to allow it: read=*",
        ]
    )
    result.stdout.no_fnmatch_line("*_pytest_held*")
    result.stdout.no_fnmatch_line("*_decorate.py*")


def test_it_takes_a_policy_or_the_keywords_of_one(run):
    run(
        """
        @pytest.mark.sandbox(Policy(read=[SECRET]))
        def test_policy():
            SECRET.read_text()

        @pytest.mark.sandbox(read=[SECRET])
        def test_keywords():
            SECRET.read_text()

        @pytest.mark.sandbox(Policy(read=[SECRET.parent]) & Policy(read=[SECRET]))
        def test_two_policies(tmp_path):
            SECRET.read_text()
            (tmp_path / "file").write_text("x")

        @pytest.mark.sandbox(read=True, deny=Deny(read=[SECRET]))
        def test_deny():
            with pytest.raises(PermissionError):
                SECRET.read_text()
        """,
        "-o",
        "sandbox_strict=false",
    ).assert_outcomes(passed=4)


def test_it_holds_classes_modules_and_parametrised_cases(run, write):
    write(
        """
        pytestmark = pytest.mark.sandbox(read=[SECRET])

        def test_module():
            assert current() is not None
            SECRET.read_text()
        """,
        "test_module.py",
    )
    run(
        """
        @pytest.mark.sandbox
        class TestClass:
            def test_method(self):
                assert current() is not None

            @staticmethod
            def test_static():
                assert current() is not None

        @pytest.mark.parametrize(
            "held", [pytest.param(True, marks=pytest.mark.sandbox), False, pytest.param(True, marks=pytest.mark.sandbox)]
        )
        def test_case(held):
            assert (current() is not None) == held
        """
    ).assert_outcomes(passed=6)


def test_the_nearest_marker_wins(run):
    run(
        """
        pytestmark = pytest.mark.sandbox(read=[SECRET])

        @pytest.mark.sandbox(Policy())
        class TestClass:
            def test_class(self):
                with pytest.raises(PermissionError):
                    SECRET.read_text()

            @pytest.mark.sandbox(read=[SECRET.parent])
            def test_method(self):
                SECRET.read_text()

        def test_module():
            SECRET.read_text()
        """,
        "-o",
        "sandbox_strict=false",
    ).assert_outcomes(passed=3)


def test_a_marker_without_a_policy_keeps_that_of_the_marker_around_it(run):
    run(
        """
        pytestmark = pytest.mark.sandbox(read=[SECRET])

        @pytest.mark.sandbox(strict=False)
        def test_more_lenient():
            SECRET.read_text()
            with pytest.raises(PermissionError):
                os.listdir(SECRET.parent)

        @pytest.mark.sandbox(mode="off")
        def test_exempt():
            assert current() is None
        """
    ).assert_outcomes(passed=2)


def test_relative_paths_lie_beneath_the_folder_of_the_test_file(run, pytester, write):
    write(
        """
        @pytest.mark.sandbox(read=["data"])
        def test_data():
            assert (pathlib.Path(__file__).parent / "data/file.txt").read_text() == "data"
        """,
        "deep/down/test_data.py",
    )
    folder = pytester.path / "deep/down/data"
    folder.mkdir()
    (folder / "file.txt").write_text("data")
    run().assert_outcomes(passed=1)


def test_mistakes_fail_the_test_and_say_what_is_right(run):
    result = run(
        """
        @pytest.mark.sandbox(raed=["x"])
        def test_key():
            pass

        @pytest.mark.sandbox(mode="wran")
        def test_mode():
            pass

        @pytest.mark.sandbox("offline")
        def test_type():
            pass

        @pytest.mark.sandbox(Policy(), read=["x"])
        def test_both():
            pass

        @pytest.mark.sandbox(strict="no")
        def test_strict():
            pass
        """
    )
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(
        [
            "*PolicyError: Policy has no key 'raed'; did you mean 'read'?",
            "*PolicyError: sandbox: mode must be *wran*did you mean 'warn'?",
            "*TypeError: sandbox takes a Policy, not str: *",
            "*TypeError: sandbox takes a Policy, or the keywords of one: *",
            "*TypeError: sandbox: strict must be True or False, *",
        ]
    )


def test_the_marker_is_registered(run):
    result = run(None, "--markers", "--strict-markers")
    result.stdout.fnmatch_lines(["@pytest.mark.sandbox(policy=None, /, *, mode=..., strict=..., [*][*]keywords): *"])


def test_the_fixture_holds_by_itself_and_tells_what_the_box_tells(run):
    run(
        """
        @pytest.fixture
        def told(sandboxed):
            assert sandboxed.violations == () and sandboxed.policy is None
            yield sandboxed
            (violation,) = sandboxed.violations
            assert violation.target == str(SECRET)

        @pytest.mark.sandbox(strict=False)
        def test_asked_for_by_a_fixture(told):
            SECRET.exists()
            with pytest.raises(PermissionError):
                SECRET.read_text()
            assert str(told.violations) == str(current().violations) != "()"
            assert told.policy == current().policy
            assert told.quiet == told.dropped == 0
            assert told.left_open == told.trusted_calls == told.active_calls() == ()
            assert told.race_free == current().race_free
            with open(__file__):
                assert told.allowed["read"] > 0

        def test_asked_for_alone(sandboxed):
            assert sandboxed.policy == current().policy

        @pytest.fixture
        def dynamic(request):
            request.getfixturevalue("sandboxed")

        def test_asked_for_dynamically(dynamic):
            assert current() is not None
        """
    ).assert_outcomes(passed=3)


def test_the_fixture_cannot_be_asked_for_too_late(run):
    result = run(
        """
        def test_late(request):
            request.getfixturevalue("sandboxed")
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'sandboxed' was asked for when the test ran already, without a sandbox"])


def test_what_nobody_can_hold_fails(run, pytester):
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(pyfuncitem):
            pyfuncitem.module.test_run_by_somebody_else()
            return True
        """
    )
    result = run(
        """
        @pytest.mark.sandbox
        def test_run_by_somebody_else():
            pass
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ran without its sandbox*"])
