"""Errors with causes and notes, groups of them, and their tracebacks as text.
policy: Policy(read=[box, __file__])
"""

import traceback


def guest(box):
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            error.add_note("a note")
            raise ExceptionGroup("group", [ValueError("one")]) from error
    except ExceptionGroup as error:
        text = "".join(traceback.format_exception(error))
    return "a note" in text, 'raise KeyError("inner")' in text
