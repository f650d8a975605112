"""hypothesis: examples found and shrunk.
policy: Policy(read=[box], write=[box], allow=["gc.get_referrers"])
"""

import hypothesis
import hypothesis.strategies as strategies


def guest(box):
    seen = []

    @hypothesis.settings(max_examples=5, database=None, derandomize=True, deadline=None)
    @hypothesis.given(strategies.integers())
    def check(number):
        seen.append(number)

    check()
    return len(seen)
