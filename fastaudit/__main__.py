"""``python -m fastaudit``: the command line."""

import sys


def main() -> None:
    """Run the command line; imported late, so that importing this module loads no library."""
    # The folder that the program will be run from must not answer for what we import.
    first = [] if sys.flags.safe_path else [sys.path.pop(0)]
    try:
        from fastaudit._cli import main as run
    finally:
        sys.path[:0] = first
    run()


if __name__ == "__main__":
    main()
