"""Greenlets that are given each other's contexts: these lie around each other in a circle, and are looked through once."""

import pytest

pytest.importorskip("greenlet", reason="greenlet cannot be obtained for this Python")

CIRCLE = """
import greenlet
def circle(first, second, job):
    hub = greenlet.getcurrent()
    def wait():
        second.run(hub.switch)
    def close():
        answers.append(first.run(job))
    one, other = greenlet.greenlet(wait), greenlet.greenlet(close)
    one.gr_context, other.gr_context = first, second
    one.switch()
    other.switch()
    kept.append(one)
answers, kept = [], []
new = contextvars.Context
scope = sandbox(policy)
"""


def test_what_is_in_force_somewhere_is_not_in_force_in_a_circle(run):
    lines = run(
        CIRCLE
        + """
new().run(scope.start)
for depth in range(200):
    circle(new(), new(), held)
print(set(answers))
circle(new(), new(), carry(held))
print(answers[-1])
        """
    )
    assert lines == ["{False}", "False"]


@pytest.mark.parametrize("place", ["first", "second"])
def test_what_is_in_force_in_one_of_its_contexts_is_in_force(run, place):
    lines = run(
        CIRCLE
        + f"""
first, second = new(), new()
handle = {place}.run(scope.start)
circle(first, second, held)
print(answers[-1], held())
        """
    )
    assert lines == ["True False"]


def test_what_is_carried_into_a_circle_is_held(run):
    lines = run(
        CIRCLE
        + """
with scope:
    job = carry(held)
    many = new()
def deep(left):
    return new().run(deep, left - 1) if left else job()
circle(new(), new(), job)
circle(new(), new(), lambda: deep(300))
circle(new(), new(), lambda: many.run(held))
print(answers, held())
        """
    )
    assert lines == ["[True, True, True] False"]
