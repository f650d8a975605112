"""Where a refusal happened: the innermost place in the user's code, read as raw data."""

import concurrent.futures
import os
import shutil
import threading

import pytest

from fastaudit import ImportViolation, Policy, Violation, sandbox


def refused(act):
    """The violation that `act` meets under a policy that allows nothing."""
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        act()
    return caught.value


def write():
    open("/etc/motd", "w").close()


WRITE_LINE = write.__code__.co_firstlineno + 1


def test_it_is_where_the_user_called():
    assert refused(write).location == (__file__, WRITE_LINE, "write")


def test_frames_of_the_standard_library_are_passed_over(tmp_path):
    def copy():
        shutil.copyfile(__file__, tmp_path / "copy")

    violation = refused(copy)
    assert violation.location == (__file__, copy.__code__.co_firstlineno + 1, "copy")


def test_frames_of_the_import_system_are_passed_over():
    def fetch():
        import this_module_is_refused  # noqa: F401

    with sandbox(Policy(imports=["json"])), pytest.raises(ImportViolation) as caught:
        fetch()
    assert caught.value.location == (__file__, fetch.__code__.co_firstlineno + 1, "fetch")
    assert caught.value.name == caught.value.target == "this_module_is_refused"
    assert caught.value.suggestion == 'imports=["this_module_is_refused"]'
    assert "is not in imports of" in str(caught.value)


def test_frames_of_a_decorated_function_are_passed_over():
    with pytest.raises(Violation) as caught:
        sandbox(Policy())(write)()
    assert caught.value.location == (__file__, WRITE_LINE, "write")


def test_it_is_the_thread_that_tried():
    seen = []

    def work():
        try:
            write()
        except Violation as violation:
            seen.append(violation)

    with sandbox(Policy()):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen[0].location == (__file__, WRITE_LINE, "write")


def test_an_installed_package_is_the_users_code(tmp_path):
    """site-packages may lie in the standard library's folder."""
    folder = os.path.join(os.path.dirname(os.__file__), "site-packages")
    code = compile("def act(f):\n    f()\n", os.path.join(folder, "some", "module.py"), "exec")
    names = {}
    exec(code, names)
    opened = refused(lambda: names["act"](lambda: os.remove("/etc/motd")))
    assert opened.location.file == __file__
    exec(compile("import os\ndef act():\n    os.remove('/etc/motd')\n", code.co_filename, "exec"), names)
    assert refused(names["act"]).location == (code.co_filename, 3, "act")


def test_code_made_of_text_is_the_users_code():
    names = {}
    exec("def act():\n    open('/etc/motd', 'w')\n", names)
    assert refused(names["act"]).location == ("<string>", 2, "act")


class Name(str):
    """A file's name that would lie, if it were asked."""

    def __str__(self):
        raise AssertionError("a method of a guest's object was called")

    __eq__ = __hash__ = __len__ = startswith = encode = __repr__ = __getitem__ = __str__


def renamed(filename, name="write"):
    return type(write)(write.__code__.replace(co_filename=filename, co_name=name), globals())


def test_a_file_name_is_read_without_asking_it():
    location = refused(renamed(Name("/guest.py"))).location
    assert location == ("/guest.py", WRITE_LINE, "write")
    assert type(location.file) is str


@pytest.mark.parametrize("text", ["/a\udcff.py", "/é\u202e.py", "/a\nb\x1b[31m.py", "/\U0001f40d.py", ""])
def test_odd_file_names_stay_whole_and_the_message_one_plain_line(text):
    violation = refused(renamed(text, "odd\nname"))
    assert violation.location == (text, WRITE_LINE, "odd\nname")
    assert violation.location.function == "odd\nname"
    assert str(violation).isprintable()


@pytest.mark.parametrize("text", ["/\ud800.py", "/\udbff\udc00.py"])
def test_halves_of_characters_do_no_harm(text):
    violation = refused(renamed(text))
    assert violation.location.line == WRITE_LINE
    assert str(violation).isprintable()


def test_a_huge_file_name_leaves_the_message_short():
    violation = refused(renamed("x" * 1_000_000))
    assert len(violation.location.file) == 1_000_000
    assert len(str(violation)) < 1000


def test_the_deepest_recursion_is_refused_all_the_same():
    def dive(depth):
        if depth:
            dive(depth - 1)
        else:
            write()

    def deepest():
        depth = 0
        while True:
            try:
                dive(depth)
            except Violation:
                depth += 1
            except RecursionError:
                return depth

    with sandbox(Policy()) as box:
        assert deepest() > 10
    assert box.violations


def test_where_only_the_library_runs_its_innermost_frame_is_shown():
    with sandbox(Policy()) as box, concurrent.futures.ThreadPoolExecutor(1) as pool:
        done = pool.submit(shutil.copyfile, __file__, "/etc/motd")
        assert isinstance(done.exception(), Violation)
    location = box.violations[0].location
    assert (location.file, location.function) == (shutil.__file__, "copyfile")
