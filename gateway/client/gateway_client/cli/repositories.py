"""``repositories``: what the book's ``cms git list`` prints."""

from typing import Annotated, Any

import typer

from .connection import connect
from .exits import refuse
from .output import Columns, Format, note, write_json, write_rows

PAGE = 100
COLUMNS: Columns[Any] = {
    "name": lambda one: one.name,
    "visibility": lambda one: one.visibility,
    "stars": lambda one: one.stars,
    "url": lambda one: one.url,
}
USER_COLUMNS: Columns[Any] = {
    "login": lambda one: one.login,
    "name": lambda one: one.name,
    "url": lambda one: one.url,
}


def repositories(
    context: typer.Context,
    organization: Annotated[str, typer.Argument(help="Its login at GitHub.")],
    users: Annotated[
        bool, typer.Option("--users", help="Its members in place of its repositories.")
    ] = False,
    output: Annotated[Format, typer.Option("--output", "-o")] = Format.table,
) -> None:
    """List the repositories or the members of a GitHub organization, live.

    Example: gateway repositories cloudmesh-community --users
    """
    found: list[Any] = []
    after: str | None = None
    with connect(context) as gateway:
        while True:
            answer = gateway.list_organization(organization, 1 if users else PAGE, after, users)
            if answer is None or (page := answer.repositories) is None:
                refuse(
                    f"There is no organization {organization}, or no provider that may ask for it."
                )
            if users:
                found = list(answer.members or [])
                break
            found += page.nodes
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                break
    columns = USER_COLUMNS if users else COLUMNS
    if output is Format.json:
        write_json([one.model_dump(by_alias=True, mode="json") for one in found])
    else:
        write_rows(found, columns, output)
    if users and len(found) == PAGE:
        note(f"The API shows the first {PAGE} members.")
