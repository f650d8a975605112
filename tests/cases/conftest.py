"""Where the cases of a decision table are played."""

import contextlib

import pytest
from case_stage import Fill, host_kept, listeners, make_policy, make_tree, namespace


@pytest.fixture
def stage(request, tmp_path, monkeypatch):
    """The case with its places filled in, its tree made, its policies built; and the names its texts may use."""
    case = request.param
    tmp = tmp_path.resolve() / "stage"
    tmp.mkdir()
    make_tree(tmp, case["tree"])
    monkeypatch.setenv("PATH", f"{tmp}/bin", prepend=":")
    with contextlib.ExitStack() as stack:
        places = {"tmp": tmp}
        if "port}" in str(case) or "udp}" in str(case) or "/sock" in str(case):
            places.update(stack.enter_context(listeners(tmp)))
        stack.enter_context(host_kept())
        case = Fill(places)(case)
        monkeypatch.chdir(case.get("cwd", tmp))
        names = namespace(tmp=tmp, **{k: v for k, v in places.items() if k != "tmp"})
        exec(case.get("first", ""), names)
        case["policies"] = [make_policy(policy) for policy in (*case.get("around", ()), case["policy"])]
        yield case, names, tmp
        names.clear()
