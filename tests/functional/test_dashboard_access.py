"""Tokens, sessions, roles, teams and users in the dashboard."""

import uuid

from tests.functional.browser import MARKS, PASSWORD, USERNAME, fill_log_in
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    log_in,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
    somebody,  # noqa: F401 - fixture
)
from tests.functional.gateway import RemoteClient

pytestmark = MARKS

TOKENS = "{ apiTokens { name scope providers { name } } }"
GRANTS = "query ($id: ID!) { provider(id: $id) { grants { role team { name } user { login } } } }"


def test_a_token_is_created_once_shown_once_and_revoked(page, simulator, demo_gateway):
    name = f"Token {uuid.uuid4().hex[:6]}"
    simulator(name, machines="1")
    sent = answer_to(page, "CreateToken", lambda _route: None)
    open_dashboard(page, "Access")
    page.get_by_role("button", name="Create a token").click()
    dialog = page.get_by_role("dialog", name="Create a token")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("May").select_option("PLAN")
    dialog.get_by_label(name, exact=True).check()
    dialog.get_by_role("button", name="Create", exact=True).dblclick()
    dialog = page.get_by_role("dialog", name="The token's secret")
    secret = dialog.locator("code").inner_text()
    dialog.get_by_role("button", name="I have stored it").click()

    assert len(sent) == 1
    script = RemoteClient(demo_gateway.url, token=secret)
    mine = {"name": name, "scope": "PLAN", "providers": [{"name": name}]}
    assert script.data(TOKENS)["apiTokens"] == [mine]
    assert secret not in page.content()

    page.get_by_role("button", name=f"Revoke {name}").click()
    assert script.data(TOKENS)["apiTokens"] == [mine]  # the dialog asks first
    page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name=f"Revoke {name}").wait_for(state="detached")
    assert script.errors("{ viewer { login } }")


def test_another_session_is_ended_and_this_one_stays(page, demo_gateway):
    log_in(page)
    other = RemoteClient(demo_gateway.url).log_in(USERNAME, PASSWORD)
    show(page, "Access")
    sessions = page.get_by_role("table", name="Your sessions")
    newest = sessions.get_by_role("row").nth(1)
    newest.get_by_role("button", name="End").click()
    sessions.get_by_role("row").nth(1).get_by_text("This one").wait_for()

    assert other.errors("{ viewer { login } }")
    page.reload()
    page.get_by_role("heading", name="Access").wait_for()


def test_a_team_with_a_new_user_is_given_a_role_and_loses_it(page, simulator, administrator):
    name = f"Shared {uuid.uuid4().hex[:6]}"
    login = name.lower().replace(" ", "-")
    provider = simulator(name, machines="1")

    def grants():
        return administrator.data(GRANTS, id=provider)["provider"]["grants"]

    open_dashboard(page, "Access")
    users = page.get_by_role("region", name="Users")
    users.get_by_label("Login").fill(login)
    users.get_by_label("First password").fill("a-good-password")
    users.get_by_role("button", name="Create the user").click()
    users.get_by_role("row").filter(has_text=login).wait_for()

    teams = page.get_by_role("region", name="Teams")
    teams.get_by_label("Name of the team").fill(name)
    teams.get_by_role("button", name="Create the team").click()
    teams.get_by_text(f"{name}: 0 members").click()
    adding = teams.get_by_role("form", name=f"Add to {name}")
    adding.get_by_label("User").select_option(label=login)
    adding.get_by_role("button", name="Add").click()
    teams.get_by_text(f"{name}: 1 member").wait_for()

    roles = page.get_by_role("region", name="Roles on a provider")
    roles.get_by_label("Provider").select_option(label=name)
    roles.get_by_role("combobox", name="To", exact=True).select_option(label=f"Team {name}")
    roles.get_by_role("combobox", name="Role", exact=True).select_option("OPERATOR")
    roles.get_by_role("button", name="Give").dblclick()
    revoking = roles.get_by_role("button", name=f"Revoke the role of Team {name}")
    revoking.wait_for()
    assert grants() == [{"role": "OPERATOR", "team": {"name": name}, "user": None}]

    revoking.click()
    revoking.wait_for(state="detached")
    assert grants() == []
    users.get_by_role("button", name=f"Disable {login}").click()
    users.get_by_role("button", name=f"Enable {login}").wait_for()


def test_who_manages_nothing_sees_their_own_alone(page, somebody):
    login, password = somebody()
    page.goto("/#/access")
    fill_log_in(page, password, login)

    page.get_by_text("Users and teams are managed by superusers.").wait_for()
    page.get_by_text("You have no token.").wait_for()
    for region in ("Roles on a provider", "Teams", "Users"):
        assert page.get_by_role("region", name=region).count() == 0
