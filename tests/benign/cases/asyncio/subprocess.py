"""A program that a policy grants, with its pipes.
policy: Policy(run=["{python} *"])
"""

import asyncio
import sys


def guest(box):
    async def main():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print(input()[::-1])", stdin=-1, stdout=-1
        )
        return (await process.communicate(b"abc"))[0], process.returncode

    return asyncio.run(main())
