"""A narrower policy never allows more: what `&`, `|`, `deny` and further entries do to the answers."""

import test_names_agree
import test_networks_agree
import worlds
from hypothesis import given
from hypothesis import strategies as st
from test_files_agree import acts as file_acts
from test_files_agree import moves

from fastaudit import Deny


def allows(policy, event, args):
    return policy._ruleset.decide(event, args)[0] == "allow"


@st.composite
def pairs_of_policies(draw):
    """A scene, the keywords of a second policy about the same tree, and the acts."""
    tree = draw(worlds.trees)
    known = st.sampled_from([tail[:size] for tail, _, _ in tree for size in range(1, len(tail) + 1)])
    words = draw(st.tuples(worlds.file_policies(known), worlds.file_policies(known)))
    return tree, words, draw(st.lists(file_acts(known) | moves(known), min_size=1, max_size=6))


@given(pairs_of_policies())
def test_both_allow_what_each_allows_and_nothing_else(scene):
    tree, words, acts = scene
    with worlds.made(tree) as world:
        p, q = (worlds.policy(world.fill(each))[0] for each in words)
        if p is None or q is None:
            return
        both, either = p & q, p | q
        for event, args in acts:
            args = world.fill(args)
            one, other = allows(p, event, args), allows(q, event, args)
            assert allows(both, event, args) == (one and other), (event, args, p, q)
            without = either.replace(deny=None)
            if (one or other) and not allows(either, event, args):
                # The denials of the other, or a root of the other that must stay where it is.
                assert allows(without, event, args) or event in (
                    "os.rename",
                    "os.rmdir",
                    "os.remove",
                    "os.link",
                    "os.symlink",
                )


@given(worlds.scenes(file_acts), st.data())
def test_a_denial_takes_away_and_nothing_else(scene, data):
    # Moves and links apart: what is denied at the new place cannot be gained there.
    tree, here, _, words, acts = scene
    with worlds.played((tree, here, None, words, acts)) as (policy, _, acts):
        if policy is None:
            return
        right = data.draw(st.sampled_from(worlds.FILES))
        denied = policy | policy.replace(deny=Deny(**{right: data.draw(st.sampled_from([["**/a"], ["**/sub"], True]))}))
        for event, args in acts:
            assert allows(policy, event, args) or not allows(denied, event, args), (event, args, policy, denied)


@given(test_networks_agree.policies, test_networks_agree.policies, st.lists(test_networks_agree.events, max_size=8))
def test_both_allow_the_addresses_that_each_allows(first, second, events):
    p, q = worlds.policy(first)[0], worlds.policy(second)[0]
    if p is None or q is None:
        return
    for event, args in events:
        args = test_networks_agree.shown(event, args)
        expected = allows(p, event, args) and allows(q, event, args)
        assert allows(p & q, event, args) == expected, (event, args, p, q)


@given(
    test_networks_agree.policies,
    st.sampled_from(("connect", "listen", "resolve")),
    st.lists(test_networks_agree.events, max_size=8),
)
def test_everything_of_a_network_right_allows_what_entries_of_it_do(words, right, events):
    policy = worlds.policy(words)[0]
    if policy is None or words.get(right) is False:
        return
    whole = policy.replace(**{right: True})
    for event, args in events:
        args = test_networks_agree.shown(event, args)
        assert allows(whole, event, args) or not allows(policy, event, args), (event, args, policy, whole)


@given(test_names_agree.policies(), test_names_agree.policies(), st.lists(test_names_agree.events, max_size=8))
def test_both_allow_the_names_that_each_allows(first, second, events):
    p, q = worlds.policy(first)[0], worlds.policy(second)[0]
    for event, args in events:
        expected = allows(p, event, args) and allows(q, event, args)
        assert allows(p & q, event, args) == expected, (event, args, p, q)


@given(worlds.trees, st.data())
def test_a_further_root_allows_no_less_but_to_move_it(tree, data):
    known = st.sampled_from([tail[:size] for tail, _, _ in tree for size in range(1, len(tail) + 1)])
    words = data.draw(worlds.file_policies(known))
    root = data.draw(known)
    acts = data.draw(st.lists(file_acts(known).filter(lambda act: act[0] not in ("os.rmdir", "os.remove")), max_size=6))
    with worlds.made(tree) as world:
        policy = worlds.policy(world.fill(words))[0]
        wider = worlds.policy(
            {"read": [world.fill(worlds.Place("root", root))], "write": [world.fill(worlds.Place("root", root))]}
        )[0]
        if policy is None or wider is None:
            return
        if any(value is False for value in words.values()):
            return  # `False` closes what the other opens
        for event, args in acts:
            args = world.fill(args)
            assert allows(policy | wider, event, args) or not allows(policy, event, args), (event, args, policy)
