"""A program that starts processes by multiprocessing from inside a sandbox, and prints what they could do.

    python children.py METHOD HOW FOLDER

METHOD is a start method, HOW the way: "process", "pool", "executor"; "nested", "trusted", "warn", "floor", "after".
"""

import concurrent.futures
import json
import multiprocessing
import os
import sys
import tempfile

from fastaudit import Deny, Policy, install, sandbox, trusted


def tried(folder):
    """What this process may read, and where it stands."""
    found = {"folder": os.getcwd()}
    for name in ("in", "out", "secret"):
        try:
            with open(os.path.join(folder, name)) as file:
                found[name] = file.read()
        except PermissionError as error:
            found[name] = f"refused by {error.policy}"
    return found


def tell(folder, connection):
    connection.send(tried(folder))
    connection.close()


def by_process(context, folder):
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=tell, args=(folder, there))
    process.start()
    there.close()
    try:
        found = here.recv()
    except EOFError:
        found = {}
    process.join(60)
    return found | {"status": process.exitcode}


def by_pool(context, folder):
    with context.Pool(1) as pool:
        return pool.apply(tried, (folder,))


def by_executor(context, folder):
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(tried, folder).result(60)


def main():
    method, how, folder = sys.argv[1:]
    context = multiprocessing.get_context(method)
    os.chdir(folder)
    rules = {"read": [folder + "/in", folder + "/secret"], "fork": True, "threads": True, "run": ["{python} *"]}
    if method == "forkserver":
        context.Process(target=os.getpid).start()  # the host starts the server; its address is a capability
        server = multiprocessing.forkserver._forkserver._forkserver_address
        rules |= {"connect": ["unix:" + server], "signal": True}  # its children are not this process's
    policy = Policy(name="guest", **rules)
    if how == "floor":
        box = install(policy.replace(write=[tempfile.gettempdir()], read=[*rules["read"], tempfile.gettempdir()],
                                     deny=Deny(read=[folder + "/out"])))  # fmt: skip
        found = by_process(context, folder)
        assert box.violations == ()
    elif how == "nested":
        inner = Policy.unrestricted().replace(name="inner", deny=Deny(read=[folder + "/secret"]))
        with sandbox(policy), sandbox(inner):
            found = by_process(context, folder)
    elif how == "warn":
        with sandbox(policy, mode="warn"):
            found = by_process(context, folder)
    elif how == "trusted":
        host = trusted(by_process)
        with sandbox(policy):
            found = host(context, folder)
    elif how == "after":
        with sandbox(policy):
            pass
        found = by_process(context, folder)
    else:
        with sandbox(policy):
            found = {"process": by_process, "pool": by_pool, "executor": by_executor}[how](context, folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
