"""``python -m fastaudit``: the command line."""


def main() -> None:
    """Run the command line; imported late, so that importing this module loads no library."""
    from fastaudit._cli import main as run

    run()


if __name__ == "__main__":
    main()
