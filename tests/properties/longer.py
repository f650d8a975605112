"""How many examples the larger machines generate: the same ones at every run, or many more, others and longer ones."""

import os

from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("FASTAUDIT_STRESS", "0"))
LONGEST = 2000 if _TIMES else 400  # bytes of a program


def examples(few, many):
    """Settings for `few` examples at every run; `many` by FASTAUDIT_STRESS times, when that is set."""
    return settings(
        max_examples=max(few, many * _TIMES),
        deadline=None,
        derandomize=not _TIMES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
