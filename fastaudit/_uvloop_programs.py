"""How uvloop's loop starts programs inside a sandbox: by Python's own subprocess. See `_uvloop.py`."""

import os
import subprocess
import threading
from asyncio.unix_events import _UnixSubprocessTransport  # type: ignore[attr-defined, unused-ignore]
from typing import Any

PIPE = subprocess.PIPE


async def run_program(
    loop: Any,
    protocol_factory: Any,
    args: Any,
    shell: bool,
    stdin: Any,
    stdout: Any,
    stderr: Any,
    bufsize: int = 0,
    **options: Any,
) -> Any:
    """Start a program as asyncio's own loop does, and wait for its end in a thread."""
    if options.pop("universal_newlines", False):
        raise ValueError("universal_newlines must be False")
    if bufsize != 0:
        raise ValueError("bufsize must be 0")
    waiter = loop.create_future()
    transport = _UnixSubprocessTransport(
        loop, protocol_factory(), args, shell, stdin, stdout, stderr, bufsize, waiter=waiter, **options
    )

    def wait() -> None:
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(transport.get_pid(), 0)[1])
        except ChildProcessError:
            code = 255  # somebody else took it, as asyncio says
        if not loop.is_closed():
            loop.call_soon_threadsafe(transport._process_exited, code)

    threading.Thread(target=wait, daemon=True, name="fastaudit-wait").start()
    try:
        await waiter
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:
        transport.close()
        await transport._wait()
        raise
    return transport, transport.get_protocol()


async def subprocess_exec(
    loop: Any,
    protocol_factory: Any,
    program: Any,
    *args: Any,
    shell: bool = False,
    stdin: Any = PIPE,
    stdout: Any = PIPE,
    stderr: Any = PIPE,
    **options: Any,
) -> Any:
    if shell:
        raise ValueError("shell must be False")
    return await run_program(loop, protocol_factory, (program, *args), False, stdin, stdout, stderr, **options)


async def subprocess_shell(
    loop: Any,
    protocol_factory: Any,
    cmd: Any,
    *,
    shell: bool = True,
    stdin: Any = PIPE,
    stdout: Any = PIPE,
    stderr: Any = PIPE,
    **options: Any,
) -> Any:
    if not shell:
        raise ValueError("shell must be True")
    return await run_program(loop, protocol_factory, cmd, True, stdin, stdout, stderr, **options)


async def subprocess_run(
    loop: Any,
    protocol_factory: Any,
    args: Any,
    stdin: Any = PIPE,
    stdout: Any = PIPE,
    stderr: Any = PIPE,
    universal_newlines: bool = False,
    shell: bool = False,
    **options: Any,
) -> Any:
    """Do what uvloop's own two call, which is private there and yet in reach."""
    options["universal_newlines"] = universal_newlines
    return await run_program(loop, protocol_factory, args, shell, stdin, stdout, stderr, **options)
