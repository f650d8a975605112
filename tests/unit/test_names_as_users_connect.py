"""A policy that grants a name grants what it leads to, however a library connects, and to nobody else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ISOLATED = Path(__file__).parent.parent / "isolated"
WAYS = [
    "by_streams", "by_happy_eyeballs", "by_httpx", "by_httpx_without_a_loop", "by_requests", "by_aiohttp", "by_numbers",
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What came of every way, in a process whose resolver knows names beneath .example."""
    resolver = tmp_path_factory.mktemp("resolver") / "resolver.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", resolver, ISOLATED / "resolver.c", "-ldl"], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, ISOLATED / "connect_by_names.py"],
        env=clean | {"LD_PRELOAD": str(resolver)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "address"), [("one.example", "127.0.0.1"), ("two.example", "127.0.0.2"), ("six.example", "::1")]
)
def test_a_tenant_reaches_its_own_name_and_no_other_by_name_or_number(told, way, name, address):
    assert told[f"{way} {name}"] == [address, "refused", "refused"]


def test_whoever_is_not_held_reaches_all(told):
    assert told["of the host's"] == ["127.0.0.1"] * len(WAYS)


def test_a_name_of_both_families_is_reached_by_either(told):
    assert told["both families"] == ["::1"] * (len(WAYS) - 1) + ["127.0.0.1"]


@pytest.mark.parametrize(
    "attack",
    [
        "another port of what was asked for",
        "asked in another scope",
        "after lies",
        "after reverse look-ups",
        "after a refused look-up",
        "a name of two faces",
        "asked for another port",
        "that thread for another tenant",
        "what the outer one does not grant",
    ],
)
def test_nothing_else_is_learned(told, attack):
    assert told[attack] == "refused"
    assert "lies" not in told


@pytest.mark.parametrize(
    "way",
    [
        "asked in a thread of the host's pool",
        "that thread itself",
        "asked inside another",
        "learned by the outer one, too",
    ],
)
def test_who_asked_may_connect_wherever_it_asked(told, way):
    assert told[way] == "connected"


@pytest.mark.parametrize("function", ["gethostbyname", "gethostbyname_ex", "gethostbyaddr"])
def test_other_functions_that_look_up_teach_the_same(told, function):
    assert told[f"asked by {function}"] == ["refused", "connected", "refused"]
