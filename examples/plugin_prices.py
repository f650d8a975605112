"""A plugin that asks the price server, keeps the answer, and then tries its luck elsewhere."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host import Workspace


async def run(space: Workspace) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", space.port)
    writer.write(b"prices\n")
    await writer.drain()
    prices = json.loads(await reader.readline())
    writer.close()
    await writer.wait_closed()
    (space.cache / "prices.json").write_text(json.dumps(prices))

    # Where clouds keep their machines' credentials. No packet is sent.
    try:
        await asyncio.open_connection("169.254.169.254", 80)
    except OSError:
        pass

    # The granted file is no permission for its neighbour.
    try:
        (space.cache / "prices.json.bak").write_text("{}")
    except PermissionError:
        pass
    return f"{len(prices)} prices"
