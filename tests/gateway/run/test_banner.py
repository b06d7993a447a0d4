import json
import re
import subprocess

import pytest

from gateway.run.banner import (
    BannerFacts,
    banner_text,
    list_command,
    stop_command,
    token_command,
)
from gateway.run.options import ROOT

FACTS = BannerFacts(
    url="http://127.0.0.1:8000", username="admin", new_password="new-word", machine_id="Vk06MQ=="
)
LAST_ARGUMENT = 'for last; do :; done; printf "%s" "$last"'
KNOWN = BannerFacts(url=FACTS.url, username="admin", new_password="", machine_id="")


def shell(script, tmp_path, *, curl, **environment):
    """The output of ``script``, where curl is the shell script ``curl``."""
    (tmp_path / "curl").write_text(f"#!/bin/sh\n{curl}\n")
    (tmp_path / "curl").chmod(0o755)
    done = subprocess.run(  # noqa: S603  (the banner's own commands)
        ["/bin/sh", "-c", script],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def query_sent(command, tmp_path, **environment):
    """The GraphQL that the command sends: its curl's last argument."""
    sent = tmp_path / "sent"
    shell("\n".join(command), tmp_path, curl=f"{LAST_ARGUMENT} >{sent}", **environment)
    return json.loads(sent.read_text())["query"]


def test_it_says_where_and_how_to_log_in():
    text = banner_text(FACTS)

    assert "http://127.0.0.1:8000/graphql/" in text
    assert "new-word   (shown this once)" in text
    assert text.count("curl ") == 3


def test_a_password_that_was_known_before_is_not_shown():
    text = banner_text(KNOWN)

    assert "ADMIN_PASSWORD" in text
    assert "shown this once" not in text


def test_the_first_command_logs_in(tmp_path):
    assert query_sent(token_command(FACTS), tmp_path) == (
        'mutation { tokenAuth(username: "admin", password: "new-word") { token } }'
    )


def test_it_takes_a_password_it_does_not_know_from_the_environment(tmp_path):
    query = query_sent(token_command(KNOWN), tmp_path, ADMIN_PASSWORD="of two words")

    assert 'password: "of two words"' in query


def test_a_name_with_quotes_survives_the_shell_json_and_graphql(tmp_path):
    facts = BannerFacts(url=FACTS.url, username='d\'Arc "J"', new_password="x", machine_id="")

    assert r'username: "d\'Arc \"J\""'.replace("\\'", "'") in query_sent(
        token_command(facts), tmp_path
    )


@pytest.mark.parametrize("answer", ['{"data":{"tokenAuth":{"token":"a.b.c"}}}',
                                    '{"data": {"tokenAuth": {"token": "a.b.c"}}}'])  # fmt: skip
def test_the_token_is_taken_out_of_the_answer(answer, tmp_path):
    script = "\n".join([*token_command(FACTS), 'printf "%s" "$TOKEN"'])

    assert shell(script, tmp_path, curl=f"echo '{answer}'") == "a.b.c"


def test_a_refused_login_leaves_no_token_and_shows_the_answer(tmp_path):
    script = "\n".join([*token_command(FACTS), 'printf "token: %s" "$TOKEN"'])
    refusal = '{"errors":[{"message":"Please enter valid credentials"}]}'

    shown = shell(f"exec 2>&1; {script}", tmp_path, curl=f"echo '{refusal}'")

    assert shown == f"{refusal}\ntoken: "


def test_the_readme_s_log_in_survives_a_refusal(tmp_path):
    """The shell goes on, and the answer says why there is no token."""
    tour = (ROOT / "README.md").read_text().partition("**With curl.**")[2]
    log_in = re.search(r"```sh\n(.*?)```", tour, re.DOTALL)[1]
    refusal = '{"errors":[{"message":"Please enter valid credentials"}]}'

    script = f'set -e\n{log_in}printf "token: %s" "$TOKEN"'

    assert shell(script, tmp_path, curl=f"echo '{refusal}'") == f"{refusal}\ntoken: "
    granted = """echo '{"data":{"tokenAuth":{"token":"a.b.c"}}}'"""
    assert shell(script, tmp_path, curl=granted) == "Logged in.\ntoken: a.b.c"


def test_the_third_command_stops_the_machine_and_asks_for_the_job(tmp_path):
    query = query_sent(stop_command(FACTS), tmp_path)

    assert 'stopVirtualMachine(input: {id: "Vk06MQ=="})' in query
    assert "job { id operation state }" in query


def test_where_nothing_may_be_stopped_for_show_nothing_is(tmp_path):
    query = query_sent(stop_command(KNOWN), tmp_path)

    assert "stop" not in query
    assert "jobs(" in query


def test_the_token_goes_with_the_second_and_third():
    for command in (list_command(FACTS), stop_command(FACTS)):
        assert '-H "Authorization: JWT $TOKEN"' in command[0]
