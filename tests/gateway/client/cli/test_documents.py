"""docs/command-line.md and the help name every existing command and option, and no others."""

import itertools
import re
import shlex

import pytest
import typer

from gateway.run.options import ROOT
from gateway_client.cli import exits
from gateway_client.cli.main import app

pytestmark = pytest.mark.any_database

TEXT = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
LINES = sorted(
    {
        line.partition("  #")[0]
        for block in BLOCKS
        for line in block.splitlines()
        if line.startswith("gateway ") and "install-completion" not in line
    }
)
FILES = ("machines.graphql", "jobs.graphql", "report.pdf", "password.txt")


def test_each_line_of_an_example_is_a_command():
    """A line that was wrapped would be run as a command of its own."""
    lines = [line for block in BLOCKS for line in block.splitlines()]

    assert [line for line in lines if not line.startswith(("gateway ", "pipx install "))] == []


def commands(group, path=()):
    """Each command with its path."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))
HELP = {
    path: [
        line.strip().removeprefix("Example: ")
        for line in command.help.splitlines()
        if line.strip().startswith("Example: ")
    ]
    for path, command in COMMANDS.items()
}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_has_an_example(path):
    assert re.search(rf"^gateway (--\S+ \S+ )*{' '.join(path)}\b", "\n".join(LINES), re.MULTILINE)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_says_what_it_does(path):
    assert len(COMMANDS[path].help.split()) > 3


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_a_command_has_an_example(path):
    [example] = HELP[path]
    assert re.match(rf"gateway (--\S+ \S+ )*{' '.join(path)}\b", example)


@pytest.mark.parametrize("line", sorted({*LINES, *itertools.chain(*HELP.values())}))
def test_an_example_is_a_command(line, tmp_path, monkeypatch):
    for name in FILES:
        (tmp_path / name).write_text("{ viewer { login } }")
    monkeypatch.chdir(tmp_path)
    group, called = typer.main.get_command(app), []
    for _, command in commands(group):
        monkeypatch.setattr(command, "callback", lambda **given: called.append(given))

    group.main(shlex.split(line)[1:], prog_name="gateway", standalone_mode=False)

    assert len(called) == 1


def test_every_exit_code_is_explained():
    codes = {value for name, value in vars(exits).items() if name.isupper()}
    listed = {int(code) for code in re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE)}
    assert listed == codes | {0}
