"""Functions that make managers: what is put above @contextmanager would hold, or trust, nothing of the body."""

import contextlib

import pytest

from fastaudit import Policy, adapt, sandbox, trusted


@pytest.mark.parametrize("decorate", [lambda f: sandbox(Policy())(f), trusted, trusted(Policy()), adapt])
@pytest.mark.parametrize("make", [contextlib.contextmanager, contextlib.asynccontextmanager])
def test_a_function_that_makes_managers_is_decorated_beneath_that(decorate, make):
    with pytest.raises(TypeError, match=f"beneath @{make.__name__}"):
        decorate(make(lambda: None))


def test_the_body_of_a_manager_is_held_by_a_decorator_beneath(probe, hold):
    @contextlib.contextmanager
    @hold("a")
    def managed():
        yield probe()

    with managed() as inside:
        assert (inside, probe()) == ("a", "")
