"""install(): the policy of the whole process."""


def test_a_floor_holds_every_thread_and_context_those_that_ran_before_included(run):
    lines = run(
        """
        go, done = threading.Event(), threading.Event()
        answers = []
        older = contextvars.copy_context()
        def wait():
            answers.append(held())
            done.set()
            go.wait()
            answers.append(held())
        thread = threading.Thread(target=wait); thread.start(); done.wait()
        box = install(policy)
        go.set(); thread.join()
        print(answers, held(), older.run(held), contextvars.Context().run(held))
        later = threading.Thread(target=lambda: print(held())); later.start(); later.join()
        print(len(box.violations), box.policy is policy, current())
        """
    )
    assert lines == ["[False, True] True True True", "True", "5 True None"]


def test_a_further_call_narrows_and_nothing_widens(run):
    lines = run(
        """
        install(policy)
        print(held(), held(other))
        install(second)
        print(held(), held(other))
        install(Policy.unrestricted())
        print(held(), held(other))
        with sandbox(Policy.unrestricted()):
            print(held(), held(other))
        """
    )
    assert lines == ["True False", "True True", "True True", "True True"]


def test_floor_and_scopes_add_up_and_both_record(run):
    lines = run(
        """
        floor = install(policy)
        with sandbox(second) as box:
            print(held(), held(other))
            with sandbox(Policy.unrestricted()) as inner:
                print(held(), held(other), current() is inner)
        print(held(), held(other))
        print(len(box.violations), len(inner.violations), len(floor.violations))
        """
    )
    assert lines[:3] == ["True True", "True True True", "True False"]
    # A refusal is in the record of what refused and of everything around it: the floor is around all.
    assert lines[3] == "2 0 5"


def test_many_floors(run):
    lines = run(
        """
        for number in range(100):
            install(Policy.unrestricted().replace(deny=Deny(read=[f"{marker}{number}"])))
        open(marker + "7", "w").close()
        print(held(), held(marker + "7"))
        with sandbox(policy), sandbox(policy), sandbox(second), sandbox(second), sandbox(policy):
            print(held(), held(other), held(marker + "7"))
        """
    )
    assert lines == ["False True", "True True True"]


def test_a_floor_that_only_warns_records_and_lets_go(run):
    lines = run(
        """
        box = install(policy, mode="warn")
        print(held(), len(box.violations))
        install(policy)
        print(held(), len(box.violations))
        """
    )
    assert lines == ["False 1", "True 2"]


def test_a_guest_may_not_hold_its_host(run):
    lines = run(
        """
        with sandbox(Policy.workspace(os.getcwd())) as box:
            try:
                install(policy)
            except PermissionError as error:
                print(type(error).__name__, error.event, error.right, error.suggestion)
            thread = threading.Thread(target=lambda: install(policy)); threading.excepthook = lambda *_: None
            thread.start(); thread.join()
        print(len(box.violations), held())
        with sandbox(Policy(hook=True)):
            install(policy)
        print(held())
        """
    )
    assert lines == ['PermissionViolation fastaudit.install hook allow=["hook"]', "2 False", "True"]


def test_a_wrong_argument_installs_nothing(run):
    lines = run(
        """
        for wrong in (lambda: install(None), lambda: install("x"), lambda: install(policy, mode="x"), lambda: install()):
            try:
                wrong()
            except (TypeError, ValueError) as error:
                print(type(error).__name__, held())
        """
    )
    assert lines == ["TypeError False", "TypeError False", "ValueError False", "TypeError False"]
