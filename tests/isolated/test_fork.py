"""A forked child is held to what its parent was held to."""


def test_a_forked_child_is_held(run):
    lines = run(
        """
        with sandbox(policy):
            pid = os.fork()
            if pid == 0:
                answer = held() and contextvars.Context().run(held)
                answers = []
                thread = threading.Thread(target=lambda: answers.append(held()))
                thread.start(); thread.join()
                os._exit(7 if answer and answers == [True] else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        print(held())
        """
    )
    assert lines == ["7", "False"]


def test_a_child_that_leaves_the_block_is_free_as_its_parent_would_be(run):
    lines = run(
        """
        pid = None
        with sandbox(policy):
            pid = os.fork()
        if pid == 0:
            os._exit(8 if not held() else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """
    )
    assert lines == ["8"]


def test_a_child_forked_in_a_held_thread_is_held(run):
    lines = run(
        """
        import warnings; warnings.simplefilter("ignore")
        def body():
            pid = os.fork()
            if pid == 0:
                os._exit(7 if held() and contextvars.Context().run(held) else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        with sandbox(policy):
            thread = threading.Thread(target=body)
            thread.start()
        thread.join()
        """
    )
    assert lines == ["7"]


def test_a_child_forked_under_a_floor_is_held(run):
    lines = run(
        """
        install(policy)
        pid = os.fork()
        if pid == 0:
            os._exit(7 if held() else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """
    )
    assert lines == ["7"]


def test_a_floor_of_a_forked_child_holds_the_child_and_its_children_only(run):
    lines = run(
        """
        install(second)
        pid = os.fork()
        if pid == 0:
            free = not held() and held(other)
            install(policy)
            child = os.fork()
            if child == 0:
                answers = []
                thread = threading.Thread(target=lambda: answers.append(held() and held(other)))
                thread.start(); thread.join()
                os._exit(7 if answers == [True] and contextvars.Context().run(held) else 1)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os._exit(status if free and held() and held(other) else 2)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), held(), held(other))
        install(policy)
        print(held(), held(other))
        """
    )
    assert lines == ["7 False True", "True True"]


def test_a_floor_that_a_child_installs_holds_what_a_scope_of_its_parent_does_not(run):
    lines = run(
        """
        with sandbox(policy):
            pid = os.fork()
            if pid == 0:
                try:
                    install(second)
                except ScopeError:
                    os._exit(8)
                os._exit(7 if held() and held(other) else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), held(), held(other))
        print(held(), held(other))
        """
    )
    assert lines == ["7 True False", "False False"]


def test_fork_is_refused_where_the_policy_does_not_grant_it(run):
    lines = run(
        """
        with sandbox(Policy()):
            try:
                os.fork()
            except PermissionViolation as error:
                print(error.right)
        """
    )
    assert lines == ["fork"]


def test_multiprocessing_children_by_fork_are_held(run):
    lines = run(
        """
        import multiprocessing, warnings
        warnings.simplefilter("ignore")
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        with sandbox(policy):
            process = context.Process(target=lambda: queue.put(held()))
            process.start()
        print(queue.get(timeout=60))
        process.join()
        """
    )
    assert lines == ["True"]
