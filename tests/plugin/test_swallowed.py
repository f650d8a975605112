"""A refusal that a test swallowed fails it, unless it is quiet, somebody else's, or allowed for."""

SWALLOWED = """
    def swallow():
        try:
            SECRET.read_text()
        except OSError:
            pass

    @pytest.mark.sandbox({keywords})
    def test_swallowing():
        swallow()
    """


def test_a_refusal_that_was_swallowed_fails_the_test_and_is_told(run):
    result = run(SWALLOWED.format(keywords=""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "the test passed, but swallowed what its sandbox refused (strict=False allows that):",
            "  what    read *secret.txt (open): outside-root",
            "  where   *test_inner.py:* in swallow",
            '  allow   read=[[]"*secret.txt"]',
        ]
    )


def test_the_marker_or_the_configuration_allow_for_it(run, ini):
    run(SWALLOWED.format(keywords="strict=False")).assert_outcomes(passed=1)
    ini("sandbox_strict = false")
    run(SWALLOWED.format(keywords="")).assert_outcomes(passed=1)
    run(SWALLOWED.format(keywords="strict=True")).assert_outcomes(failed=1)
    run(SWALLOWED.format(keywords="mode='warn'"), "-o", "sandbox_strict=true").assert_outcomes(passed=1)


def test_quiet_refusals_do_not_fail_it(run):
    run(
        """
        @pytest.mark.sandbox
        def test_quiet(sandboxed, tmp_path):
            with pytest.raises(PermissionError):
                os.mkdir(SECRET.parent / "__pycache__")
            assert sandboxed.quiet == 1 and not sandboxed.violations
        """
    ).assert_outcomes(passed=1)


def test_a_skip_that_a_refusal_led_to_is_a_failure(run):
    result = run(
        """
        @pytest.mark.sandbox
        def test_skipping():
            try:
                SECRET.read_text()
            except OSError:
                pytest.skip("the network seems to be down")

        @pytest.mark.sandbox(strict=False)
        def test_skipping_as_it_may():
            try:
                SECRET.read_text()
            except OSError:
                pytest.skip("the network seems to be down")
        """
    )
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["the test was skipped, but swallowed what its sandbox refused *"])


def test_what_was_swallowed_in_threads_and_tasks_counts(run):
    run(
        """
        import asyncio
        import threading

        def swallow():
            try:
                SECRET.read_text()
            except OSError:
                pass

        @pytest.mark.sandbox
        def test_thread():
            thread = threading.Thread(target=swallow)
            thread.start()
            thread.join()

        @pytest.mark.sandbox
        def test_task():
            async def main():
                async def task():
                    swallow()

                async with asyncio.TaskGroup() as group:
                    group.create_task(task())
                    group.create_task(asyncio.to_thread(swallow))

            asyncio.run(main())
        """
    ).assert_outcomes(failed=2)


def test_refusals_of_sandboxes_inside_the_test_are_theirs(run):
    result = run(
        """
        guest = Policy(name="guest")

        @pytest.mark.sandbox(read=[SECRET])
        def test_a_guest_is_refused(sandboxed):
            with sandbox(guest) as box:
                with pytest.raises(PermissionError):
                    SECRET.read_text()
            assert len(box.violations) == len(sandboxed.violations) == 1

        @pytest.mark.sandbox
        def test_the_guest_is_refused_what_the_test_may_not_do_either():
            with sandbox(Policy(read=[SECRET])):
                try:
                    SECRET.read_text()
                except OSError:
                    pass
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*sandbox: 1 operation refused*"])


def test_the_errors_of_a_test_that_failed_are_its_own(run):
    result = run(
        """
        @pytest.mark.sandbox
        def test_failing():
            try:
                SECRET.read_text()
            except OSError:
                pass
            assert 1 == 2
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *assert 1 == 2", "*sandbox: 1 operation refused*"])
    result.stdout.no_fnmatch_line("*the test passed*")
