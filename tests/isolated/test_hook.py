"""The hook: proven to run, or nothing is held and everybody is told."""


def test_a_hook_that_vetoes_silently_is_noticed(run):
    lines = run(
        """
        def veto(event, args):
            if event == "sys.addaudithook":
                raise RuntimeError("no")
        sys.addaudithook(veto)
        for act in (lambda: sandbox(policy), lambda: install(policy), lambda: sandbox(policy)):
            try:
                act()
            except HookNotInstalledError as error:
                print("vetoes" in str(error), held())
        """
    )
    assert lines == ["True False"] * 3


def test_a_hook_that_refuses_everything_it_does_not_know_is_noticed(run):
    lines = run(
        """
        known = {"compile", "exec", "import", "open"}
        def strict(event, args):
            if event.startswith("fastaudit"):
                raise ValueError(event)
        sys.addaudithook(strict)
        try:
            sandbox(policy)
        except HookNotInstalledError as error:
            print(type(error.__cause__).__name__, held())
        """
    )
    assert lines == ["ValueError False"]


def test_a_python_hook_added_earlier_goes_on_seeing_events(run):
    lines = run(
        """
        seen = []
        sys.addaudithook(lambda event, args: seen.append(event) if event == "open" else None)
        with sandbox(policy):
            before = len(seen)
            print(held(), held(other), len(seen) > before)
        """
    )
    assert lines == ["True False True"]


def test_nothing_is_held_and_no_hook_is_added_by_importing(run):
    lines = run(
        """
        import sys
        seen = []
        sys.addaudithook(lambda event, args: seen.append(event) if event == "sys.addaudithook" else None)
        import fastaudit
        print(seen, fastaudit.current())
        """,
        prelude=False,
    )
    assert lines == ["[] None"]


def test_the_package_can_be_imported_again_after_its_deletion_from_sys_modules(run):
    lines = run(
        """
        import warnings
        with sandbox(policy):
            print(held())
        old = sandbox(policy)
        for name in [name for name in sys.modules if name.startswith("fastaudit")]:
            del sys.modules[name]
        import fastaudit
        new = fastaudit.Policy.unrestricted().replace(deny=fastaudit.Deny(read=[other]))
        with fastaudit.sandbox(new) as box:
            print(held(other), held(), len(box.violations))
            with old:
                print(held(other), held())
        print(held(other), held())
        """
    )
    assert lines == ["True", "True False 1", "True True", "False False"]


def test_finalisation_with_live_scopes_of_every_kind(run):
    lines = run(
        """
        import asyncio, contextlib
        manager = sandbox(policy)
        def body():
            with manager:
                yield
        handle = manager.start()
        generator = body(); next(generator)
        copy = contextvars.copy_context()
        class AtExit:
            def __del__(self, open=open, marker=marker, write=os.write):
                try:
                    open(marker)
                except:  # by now the names of built-in errors may be gone
                    write(1, b"refused\\n")
                else:
                    write(1, b"opened\\n")
        kept = AtExit()
        kept.cycle = kept
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        sys.modules["builtins"].kept = AtExit()
        print(held(), flush=True)
        """,
        stderr=None,
    )
    assert lines == ["True", "refused", "refused"]


def test_finalisation_with_a_stack_that_is_open(run):
    lines = run(
        """
        import contextlib
        stack = contextlib.ExitStack()
        stack.enter_context(sandbox(policy))
        print(held(), flush=True)
        """
    )
    assert lines == ["True"]


def test_finalisation_inside_a_block(run):
    lines = run(
        """
        import atexit
        atexit.register(lambda: print("at exit", held()))
        with sandbox(policy):
            sys.exit(3)
        """,
        status=3,
    )
    assert lines == ["at exit False"]


def test_a_floor_holds_to_the_very_end(run):
    lines = run(
        """
        import atexit
        install(policy)
        class Late:
            def __del__(self, open=open, marker=marker, write=os.write):
                try:
                    open(marker)
                except:  # by now the names of built-in errors may be gone
                    write(1, b"refused\\n")
                else:
                    write(1, b"opened\\n")
        late = Late()
        late.cycle = late
        sys.late = Late()
        atexit.register(lambda: print("at exit", held(), flush=True))
        """,
        stderr=None,
    )
    assert lines == ["at exit True", "refused", "refused"]
