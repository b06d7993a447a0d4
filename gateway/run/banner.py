"""The text that is printed when all parts run: the URL, the login, and three commands to paste."""

import json
import shlex
from dataclasses import dataclass

LINE = "─" * 78
LATER = "password-from-the-environment"
TAKE_TOKEN = r"""sed -n 's/.*"token": *"\([^"]*\)".*/\1/p'"""  # noqa: S105  (a command)
# A refused log-in leaves no token; its answer says why.
KEEP_TOKEN = f"""TOKEN=$(printf %s "$ANSWER" | {TAKE_TOKEN}); [ "$TOKEN" ] || echo "$ANSWER" >&2"""


@dataclass(frozen=True, kw_only=True)
class BannerFacts:
    url: str
    username: str
    new_password: str  # empty: it was known before this start, and is not shown
    machine_id: str  # of a machine that may be stopped for show; empty: there is none


def banner_text(facts: BannerFacts) -> str:
    """The whole banner. Its commands need a POSIX shell, curl and sed."""
    return "\n".join(
        [
            "",
            LINE,
            f"  The gateway is ready:   {facts.url}/graphql/",
            f"  Dashboard:              {facts.url}/",
            f"  Log in as:              {facts.username}",
            f"  Password:               {_password(facts)}",
            "",
            f"  To paste: get a token, ask all your clouds at once, {_last_command(facts)}:",
            LINE,
            *token_command(facts),
            "",
            *list_command(facts),
            "",
            *stop_command(facts),
            LINE,
            "",
        ]
    )


def token_command(facts: BannerFacts) -> list[str]:
    password = facts.new_password or LATER
    login = f"username: {_in_query(facts.username)}, password: {_in_query(password)}"
    body = shlex.quote(_body(f"mutation {{ tokenAuth({login}) {{ token }} }}"))
    # Out of the single quotes, the variable, and in again.
    body = body.replace(LATER, """'"$ADMIN_PASSWORD"'""")
    send = f"curl -s {facts.url}/graphql/ -H 'Content-Type: application/json' -d {body}"
    return [f"ANSWER=$({send}); {KEEP_TOKEN}"]


def list_command(facts: BannerFacts) -> list[str]:
    query = "{ virtualMachines(first: 5) { totalCount nodes { name state region id } } }"
    return [_authenticated(facts, query)]


def stop_command(facts: BannerFacts) -> list[str]:
    """Stops the machine and shows the job; without such a machine, lists jobs instead."""
    if not facts.machine_id:
        query = "{ jobs(first: 5) { totalCount nodes { operation state createdAt } } }"
        return [_authenticated(facts, query)]
    action = f"stopVirtualMachine(input: {{id: {_in_query(facts.machine_id)}}})"
    answer = "{ job { id operation state } errors { code message } }"
    return [_authenticated(facts, f"mutation {{ {action} {answer} }}")]


def _last_command(facts: BannerFacts) -> str:
    return "stop a machine of the demo" if facts.machine_id else "list jobs"


def _password(facts: BannerFacts) -> str:
    if facts.new_password:
        return f"{facts.new_password}   (shown this once)"
    return "ADMIN_PASSWORD, or the one of the first start; set ADMIN_PASSWORD to it to paste"


def _authenticated(facts: BannerFacts, query: str) -> str:
    return (
        f"curl -s -w '\\n' {facts.url}/graphql/ "
        f'-H "Authorization: JWT $TOKEN" '
        f"-H 'Content-Type: application/json' -d {shlex.quote(_body(query))}"
    )


def _body(query: str) -> str:
    return json.dumps({"query": query}, ensure_ascii=False)


def _in_query(text: str) -> str:
    """``text`` as a string of GraphQL, whose escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False)
