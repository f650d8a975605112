"""The two answers to one event: the core's and the reference's."""

from reference import meaning


def answers(policy, parts, event, args):
    """Verdict, reason and lacking right, from both; the right matters only where somebody is told of it."""
    verdict, reason, right, _ = policy._ruleset.decide(event, args)
    meant = meaning.decide(parts, event, args)
    return shown(verdict, reason, right if meant.right else ""), shown(*meant)


def shown(verdict, reason, right):
    return verdict, reason, right if verdict == "refuse" else ""
