"""anyio: files, which are opened in its threads."""

import anyio


def guest(box):
    async def main():
        path = anyio.Path(box / "file")
        await path.write_text("text")
        async with await anyio.open_file(path) as file:
            return await file.read(), [entry.name async for entry in path.parent.iterdir()]

    return anyio.run(main)
