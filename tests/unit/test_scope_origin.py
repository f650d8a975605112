"""Where a refusal says that its scope was entered."""

import os

import pytest

from fastaudit import PermissionViolation, Policy, sandbox


def refused_by(function):
    """The violation that a call of a decorated function ends in."""
    with pytest.raises(PermissionViolation) as caught:
        function()
    return caught.value


def test_a_refusal_in_a_decorated_function_names_the_function_as_its_origin():
    @sandbox(Policy())
    def plain():
        os.listdir("/srv")

    @sandbox(Policy())
    def generator():
        yield os.listdir("/srv")

    for violation, function in ((refused_by(plain), plain), (refused_by(lambda: list(generator())), generator)):
        code = function.__wrapped__.__code__
        assert (violation.origin.file, violation.origin.line) == (__file__, code.co_firstlineno)
        assert violation.origin.function.endswith(code.co_name)


def test_a_closure_that_is_decorated_has_a_line_as_its_origin():
    folder = "/srv"

    @sandbox(Policy())
    def closure():
        os.listdir(folder)

    assert refused_by(closure).origin.line == closure.__wrapped__.__code__.co_firstlineno
