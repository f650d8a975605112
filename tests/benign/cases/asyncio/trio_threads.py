"""trio: tasks and its threads."""

import trio


def guest(box):
    async def main():
        got = []

        async def work(number):
            got.append(await trio.to_thread.run_sync(lambda: number * 2))

        async with trio.open_nursery() as nursery:
            for number in range(3):
                nursery.start_soon(work, number)
        with trio.move_on_after(0.001):
            await trio.sleep(10)
        await trio.to_thread.run_sync((box / "of a thread").write_text, "x")
        return sorted(got)

    return trio.run(main)
