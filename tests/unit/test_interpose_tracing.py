"""Putting back the trace function that is there is no act; any other is refused as before."""

import doctest
import sys

import pytest

from fastaudit import Policy, Violation, sandbox


def double(number):
    """
    Twice the number.

    >>> double(2)
    4
    """
    return 2 * number


def test_a_doctest_runs_inside():
    with sandbox(Policy()) as box:
        test = doctest.DocTestFinder().find(double, "double", globs={"double": double})[0]
        assert doctest.DocTestRunner(verbose=False).run(test) == doctest.TestResults(0, 1)
    assert box.violations == ()


@pytest.mark.parametrize("switch", [sys.settrace, sys.setprofile], ids=["trace", "profile"])
def test_setting_another_function_is_refused(switch):
    with sandbox(Policy()), pytest.raises(Violation):
        switch(lambda *event: None)


@pytest.mark.parametrize(
    ("switch", "now"), [(sys.settrace, sys.gettrace), (sys.setprofile, sys.getprofile)], ids=["trace", "profile"]
)
def test_a_guest_cannot_switch_off_the_hosts(switch, now):
    def host(*event):
        return None

    before = now()
    switch(host)
    try:
        with sandbox(Policy()), pytest.raises(Violation):
            switch(None)
        assert now() is host
    finally:
        switch(before)
