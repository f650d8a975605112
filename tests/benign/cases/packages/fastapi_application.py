"""FastAPI: models, endpoints in threads, dependencies."""

import asyncio

import fastapi
import httpx
import pydantic


def guest(box):
    application = fastapi.FastAPI()

    class Item(pydantic.BaseModel):
        name: str

    @application.post("/items")
    def make(item: Item):
        (box / item.name).write_text("made")
        return {"made": item.name}

    async def main():
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            good, bad = await client.post("/items", json={"name": "a"}), await client.post("/items", json={})
            return good.json(), bad.status_code

    return asyncio.run(main())
