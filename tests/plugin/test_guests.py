"""A fixture loads somebody's plugin under a policy of its own and hands it to the test: there it stays held."""

GUEST = """
import os

STATE = open(__file__.replace("guest.py", "state.txt")).read()


def work(path, action=None):
    return action(path) if action else open(path).read()


def steps(path):
    yield "begun"
    yield open(path).read()


async def later(path):
    return open(path).read()


class Plugin:
    def __init__(self, path):
        self.path = path

    def work(self):
        return open(self.path).read()
"""

HOST = """
    import importlib.util

    HERE = pathlib.Path(__file__).parent / "guests"
    GUEST = Policy(name="guest", read=[HERE])

    def load():
        spec = importlib.util.spec_from_file_location("guest", HERE / "guest.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def refused(function, *args):
        try:
            function(*args)
        except PermissionError as error:
            return error.policy
        return None
    """


def prepare(pytester):
    folder = pytester.path / "guests"
    folder.mkdir()
    (folder / "guest.py").write_text(GUEST)
    (folder / "state.txt").write_text("state")


def test_decorated_its_functions_are_held_and_the_test_is_not(run, pytester):
    prepare(pytester)
    run(
        HOST
        + """
    import asyncio

    @pytest.fixture(scope="module")
    def guest():
        with sandbox(GUEST):
            module = load()
        hold = sandbox(GUEST)
        for name in "work", "steps", "later":
            setattr(module, name, hold(getattr(module, name)))
        return module

    def test_plain(guest, tmp_path):
        (tmp_path / "own").write_text("of the test")
        assert guest.STATE == "state"
        assert refused(guest.work, SECRET) == refused(guest.work, tmp_path / "own") == "guest"
        assert guest.work(HERE / "state.txt") == "state"
        assert refused(list, guest.steps(SECRET)) == "guest"
        assert refused(asyncio.run, guest.later(SECRET)) == "guest"
        assert SECRET.read_text() == "secret" and current() is None

    @pytest.mark.sandbox(read=[SECRET])
    def test_held_as_well(guest, tmp_path):
        (tmp_path / "own").write_text("of the test")
        assert refused(guest.work, SECRET) == refused(guest.work, tmp_path / "own") == "guest"
        assert SECRET.read_text() == "secret"

    @pytest.mark.sandbox(strict=False)
    def test_what_the_test_may_not_do_its_guest_may_not_do_either(guest):
        assert refused(guest.work, HERE / "state.txt") == current().policy.name
    """
    ).assert_outcomes(passed=3)


def test_an_open_scope_of_a_fixture_holds_the_test_and_ends_with_the_fixture(run, pytester):
    prepare(pytester)
    run(
        HOST
        + """
    @pytest.fixture
    def guest():
        with sandbox(GUEST):
            yield load()
        assert current() is None

    @pytest.fixture
    def started():
        handle = sandbox(GUEST).start()
        yield load()
        handle.stop()
        assert len(handle.box.violations) == 2

    def test_with(guest):
        assert refused(guest.work, SECRET) == refused(SECRET.read_text) == "guest"
        assert len(current().violations) == 2

    @pytest.mark.sandbox
    def test_with_held_as_well(guest):
        assert refused(guest.work, SECRET) in ("guest", current().policy.name)
        assert guest.work.__module__ == "guest"

    def test_started(started):
        assert refused(started.work, SECRET) == "guest"
        assert refused(SECRET.read_text) == "guest"

    def test_over():
        assert current() is None and SECRET.read_text() == "secret"
    """,
        "-o",
        "sandbox_strict=false",
    ).assert_outcomes(passed=4)


def test_trusted_it_keeps_its_own_policy_where_the_test_has_less(run, pytester):
    prepare(pytester)
    run(
        HOST
        + """
    @pytest.fixture
    def work():
        with sandbox(GUEST):
            module = load()
        function = module.work

        @trusted(GUEST)
        def work(path, action=None):
            return function(str(path), action)

        return work

    @pytest.mark.sandbox
    def test_more_than_the_test(work, sandboxed):
        assert work(HERE / "state.txt") == "state"
        assert refused(work, SECRET) == "guest"
        ((name, place, calls),) = sandboxed.trusted_calls
        assert name.endswith("work") and calls == 2

    @pytest.mark.sandbox(read=[SECRET])
    def test_less_than_the_test(work):
        assert SECRET.read_text() == "secret"
        assert refused(work, SECRET) == "guest"
    """
    ).assert_outcomes(passed=2)


def test_an_object_of_a_guest_is_held_by_wrapping_its_class(run, pytester):
    prepare(pytester)
    run(
        HOST
        + """
    @pytest.fixture
    def plugin():
        with sandbox(GUEST):
            module = load()
        for name, value in list(vars(module.Plugin).items()):
            if callable(value):
                setattr(module.Plugin, name, sandbox(GUEST)(value))
        return module.Plugin

    def test_methods(plugin):
        assert plugin(HERE / "state.txt").work() == "state"
        assert refused(plugin(SECRET).work) == "guest"
        assert SECRET.read_text() == "secret"
    """
    ).assert_outcomes(passed=1)
