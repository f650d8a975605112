"""anyio's processes: whoever may run any program gives them jobs; others are refused, and the host goes on."""

import inspect

import anyio
import pytest
from anyio import to_process

from fastaudit import PermissionViolation, Policy, current, sandbox


def governs():
    return current() is not None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_job_for_a_process_that_a_loop_keeps(backend):
    pytest.importorskip(backend)

    async def main():
        assert await to_process.run_sync(pow, 2, 3, cancellable=True) == 8
        with sandbox(Policy.unrestricted().replace(exec=False)) as box:
            waiting = to_process.run_sync(pow, 2, 3)
            with pytest.raises(PermissionViolation, match="exec"):
                await waiting
        assert len(box.violations) == 1
        with sandbox(Policy.unrestricted()):
            assert await to_process.run_sync(governs) is False
        assert await to_process.run_sync(abs, -1, limiter=anyio.CapacityLimiter(1)) == 1

    with sandbox(Policy.unrestricted()):
        pass  # what the host has imported is looked at
    assert inspect.iscoroutinefunction(to_process.run_sync)
    anyio.run(main, backend=backend)
