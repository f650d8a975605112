"""What is opened is what was judged, whoever exchanges names meanwhile.

FASTAUDIT_STRESS, a number, lengthens each race from half a second to that many times five.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RACE = Path(__file__).with_name("race.py")
SECONDS = 5 * int(os.environ.get("FASTAUDIT_STRESS", "0")) or 0.5
OUTSIDERS = ["folder_for_link", "leaf_for_link"]
GUESTS = ["guest_changes_directory", "guest_replaces_directory", "guest_replaces_nameless", "guest_moves_climbing_link"]
FLAGS = ["read", "truncate", "create"]


def run(scene, flags, seconds, *more):
    command = [sys.executable, "-P", RACE, scene, flags, str(seconds), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=60 + 2 * seconds)
    return json.loads(done.stdout)


@pytest.fixture(scope="module", autouse=True)
def openat2():
    """Whether this system has what the guard opens with."""
    if not run("within", "read", 0)["race_free"]:
        pytest.fail("openat2 is not there, or forbidden: nothing here can be shown on this system")


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("scene", OUTSIDERS + GUESTS)
def test_no_file_is_opened_that_was_not_judged(scene, flags):
    for _ in range(10):  # on a busy machine the attackers may leave no moment in which the name is the guest's own
        seen = run(scene, flags, SECONDS)
        assert seen["forbidden"] == 0
        assert seen["outside"] == []
        assert seen["failed"] == 0, f"neither refused nor opened: {seen}"
        if seen["opened"] > 0:
            return
    pytest.fail("what is permitted was never opened")


@pytest.mark.parametrize("flags", FLAGS)
def test_no_permitted_open_fails_for_lack_of_tries(flags):
    seen = run("within", flags, SECONDS)
    assert (seen["failed"], seen["refused"], seen["missing"]) == (0, 0, 0)
    assert seen["opened"] > 0


@pytest.mark.parametrize("scene", ["folder_for_link", "guest_moves_climbing_link"])
def test_the_same_race_is_lost_by_a_check_before_the_opening(scene):
    """So that the races above can fail: without openat2 the name is judged, and then opened."""
    for _ in range(30):
        seen = run(scene, "read", 1, "--forbid-openat2")
        assert not seen["race_free"]
        if seen["forbidden"] > 0:
            return
    pytest.fail("the attackers of these races are too slow to show anything")
