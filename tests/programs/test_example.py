"""The example that the README's first command runs."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_the_example_tells_what_each_plugin_was_allowed_and_refused(tmp_path):
    ended = subprocess.run([sys.executable, EXAMPLES / "host.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    told = {block.split(":")[0]: block for block in ended.stdout.split("\n\n")}
    assert list(told) == ["reports", "prices", "indexer", "host"]

    assert "refused   run " in told["reports"]
    assert "/.env" in told["reports"]
    assert "by policy 'reports/template'" in told["reports"]
    assert "refused   connect 169.254.169.254:80" in told["prices"]
    assert "prices.json.bak" in told["prices"]
    assert "refused   delete" in told["indexer"]
    for plugin in ("reports", "prices", "indexer"):
        assert "failed" not in told[plugin].splitlines()[0]
        assert "  allowed   " in told[plugin]
        assert "where  plugin_" in told[plugin]
        assert "allow  " in told[plugin]
