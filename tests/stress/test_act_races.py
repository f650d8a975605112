"""What is removed, renamed, made or changed is what was judged, whatever the guest's own threads do meanwhile.

FASTAUDIT_STRESS, a number, lengthens each race from half a second to that many times five.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RACE = Path(__file__).with_name("race_acts.py")
SECONDS = 5 * int(os.environ.get("FASTAUDIT_STRESS", "0")) or 0.5
NUMBERS = ["fchmod", "chmod", "chmod_by_name", "utime", "utime_by_name", "chown", "fchown", "setxattr", "truncate",
           "truncate_by_name"]  # fmt: skip
LINKS = ["link_mkdir", "link_rmdir", "link_unlink", "link_rename", "link_put", "link_link", "link_symlink", "link_chmod",
         "link_utime", "link_chown", "link_truncate", "link_setxattr"]  # fmt: skip


def run(scene, seconds):
    command = [sys.executable, "-P", RACE, scene, str(seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=60 + 2 * seconds)
    return json.loads(done.stdout)


@pytest.mark.parametrize("scene", NUMBERS + LINKS)
def test_no_thread_of_a_guest_turns_an_act_on_what_was_not_judged(scene):
    seen = run(scene, SECONDS)
    assert not seen["harmed"], seen
    assert seen["attacks"] > 0
    assert seen["done"] + seen["refused"] + seen["failed"] > 0


def test_the_same_thread_wins_against_what_is_judged_and_then_looked_at():
    """So that the races above can be lost."""
    for _ in range(30):
        if run("look", 1)["seen"]:
            return
    pytest.fail("the attackers of these races are too slow to show anything")
