"""A host that imports a loop or a pool only after its sandboxes were made: code in them is held by it all the same."""

import subprocess
import sys
import textwrap

import pytest

BEFORE = """
import sys
from fastaudit import Policy, sandbox
made = sandbox(Policy())
@made
def decorated(function, *args):
    function(*args)
def held(function, *args):
    with made:
        function(*args)
held(int)
assert "asyncio" not in sys.modules
def harm():
    try:
        open(sys.argv[1], "w").close()
    except PermissionError:
        print("held")
"""

LATER = {
    "asyncio": """
        import asyncio, contextvars
        async def main():
            free = contextvars.copy_context()
            loop = asyncio.get_running_loop()
            HOW(lambda: loop.call_soon(harm, *[], **{"context": free}))
            await asyncio.sleep(0.01)
        asyncio.run(main())
        """,
    "multiprocessing": """
        import multiprocessing.pool
        pool = multiprocessing.pool.ThreadPool(1)
        HOW(lambda: pool.apply_async(harm))
        pool.close()
        pool.join()
        """,
    "trio": """
        trio = __import__("trio")
        async def main():
            token = trio.lowlevel.current_trio_token()
            HOW(lambda: token.run_sync_soon(harm))
            await trio.sleep(0.01)
        trio.run(main)
        """,
    "gevent": """
        gevent = __import__("gevent")
        event = __import__("gevent.event").event.Event()
        HOW(lambda: event.rawlink(lambda _: harm()))
        event.set()
        gevent.sleep(0.01)
        """,
    "greenlet": """
        greenlet = __import__("greenlet")
        main = greenlet.getcurrent()
        server = greenlet.greenlet(lambda: main.switch()())
        server.switch()
        HOW(lambda: server.switch(harm))
        """,
}


@pytest.mark.parametrize("how", ["held", "decorated"])
@pytest.mark.parametrize("what", LATER)
def test_what_is_imported_later_is_held(what, how, tmp_path):
    if what in ("trio", "gevent", "greenlet"):
        pytest.importorskip(what)
    script = BEFORE + textwrap.dedent(LATER[what]).replace("HOW", how)
    result = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "harmed"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout == "held\n", result.stdout + result.stderr
    assert not (tmp_path / "harmed").exists()


def test_a_guest_hides_no_import_by_taking_other_modules_away(tmp_path):
    script = BEFORE.replace("held(int)\n", "") + textwrap.dedent(
        """
        sys.modules.update({f"spare{number}": sys for number in range(1000)})
        held(int)
        before = len(sys.modules)
        import asyncio, contextvars
        def take_away():
            while len(sys.modules) > before:
                del sys.modules[next(name for name in sys.modules if name.startswith("spare"))]
        async def main():
            free = contextvars.copy_context()
            held(lambda: asyncio.get_running_loop().call_soon(harm, context=free))
            await asyncio.sleep(0.01)
        take_away()
        assert len(sys.modules) == before
        asyncio.run(main())
        """
    )
    run(script, tmp_path)


def test_what_a_trusted_function_imports_is_known_to_its_caller(tmp_path):
    script = BEFORE + textwrap.dedent(
        """
        from fastaudit import trusted
        kept = []
        @trusted
        def serve():
            import asyncio, contextvars
            kept[:] = asyncio.new_event_loop(), contextvars.copy_context()
        def guest():
            serve()
            kept[0].call_soon(harm, **{"context": kept[1]})
        held(guest)
        kept[0].call_soon(kept[0].stop)
        kept[0].run_forever()
        kept[0].close()
        """
    )
    run(script, tmp_path)


def run(script, folder):
    result = subprocess.run(
        [sys.executable, "-c", script, folder / "harmed"],
        capture_output=True, text=True, cwd=folder, timeout=60, check=False,
    )  # fmt: skip
    assert (result.stdout, result.stderr) == ("held\n", "")
    assert not (folder / "harmed").exists()
