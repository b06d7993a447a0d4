"""The credentials that ``providers connect`` asks for."""

import pytest
import typer

from gateway_client.cli import credentials
from gateway_client.cli.credentials import collect, given_values
from gateway_client.cli.exits import USAGE, CommandError
from gateway_client.generated.list_provider_kinds import ListProviderKindsProviderKinds

pytestmark = pytest.mark.any_database


def field(name, **changes):
    base = {"label": name, "help": "", "type": "text", "required": True, "secret": False}
    return {"name": name, "choices": [], "default": None, **base, **changes}


def kind(*fields, drivers=()):
    return ListProviderKindsProviderKinds.model_validate(
        {
            "slug": "aws",
            "label": "AWS",
            "description": "",
            "defaultRegions": [],
            "credentialFields": list(fields),
            "drivers": list(drivers),
        }
    )


AWS = kind(field("key"), field("secret", secret=True), field("token", required=False))
LIBCLOUD = kind(
    field("driver"),
    drivers=[{"name": "vultr", "label": "Vultr", "credentialFields": [field("key", secret=True)]}],
)


def named(found):
    return {one.name: one.value for one in found}


def test_what_is_given_is_not_asked_for(monkeypatch):
    asked = []

    def prompt(label, *, hide_input, **_):
        asked.append((label, hide_input))
        return {"secret": "s", "token": ""}[label]

    monkeypatch.setattr(typer, "prompt", prompt)

    assert named(collect(AWS, {"key": "k"}, ask=True)) == {"key": "k", "secret": "s"}
    assert asked == [("secret", True), ("token", False)]  # a secret is not shown


def test_a_driver_s_fields_are_asked_for(monkeypatch):
    monkeypatch.setattr(typer, "prompt", lambda label, **_: {"Driver": "vultr", "key": "k"}[label])
    assert named(collect(LIBCLOUD, {}, ask=True)) == {"driver": "vultr", "key": "k"}


@pytest.mark.parametrize(
    ("which", "values", "message"),
    [
        (AWS, {"key": "k"}, "not given: secret"),
        (AWS, {"keys": "k"}, "no field keys"),
        (LIBCLOUD, {"driver": "vulture"}, "There are vultr"),
        (LIBCLOUD, {"driver": "vultr"}, "not given: key"),
        (LIBCLOUD, {}, "not given: driver"),
    ],
)
def test_a_script_is_refused_and_never_asked(which, values, message):
    with pytest.raises(CommandError, match=message) as refusal:
        collect(which, values, ask=False)
    assert refusal.value.code == USAGE


def test_a_file_keeps_a_secret_off_the_command_line(tmp_path):
    (tmp_path / "key.json").write_text('{"type": "service_account"}\n')
    given = given_values([f"key=@{tmp_path}/key.json", "project=a=b"])
    assert given == {"key": '{"type": "service_account"}\n', "project": "a=b"}


@pytest.mark.parametrize("setting", ["key", "key=@/no/such/file"])
def test_a_setting_that_cannot_be_read_is_refused(setting):
    with pytest.raises(typer.BadParameter):
        given_values([setting])


def test_an_answer_may_name_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from a file")
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: f"@{tmp_path}/key")
    [one] = kind(field("key")).credential_fields
    assert credentials.answer(one) == "from a file"
