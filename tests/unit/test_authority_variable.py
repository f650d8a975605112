"""The context variable can be found; nothing that Python code does with it is a way out."""

import contextvars
import copy
import ctypes
import gc
import pickle

import pytest

from fastaudit import PermissionViolation, ScopeError, current


def found():
    """The variable and its value, as anybody can find them inside a scope."""
    return next((var, value) for var, value in contextvars.copy_context().items() if var.name == "fastaudit")


def test_a_value_cannot_be_made_copied_changed_or_subclassed(hold):
    with hold("a"):
        _, node = found()
    kind = type(node)
    for make in (kind, lambda: object.__new__(kind), lambda: kind.__new__(kind), lambda: type("Sub", (kind,), {})):
        with pytest.raises(TypeError):
            make()
    for change in (
        lambda: setattr(node, "outer", None),
        lambda: setattr(kind, "outer", None),
        lambda: setattr(node, "__class__", object),
        lambda: object.__setattr__(node, "box", None),
    ):
        with pytest.raises((TypeError, AttributeError)):
            change()
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises((TypeError, pickle.PicklingError)):
            duplicate(node)
    assert not hasattr(node, "__dict__")


@pytest.mark.parametrize("value", [None, 0, "", object(), type])
def test_setting_a_value_that_is_not_ours_is_refused(probe, hold, value):
    with hold("a"):
        variable, _ = found()
        with pytest.raises(ScopeError):
            variable.set(value)
        with pytest.raises(ScopeError):
            contextvars.Context().run(variable.set, value)
        assert probe() == "a"
    assert probe() == ""


def test_setting_the_same_value_changes_nothing(probe, hold):
    with hold("a"):
        variable, node = found()
        token = variable.set(node)
        assert probe() == "a"
        variable.reset(token)
        assert probe() == "a"
    assert probe() == ""


def test_setting_an_older_value_is_refused(probe, hold):
    with hold("a"):
        variable, older = found()
        with hold("b"):
            with pytest.raises(ScopeError, match="lacks"):
                variable.set(older)
            assert probe() == "ab"
    assert probe() == ""


def test_setting_the_value_of_a_scope_that_has_ended_is_refused(probe, hold):
    with hold("a"):
        variable, ended = found()
    with pytest.raises(ScopeError, match="ended"):
        variable.set(ended)
    assert probe() == ""
    with hold("b"):
        with pytest.raises(ScopeError):
            variable.set(ended)
        assert probe() == "b"


def test_setting_a_wider_chain_of_scopes_that_live_is_accepted_and_goes_with_what_lies_beneath(probe, hold):
    def body():
        with hold("b"):
            yield found()

    with hold("a"):
        inner = contextvars.copy_context()
        generator = body()
        variable, node = inner.run(next, generator)
        assert probe() == "a"
        token = variable.set(node)
        assert probe() == "ab"
        assert isinstance(token, contextvars.Token)
    assert probe() == ""
    inner.run(generator.close)


def test_reset_is_accepted_once_every_scope_it_drops_has_ended(probe, hold):
    # As pytest-asyncio does: copy what a fixture changed, and reset it after the fixture's own teardown.
    def body():
        with hold("a"):
            yield found()

    inner = contextvars.copy_context()
    generator = body()
    variable, node = inner.run(next, generator)
    token = variable.set(node)
    assert probe() == "a"
    with pytest.raises(ScopeError):
        variable.reset(token)
    assert probe() == "a"
    inner.run(generator.close)
    variable.reset(token)
    assert probe() == ""


def test_a_token_used_by_a_refused_reset_brings_nothing_back_later(probe, hold):
    with hold("a"):
        variable, node = found()
        token = variable.set(node)
        with hold("b"):
            with pytest.raises(ScopeError):
                variable.reset(token)
            assert probe() == "ab"
    assert probe() == ""
    variable.reset(token)
    assert probe() == ""


@pytest.mark.parametrize("token", [None, 1, contextvars.ContextVar("other").set(1)])
def test_reset_with_a_foreign_token_raises(probe, hold, token):
    with hold("a"):
        variable, _ = found()
        with pytest.raises((TypeError, ValueError)):
            variable.reset(token)
        assert probe() == "a"


def test_a_token_of_another_context_is_refused(probe, hold):
    with hold("a"):
        variable, node = found()
        token = contextvars.copy_context().run(variable.set, node)
        with pytest.raises(ValueError):
            variable.reset(token)
        assert probe() == "a"


