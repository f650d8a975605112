"""Executors of loky's, which joblib has a copy of: the host's take no jobs from inside, a guest's own do."""

import importlib
import os
import time

import pytest

from fastaudit import PermissionViolation, Policy, current, sandbox

POLICY = Policy.unrestricted().replace(name="maker", exec=False)


def governs():
    box = current()
    return None if box is None else box.policy.name


@pytest.fixture(scope="module", params=["loky", "joblib.externals.loky"])
def loky(request):
    pytest.importorskip(request.param.partition(".")[0])
    return importlib.import_module(request.param)


@pytest.fixture(scope="module")
def executor(loky):
    with loky.ProcessPoolExecutor(1) as made:
        made.submit(os.getpid).result()
        yield made


def test_a_job_for_the_hosts_processes_is_refused_and_not_done_later(executor, tmp_path):
    with sandbox(POLICY) as box:
        with pytest.raises(PermissionViolation, match="exec") as caught:
            executor.submit(os.mkdir, str(tmp_path / "made"))
        with pytest.raises(PermissionViolation):
            executor.map(os.mkdir, [str(tmp_path / "made")])
    assert caught.value.event == "multiprocessing.pool.submit"
    assert len(box.violations) == 2
    assert executor.submit(os.getpid).result() != os.getpid()
    assert not (tmp_path / "made").exists()


def test_whoever_may_run_any_program_gives_jobs(executor):
    with sandbox(Policy.unrestricted()):
        assert executor.submit(pow, 2, 3).result() == 8
        assert executor.submit(governs).result() is None


def test_an_executor_that_was_made_inside_takes_jobs_of_that_scope_and_of_no_narrower_one(loky):
    with sandbox(POLICY):
        with loky.ProcessPoolExecutor(1) as own:
            assert own.submit(pow, 2, 3).result() == 8
            with sandbox(POLICY.replace(name="narrower")), pytest.raises(PermissionViolation):
                own.submit(pow, 2, 3)
            assert list(own.map(abs, [-1, -2])) == [1, 2]


def test_one_that_is_the_hosts_does_not_pass_for_one_that_was_made_inside(loky, executor):
    with sandbox(POLICY):
        with loky.ProcessPoolExecutor(1) as own:
            own.submit(os.getpid).result()
            theirs, own._call_queue = own._call_queue, executor._call_queue
            with pytest.raises(PermissionViolation):
                own.submit(pow, 2, 3)
            own._call_queue = theirs


def test_the_one_that_is_used_again_is_used_again_by_whom_it_was_made_for(loky):
    def give(**options):
        return loky.get_reusable_executor(max_workers=1, **options)

    own = give()
    assert own.submit(pow, 2, 3).result() == 8
    with sandbox(POLICY):
        guests = give()
        assert guests is not own
        assert guests.submit(pow, 2, 3).result() == 8
        assert give() is guests
        with sandbox(POLICY.replace(name="narrower")):
            assert give() is not guests
        assert give() is guests
        other = give(timeout=5)
        assert other is not guests
    with sandbox(POLICY):
        assert give() not in (own, guests, other)
        with pytest.raises(ValueError, match="max_workers"):
            loky.get_reusable_executor(max_workers=0)
    assert give() is own
    assert own.submit(governs).result() is None
    own.shutdown()


def test_jobs_that_a_guest_could_not_have_done_do_not_wait_for_the_host(loky, tmp_path):
    loky.get_reusable_executor(max_workers=1).submit(os.getpid).result()
    with sandbox(Policy(read=[tmp_path])), pytest.raises(PermissionViolation):
        loky.get_reusable_executor(max_workers=1, reuse=False).submit(os.mkdir, str(tmp_path / "made"))
    executor = loky.get_reusable_executor(max_workers=1)
    executor.submit(os.getpid).result()
    executor.shutdown()
    assert not (tmp_path / "made").exists()


