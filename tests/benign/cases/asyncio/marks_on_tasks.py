"""Tasks and futures that are named, marked with attributes, shown, and asked for by all_tasks()."""

import asyncio


def guest(box):
    async def main():
        task = asyncio.create_task(asyncio.sleep(0.001, "slept"), name="the sleeper")
        task.note = "of ours"
        task.add_done_callback(lambda task: notes.append(task.note))
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(notes.append)
        future.remove_done_callback(notes.append)
        asyncio.current_task().set_name(1)
        shown = "the sleeper" in repr(task), "pending" in repr(future)
        future.cancel()
        names = sorted(one.get_name() for one in asyncio.all_tasks())
        return await task, shown, names, notes

    notes = []
    return asyncio.run(main())
