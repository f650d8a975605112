"""The examples on the page about web servers do what it says."""

import asyncio
import re
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient as AiohttpClient
from aiohttp.test_utils import TestServer
from starlette.testclient import TestClient

PAGE = Path(__file__).resolve().parents[2] / "docs/web.md"


@pytest.fixture
def names(tmp_path, monkeypatch):
    """What the blocks of the page define, run one after the other in a folder with pages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/hello.txt").write_text("hello")
    (tmp_path / "pages/7.txt").write_text("seven")
    names = {"__name__": "page"}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_the_policy_is_chosen_by_the_path(names):
    with TestClient(names["app"]) as client:
        assert client.get("/page").text == "hello"
        assert client.get("/change").status_code == 403
        assert client.get("/admin/change").text == "done"
        assert client.get("/page").text == "changed"


def test_a_handler_of_ones_own_answers(names, capsys):
    with TestClient(names["telling"]) as client:
        assert client.get("/page").text == "hello"
        answer = client.get("/change")
    assert (answer.status_code, answer.json()) == (403, {"error": "not allowed"})
    assert "pages" in capsys.readouterr().out


def test_a_route_has_its_policy(names):
    with TestClient(names["api"]) as client:
        assert client.get("/reports/7").json() == "seven"
        assert client.get("/reports/seven").status_code == 422


def test_flask_is_held(names):
    client = names["site"].test_client()
    assert client.get("/page").text == "hello"
    answer = client.get("/change")
    assert (answer.status_code, answer.text) == (403, "Forbidden")


def test_aiohttp_is_held(names):
    async def main():
        async with TestServer(names["server"]) as server, AiohttpClient(server) as client:
            assert await (await client.get("/page")).text() == "hello"
            assert (await client.get("/change")).status == 403
            assert await (await client.post("/change")).text() == "done"
            assert await (await client.get("/page")).text() == "changed"

    asyncio.run(main())


def test_the_settings_of_django_are_what_its_middleware_takes(names):
    assert names["FASTAUDIT_POLICY"] == names["PAGES"]
    assert names["FASTAUDIT_MODE"] in ("enforce", "warn")
