"""click: commands and their help."""

import click
import click.testing


def guest(box):
    @click.command()
    @click.option("--number", type=int)
    def command(number):
        click.echo(number * 2)

    runner = click.testing.CliRunner()
    return runner.invoke(command, ["--number", "2"]).output, runner.invoke(command, ["--help"]).exit_code
