"""pytest: a run of its own, inside.
policy: Policy(read=[box, "."], write=[box], allow=["cwd"])
"""

import sys

import pytest


def prepare(box):
    (box / "test_inner.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n, tmp_path):\n"
        "    (tmp_path / 'x').write_text('x')\n    assert n == 1\n"
    )


def guest(box):
    class Count:
        passed = failed = 0

        def pytest_runtest_logreport(self, report):
            if report.when == "call":
                self.passed += report.passed
                self.failed += report.failed

    count, path = Count(), list(sys.path)
    pytest.main(
        [
            "-q",
            "-p",
            "no:cacheprovider",
            "--capture=sys",
            f"--rootdir={box}",
            f"--basetemp={box}/tmp",
            str(box / "test_inner.py"),
        ],
        [count],
    )
    sys.modules.pop("test_inner", None)
    sys.path[:] = path
    return count.passed, count.failed
