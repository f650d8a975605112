"""Command lines and terminals."""

import argparse
import contextlib
import io
import pprint
import shlex
import textwrap


def guest(box):
    parser = argparse.ArgumentParser("prog")
    parser.add_argument("--number", type=int)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        parser.parse_args(["--help"])
    return (
        parser.parse_args(["--number", "3"]).number,
        out.getvalue()[:6],
        shlex.split("a 'b c'"),
        pprint.pformat([1]),
        textwrap.wrap("a b", 1),
    )