def test_callbacks_of_the_host_are_the_hosts_after_a_guest_asked_first(loky):
    seen = []
    with sandbox(POLICY):
        assert loky.get_reusable_executor(max_workers=1).submit(pow, 2, 3).result() == 8
    executor = loky.get_reusable_executor(max_workers=1)
    executor.submit(pow, 2, 3).add_done_callback(lambda _: seen.append(governs()))
    executor.shutdown()
    assert seen == [None]


@pytest.fixture
def tracker(loky, executor):
    module = importlib.import_module(f"{loky.__name__}.backend.resource_tracker")
    module.ensure_running()
    return module


def told(tracker, name, kind):
    tracker.register(name, kind)
    tracker.maybe_unlink(name, kind)


def test_the_process_that_cleans_up_deletes_what_may_be_deleted_here(tracker, tmp_path):
    box, outside = tmp_path / "box", tmp_path / "outside"
    for folder in (box, outside):
        folder.mkdir()
        (folder / "file").touch()
    with sandbox(Policy(read=[box], write=[box])) as seen:
        told(tracker, str(box / "file"), "file")
        with pytest.raises(PermissionViolation, match="delete"):
            told(tracker, str(outside / "file"), "file")
    assert len(seen.violations) == 1
    wait_until(lambda: not (box / "file").exists())
    assert (outside / "file").exists()


@pytest.mark.parametrize("name", ["file", "./file", "/proc/self/cwd/file", "{}/link/file", "{}/here/file"])
def test_it_is_told_the_very_file_that_was_judged_wherever_it_runs_itself(tracker, tmp_path, monkeypatch, name):
    box = tmp_path / "box"
    box.mkdir()
    (box / "file").touch()
    (tmp_path / "link").symlink_to(box)
    (tmp_path / "here").symlink_to("/proc/self/cwd")
    monkeypatch.chdir(box)
    with sandbox(Policy(read=[box], write=[box])):
        told(tracker, name.format(tmp_path), "file")
    wait_until(lambda: not (box / "file").exists())


@pytest.mark.parametrize("lines", [("two\nlines", "file"), ("link", "two\nlines")])
def test_a_link_cannot_make_two_messages_of_one(tracker, tmp_path, lines):
    link, folder = lines
    (tmp_path / folder).mkdir()
    (tmp_path / link).symlink_to(tmp_path / folder)
    with sandbox(Policy(read=[tmp_path], write=[tmp_path])), pytest.raises(PermissionViolation, match="exec"):
        tracker.register(f"{tmp_path}/{link}/x", "file")


@pytest.mark.parametrize(
    "form", ["{}", "{}/joblib_memmapping_folder_1_a_b", "{}/joblib_memmapping_folder_1_" + "0" * 32 + "/.."]
)
def test_folders_that_are_not_joblibs_are_for_whoever_may_run_any_program(tracker, tmp_path, form):
    folder = tmp_path / "folder"
    folder.mkdir()
    with sandbox(POLICY), pytest.raises(PermissionViolation, match="exec"):
        told(tracker, form.format(folder), "folder")
    with sandbox(POLICY):
        told(tracker, f"{folder}/joblib_memmapping_folder_{os.getpid()}_{'0' * 32}_{'1' * 32}", "folder")
    with sandbox(Policy.unrestricted()):
        told(tracker, str(folder), "folder")
    wait_until(lambda: not folder.exists())


@pytest.mark.parametrize(
    "arguments",
    [
        ("x:file\nREGISTER:{}", "file"),
        ("{}", "shared:file"),
        ("/loky-1-abcdefgh:file\nREGISTER:{}", "semlock"),
        ("/mp-other-name", "semlock"),
        ("{}", "unknown"),
    ],
)
def test_messages_that_say_something_else(tracker, tmp_path, arguments):
    with sandbox(POLICY), pytest.raises(PermissionViolation, match="exec"):
        tracker.register(*(text.format(tmp_path) for text in arguments))


def wait_until(question):
    end = time.monotonic() + 60
    while not question():
        assert time.monotonic() < end
        time.sleep(0.005)
