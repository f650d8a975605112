"""Tests that are coroutines: held in whatever task, context and loop they run in, and nothing else there is."""

HOLDS = """
    import asyncio

    def refused():
        try:
            SECRET.read_text()
        except PermissionError:
            return True
        return False

    async def everywhere():
        assert refused() and current() is not None
        await asyncio.sleep(0)
        assert refused()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.to_thread(refused)), group.create_task(elsewhere())]
        assert all(task.result() for task in tasks)
        loop = asyncio.get_running_loop()
        called = loop.create_future()
        loop.call_soon(lambda: called.set_result(refused()))
        assert await called
        assert await loop.run_in_executor(None, refused)

    async def elsewhere():
        await asyncio.sleep(0)
        return refused()

    pytestmark = pytest.mark.sandbox(strict=False)
    """


def test_pytest_asyncio(run, write):
    write(
        HOLDS
        + """
    @pytest.mark.asyncio
    async def test_function(sandboxed):
        await everywhere()
        assert len(sandboxed.violations) == 6

    @pytest.mark.asyncio(loop_scope="module")
    class TestClass:
        async def test_one(self):
            await everywhere()

        @staticmethod
        async def test_two():
            await everywhere()

    @pytest.mark.asyncio
    @pytest.mark.parametrize("n", [1, 2])
    async def test_parametrised(n):
        await everywhere()

    @pytest.mark.asyncio
    @pytest.mark.xfail(raises=PermissionError, strict=True)
    async def test_failing():
        SECRET.read_text()
    """
    )
    run().assert_outcomes(passed=5, xfailed=1)
    run(None, "-o", "asyncio_mode=auto").assert_outcomes(passed=5, xfailed=1)


def test_what_wider_fixtures_run_in_the_same_loop_is_not_held(run):
    run(
        """
        import asyncio

        import pytest_asyncio

        @pytest_asyncio.fixture(scope="module", loop_scope="module")
        async def server():
            async def serve():
                while True:
                    asked = await questions.get()
                    asked.set_result((SECRET.read_text(), current()))

            questions = asyncio.Queue()
            task = asyncio.create_task(serve())
            yield questions
            assert not task.done()
            task.cancel()

        @pytest.mark.sandbox(strict=False)
        @pytest.mark.asyncio(loop_scope="module")
        async def test_asking(server):
            for _ in range(3):
                answer = asyncio.get_running_loop().create_future()
                await server.put(answer)
                assert await answer == ("secret", None)
                with pytest.raises(PermissionError):
                    SECRET.read_text()

        @pytest.mark.asyncio(loop_scope="module")
        async def test_not_held(server):
            assert current() is None
        """
    ).assert_outcomes(passed=2)


def test_anyio_on_asyncio_and_trio(run):
    run(
        """
        import anyio

        pytestmark = [pytest.mark.anyio, pytest.mark.sandbox(strict=False)]

        def refused():
            try:
                SECRET.read_text()
            except PermissionError:
                return True
            return False

        async def note(seen):
            await anyio.sleep(0)
            seen.append(refused())

        @pytest.fixture
        async def prepared(anyio_backend):
            yield SECRET.read_text()
            SECRET.read_text()

        @pytest.fixture(scope="module")
        async def wide(anyio_backend):
            async def serve():
                async for answer in questions:
                    await answer.send((SECRET.read_text(), current() is None))

            send, questions = anyio.create_memory_object_stream(5)
            async with anyio.create_task_group() as group:
                group.start_soon(serve)
                yield send
                group.cancel_scope.cancel()

        @pytest.fixture(scope="module")
        def anyio_backend(request):
            return request.param

        def pytest_generate_tests(metafunc):
            metafunc.parametrize("anyio_backend", ["asyncio", "trio"], indirect=True, scope="module")

        async def test_function(prepared, sandboxed):
            seen = []
            async with anyio.create_task_group() as group:
                group.start_soon(note, seen)
                with anyio.move_on_after(60):
                    await note(seen)
            seen.append(await anyio.to_thread.run_sync(refused))
            assert seen == [True, True, True]
            assert len(sandboxed.violations) == 3

        async def test_wide(wide):
            send, answers = anyio.create_memory_object_stream(5)
            await wide.send(send)
            assert await answers.receive() == ("secret", True)
            assert refused()
        """
    ).assert_outcomes(passed=4)


def test_unittest(run):
    run(
        HOLDS
        + """
    import unittest

    class TestAsync(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self):
            assert not refused()

        async def asyncTearDown(self):
            assert not refused()

        async def test_coroutine(self):
            await everywhere()

        def test_function(self):
            assert refused()
    """
    ).assert_outcomes(passed=2)


def test_hypothesis_with_asyncio_and_anyio(run):
    run(
        HOLDS
        + """
    from hypothesis import given, settings, strategies

    numbers = given(number=strategies.integers())
    few = settings(max_examples=5, database=None)

    @pytest.mark.asyncio
    @few
    @numbers
    async def test_asyncio(number):
        await everywhere()

    @pytest.mark.anyio
    @few
    @numbers
    async def test_anyio(anyio_backend, number):
        assert refused()
    """
    ).assert_outcomes(passed=3)
