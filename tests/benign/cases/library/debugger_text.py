"""Disassembled code, tokens, and completions."""

import dis
import io
import rlcompleter
import tokenize


def guest(box):
    out = io.StringIO()
    dis.dis(guest, file=out)
    tokens = list(tokenize.generate_tokens(io.StringIO("x = 1\n").readline))
    return "RETURN" in out.getvalue(), len(tokens), rlcompleter.Completer({"value": 1}).complete("val", 0)
