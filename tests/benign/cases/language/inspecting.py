"""Signatures, sources and frames of one's own."""

import inspect
import json
import sys


def guest(box):
    return (
        str(inspect.signature(json.dumps))[:4],
        inspect.getsource(json.loads).startswith("def loads"),
        sys._getframe().f_code.co_name,
        inspect.currentframe().f_code.co_name,
        inspect.getmodule(json.loads).__name__,
    )
