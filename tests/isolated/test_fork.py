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