def test_tokens_show_no_value_with_which_to_get_out(probe, hold):
    with hold("a"):
        variable, node = found()
        token = variable.set(node)
        with pytest.raises(ScopeError):
            variable.set(None)
        old = token.old_value
        assert type(old) is type(node)
        variable.set(old)
        assert probe() == "a"
    assert probe() == ""


def test_other_variables_work_as_ever(hold):
    variable = contextvars.ContextVar("other", default=1)
    with hold("a"):
        token = variable.set(2)
        assert variable.get() == 2
        variable.reset(token)
        assert variable.get() == 1
        with pytest.raises(TypeError):
            variable.set()
        with pytest.raises(TypeError):
            variable.set(1, 2)
        with pytest.raises(TypeError):
            contextvars.ContextVar.set(1, 2)


def test_copying_every_variable_back_is_accepted(probe, hold):
    # asgiref and others: run in a copy, then set each variable here to what it became there.
    with hold("a"):
        inner = contextvars.copy_context()
        inner.run(probe)
        for variable, value in inner.items():
            if variable.get(None) is not value:
                variable.set(value)
        for variable, value in inner.items():
            variable.set(value)
        assert probe() == "a"
    assert probe() == ""


# ---- through the C API ----


def set_natively(variable, value):
    function = ctypes.pythonapi.PyContextVar_Set
    function.restype = ctypes.py_object
    function.argtypes = [ctypes.py_object, ctypes.py_object]
    return function(variable, value)


@pytest.fixture
def foreign(probe, hold):
    """Run a function in a context whose variable holds a value that is not ours."""

    def run(function, *args):
        def in_context():
            set_natively(variable, value)
            contextvars.Context().run(int)  # native code is noticed when the context changes next
            return function(*args)

        return contextvars.Context().run(in_context)

    with hold("f"):
        variable, _ = found()
    value = object()
    return run


def test_a_foreign_value_refuses_everything(probe, hold, foreign):
    with hold("a"):
        pass
    keeper = hold("f").start()  # the gate is open while any scope lives
    try:
        assert foreign(probe) == "abcdef"
    finally:
        keeper.stop()
    assert probe() == ""


def test_a_foreign_value_takes_nothing_away(probe, hold, foreign):
    with hold("a"):
        assert foreign(probe) == "abcdef"
        assert probe() == "a"
    assert probe() == ""


def test_with_a_foreign_value_nothing_crashes(probe, hold, foreign):
    def acts():
        errors = []
        for act in (
            current,
            lambda: hold("b").start(),
            lambda: contextvars.copy_context().run(probe),
            lambda: contextvars.Context().run(probe),
            lambda: contextvars.Context(),
            lambda: found()[0].set(None),
            gc.collect,
        ):
            try:
                act()
            except (ScopeError, PermissionViolation) as error:
                errors.append(error)
        return len(errors)

    with hold("a"):
        assert foreign(acts) >= 1
        assert probe() == "a"
    assert probe() == ""


def test_a_foreign_value_set_in_a_hosts_context_that_the_guest_runs_in_does_not_crash(probe, hold):
    with hold("f"):
        variable, _ = found()
    hosts = contextvars.Context()
    with hold("a"):
        hosts.run(set_natively, variable, None)
        with pytest.raises(ScopeError):
            hosts.run(probe)
        assert probe() == "a"
    assert probe() == ""


def test_a_foreign_value_set_inside_a_block_refuses_everything_until_the_context_goes(probe, hold):
    def body():
        with hold("a"):
            variable, _ = found()
            set_natively(variable, 1)
            contextvars.Context().run(int)
            seen = probe()
        return seen, probe()

    keeper = hold("f").start()
    try:
        assert contextvars.Context().run(body) == ("abcdef", "abcdef")
    finally:
        keeper.stop()
    assert probe() == ""


def test_a_context_whose_scopes_have_all_been_left_is_as_it_was(hold):
    def enter_and_leave():
        before = dict(contextvars.copy_context())
        with hold("a"), hold("b"):
            assert dict(contextvars.copy_context()) != before
        return dict(contextvars.copy_context()) == before

    host = contextvars.ContextVar("host")
    context = contextvars.Context()
    assert context.run(enter_and_leave)
    context.run(host.set, 1)
    assert context.run(enter_and_leave)


def test_a_token_from_inside_a_scope_brings_nothing_back_when_it_was_left(probe, hold):
    def set_inside():
        with hold("a"):
            variable, node = found()
            token = variable.set(node)
        variable.reset(token)
        return probe()

    assert contextvars.Context().run(set_inside) == ""
