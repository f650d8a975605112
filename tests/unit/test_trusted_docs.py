"""The examples on the page about trusted functions do what it says."""

import asyncio
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/trusted.md"


def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices/7.txt").write_text("250")
    names = {"__name__": "page"}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    asyncio.run(names["serve"]())
    assert names["sent"] == [{"type": "http.response.body", "body": b"x"}]
