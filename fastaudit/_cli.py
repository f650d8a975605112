"""The command line: reads the options, makes a policy, hands over to the runner or prints."""

from __future__ import annotations

import sys

import click

import fastaudit
from fastaudit import _report, _runner
from fastaudit._rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastaudit import Policy
    from fastaudit._rules import Rule

EXIT_UNUSABLE = 2
"""The exit status when the command line or the policy cannot be used; nothing has run."""

METAVARS = {
    "paths": "PATH",
    "addresses": "HOST:PORT",
    "commands": "COMMAND",
    "modules": "MODULE",
    "variables": "NAME",
}

# Presets that need nothing else; `workspace` takes a folder.
PRESETS = ("offline", "readonly", "workspace", "unrestricted")


def _rights_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--KEYWORD`` and ``--deny-KEYWORD`` for every row of the table."""
    for rule in reversed(RULES):
        command = _option(rule, f"deny-{rule.keyword}", f"deny_{rule.keyword}", None)(command)
    for rule in reversed(RULES):
        command = _option(rule, rule.keyword, rule.keyword, rule.meaning)(command)
    return command


def _option(rule: Rule, option: str, name: str, meaning: str | None) -> Callable[..., Any]:
    shape: dict[str, Any] = {"is_flag": True}
    if rule.kind != "switch":
        shape = {"multiple": True, "metavar": METAVARS[rule.kind]}
    return click.option(f"--{option}", f"right_{name}", help=meaning, hidden=meaning is None, **shape)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fastaudit")
def cli() -> None:
    """Decide what a Python program may touch."""


# Options end at the first word that is not one, so nothing after the program is ever read by us.
# That is why -m and -c are flags here: the module or the code is that first word.
@cli.command(
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS]",
    short_help="Run a program, held to a policy from its first line to its end.",
    epilog="Each option from --read on has a twin --deny-…: what it names is refused, whatever allows it.",
)
@click.option("--policy", "policy_file", metavar="FILE", help="Start from this policy file (TOML).")
@click.option("--preset", type=click.Choice(PRESETS), help="Start from one of the ready-made policies.")
@click.option("--allow", multiple=True, metavar="RIGHT", help="Allow a right whole, or an event by its name.")
@click.option("--deny", multiple=True, metavar="RIGHT", help="Refuse a right whole, or an event by its name.")
@click.option("--warn", is_flag=True, help="Refuse nothing; tell at the end what would have been refused.")
@click.option("-m", "is_module", is_flag=True, help="Run a module: -m NAME [ARGS]...")
@click.option("-c", "is_code", is_flag=True, help="Run code: -c CODE [ARGS]...")
@_rights_options
@click.argument("program", metavar="(SCRIPT | -m MODULE | -c CODE)")
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def run(
    program: str,
    args: tuple[str, ...],
    policy_file: str | None,
    preset: str | None,
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    warn: bool,
    is_module: bool,
    is_code: bool,
    **rights: Any,
) -> Callable[[], int]:
    """
    Run a program, held to a policy from its first line to its end.

    The whole process is held: every thread, and everything the program starts inside it. Without
    any option the program may only do what running Python itself needs; every option adds to that.
    Changing the current directory and the file mode mask is allowed here, since the process belongs
    to the program.

    The exit status is the program's own, or 78 when a refused operation ended it.
    """
    if is_module and is_code:
        raise click.UsageError("-m and -c exclude each other.")
    if policy_file is not None and preset is not None:
        raise click.UsageError("--policy and --preset exclude each other.")
    kind = "module" if is_module else "code" if is_code else "script"
    # The program first: it changes sys.path, which a policy reads when it is made.
    try:
        prepared = _runner.Program(kind, program, list(args))
    except _runner.CannotStart as error:
        raise click.UsageError(str(error)) from None
    try:
        policy = _start_policy(policy_file, preset) | _options_policy(rights, allow, deny)
        policy |= fastaudit.Policy(allow=["cwd", "umask"], read=prepared.files)
    except (ValueError, TypeError, OSError) as error:
        raise click.UsageError(_one_line(error)) from None
    return lambda: _report.run_held(prepared, policy, warn=warn)


@cli.command()
@click.argument("file", metavar="FILE")
def check(file: str) -> Callable[[], int]:
    """Check a policy file, and show the policy that it makes."""

    def show() -> int:
        try:
            policy = fastaudit.Policy.load(file)
        except (ValueError, TypeError, OSError) as error:
            click.echo(f"fastaudit: {file}: {_one_line(error)}", err=True)
            return 1
        click.echo(f"{file}: valid\n{policy!r}")
        return 0

    return show


def _start_policy(file: str | None, preset: str | None) -> Policy:
    if file is not None:
        return fastaudit.Policy.load(file)
    if preset == "workspace":
        return fastaudit.Policy.workspace(".")
    if preset is not None:
        made: Policy = getattr(fastaudit.Policy, preset)()
        return made
    return fastaudit.Policy(name="command line")


def _options_policy(rights: dict[str, Any], allow: tuple[str, ...], deny: tuple[str, ...]) -> Policy:
    given = {name.removeprefix("right_"): value for name, value in rights.items() if value}
    grants: dict[str, Any] = {name: _value(value) for name, value in given.items() if not name.startswith("deny_")}
    denies: dict[str, Any] = {name[5:]: _value(value) for name, value in given.items() if name.startswith("deny_")}
    # A switch is denied as a right; lists are denied item by item.
    denied = [name for name, value in denies.items() if value is True]
    lists: dict[str, Any] = {name: value for name, value in denies.items() if value is not True}
    return fastaudit.Policy(allow=list(allow), deny=fastaudit.Deny(rights=[*deny, *denied], **lists), **grants)


def _value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def main() -> None:
    """Run the command that ``sys.argv`` names, and end the process with its exit status."""
    # The commands only prepare: they return what remains to be done, so that no frame and no
    # exception handling of the command-line library lies beneath the program.
    try:
        action = cli.main(prog_name="fastaudit", standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"fastaudit: {error.format_message()}", err=True)
        sys.exit(EXIT_UNUSABLE)
    except click.Abort:
        sys.exit(130)
    if not callable(action):  # --help and --version have printed already
        sys.exit(action or 0)
    _forget_library()
    sys.exit(action())


def _forget_library() -> None:
    """Unload the command-line library, so that a program which brings its own gets its own."""
    for name in list(sys.modules):
        if name == "click" or name.startswith("click."):
            del sys.modules[name]
