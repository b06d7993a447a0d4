"""Exit codes, and the errors that end a command with one."""

from typing import NoReturn

REFUSED = 1  # the gateway or a cloud refused, or a job failed
USAGE = 2  # Typer's own: the command line is wrong
INCOMPLETE = 3  # an answer was printed, but a source did not answer
LOGGED_OUT = 4
UNREACHABLE = 5


class CommandError(Exception):
    """Ends the command with ``code``; the message goes to standard error."""

    def __init__(self, message: str, code: int = REFUSED) -> None:
        super().__init__(message)
        self.code = code


def refuse(message: str, code: int = REFUSED) -> NoReturn:
    raise CommandError(message, code)
