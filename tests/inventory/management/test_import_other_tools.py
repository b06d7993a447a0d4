"""manage.py import_clouds: files of more tools, names, other accounts, and broken files."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory.imports.clouds import contents
from inventory.imports.clouds.contents import LARGEST_BYTES
from inventory.imports.clouds.texts import read_text
from inventory.imports.errors import ImportFailed
from inventory.models import Credentials, Provider
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db

SECRET = "a-secret-that-must-not-be-shown"
SUBSCRIPTION = {
    "id": "11111111-1111-1111-1111-111111111111",
    "name": "Lab",
    "state": "Enabled",
    "user": {"name": "app", "type": "servicePrincipal"},
    "isDefault": True,
    "tenantId": "22222222-2222-2222-2222-222222222222",
    "environmentName": "AzureCloud",
    "homeTenantId": "22222222-2222-2222-2222-222222222222",
    "managedByTenants": [],
}
PERSON = SUBSCRIPTION | {"name": "Mine", "user": {"name": "ada@example.org", "type": "user"}}
PRINCIPAL = {"client_id": "app", "tenant": SUBSCRIPTION["tenantId"], "client_secret": SECRET}
DOCTL = f"""
access-token: {SECRET}-1
api-url: ""
auth-contexts:
  team: {SECRET}-2
  web: {SECRET}-3
compute:
  droplet:
    list: {{format: "ID,Name"}}
context: default
http-retry-max: 5
oauth-tokens:
  web: {{refresh-token: {SECRET}-4}}
output: text
"""
LINODE = f"""[DEFAULT]
default-user = ada
region = us-east

[ada]
token = {SECRET}-5
type = g6-nanode-1

[grace]
token = {SECRET}-6
api_host = api.test.example
"""
AWS = f"""[profile "two words"]
aws_access_key_id = AKIATWOWORDS
aws_secret_access_key = {SECRET}
[profile unquoted words]
aws_access_key_id = AKIAUNQUOTED
aws_secret_access_key = {SECRET}
[profile people]
sso_session = corp
sso_account_id = 1
sso_role_name = r
region = eu-west-1
[profile program]
credential_process = /opt/keys --for {SECRET}
[profile chain]
role_arn = arn:aws:iam::1:role/a
source_profile = middle
[profile middle]
role_arn = arn:aws:iam::1:role/b
source_profile = two words
[profile device]
role_arn = arn:aws:iam::1:role/c
source_profile = people
mfa_serial = arn:aws:iam::1:mfa/ada
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
"""


@pytest.fixture
def owner():
    return make_user("ada", is_superuser=True)


@pytest.fixture
def folder(tmp_path, owner):
    """Writes files into a folder, and returns it."""

    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / name.replace("_json", ".json").replace("_yaml", ".yaml")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def imported(*paths, **options):
    """The last line of each account by its name; "": the counts; "all": all that is shown.

    No line has a secret.
    """
    out = io.StringIO()
    call_command("import_clouds", *map(str, paths), stdout=out, **options)
    assert SECRET not in out.getvalue()
    *lines, last = out.getvalue().splitlines()
    words = re.compile(r"(?:to )?\w+ (?P<name>.+?)(?: \(| in /| in the environment)")
    named = {match["name"]: line for line in lines if (match := words.match(line))}
    return named | {"": last, "all": out.getvalue()}


def credentials_of(name):
    return Credentials.objects.get(provider__name=name).values


# --- each tool --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "azureProfile.json", "service_principal_entries.json"])
def test_the_folder_of_the_azure_cli(folder, name):
    mark = b"\xef\xbb\xbf"  # the Azure CLI writes one
    place = folder(
        azureProfile_json=mark + json.dumps({"subscriptions": [SUBSCRIPTION, PERSON]}).encode(),
        service_principal_entries_json=json.dumps([PRINCIPAL]),
        config="[cloud]\nname = AzureCloud\n",
    )

    lines = imported(place / name, apply=True)

    assert lines["azure-Lab"].startswith("connected")
    assert credentials_of("azure-Lab")["client_secret"] == SECRET
    assert "a person logs in to it, in a browser" in lines["azure-Mine"]
    assert "az ad sp create-for-rbac" in lines["azure-Mine"]


@pytest.mark.parametrize(
    ("subscription", "principals", "reason"),
    [
        ({"environmentName": "AzureUSGovernment"}, [PRINCIPAL], "environmentName"),
        ({"user": {"name": "systemAssignedIdentity", "type": "servicePrincipal"}}, [], "machine"),
        ({"user": {"name": "x", "type": "managed"}}, [], "another type"),
        ({"id": SUBSCRIPTION["tenantId"]}, [PRINCIPAL], "without a subscription"),
        ({}, [], "AZURE_CLIENT_SECRET"),
        ({}, [PRINCIPAL | {"tenant": "other"}], "AZURE_CLIENT_SECRET"),
        (
            {},
            [{"client_id": "app", "tenant": SUBSCRIPTION["tenantId"], "certificate": "/x.pem"}],
            "certificate",
        ),
    ],
)
def test_a_subscription_that_cannot_be_connected_says_why(folder, subscription, principals, reason):
    place = folder(
        azureProfile_json=json.dumps({"subscriptions": [SUBSCRIPTION | subscription]}),
        service_principal_entries_json=json.dumps(principals),
    )

    line = imported(place, apply=True)["azure-Lab"]

    assert line.startswith("skipped")
    assert reason in line


def test_terraforms_variables(folder):
    lines = "".join(f"ARM_{name}_ID={name}\n" for name in ("TENANT", "SUBSCRIPTION", "CLIENT"))
    place = folder(secret=f"{SECRET}\r\n", env=f"{lines}ARM_USE_OIDC=false\r\n")
    (place / "env").write_text(f"{lines}ARM_CLIENT_SECRET_FILE_PATH={place / 'secret'}\n")

    imported(place / "env", apply=True)

    assert credentials_of("terraform-azure-environment")["client_secret"] == SECRET


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "set ARM_CLIENT_SECRET"),
        ("ARM_USE_MSI=true", "ARM_USE_MSI"),
        ("ARM_USE_MSI=false", "set ARM_CLIENT_SECRET"),
        ("ARM_CLIENT_CERTIFICATE_PATH=/x.pfx", "ARM_CLIENT_CERTIFICATE_PATH"),
        ("ARM_CLIENT_SECRET_FILE_PATH=/nowhere", "its ARM_CLIENT_SECRET_FILE_PATH names"),
        (f"ARM_CLIENT_SECRET={SECRET}\nARM_ENVIRONMENT=usgovernment", "ARM_ENVIRONMENT"),
    ],
)
def test_a_login_of_terraform_that_has_no_secret_says_why(folder, more, reason):
    place = folder(env=f"ARM_TENANT_ID=t\nARM_SUBSCRIPTION_ID=s\nARM_CLIENT_ID=c\n{more}\n")

    assert reason in imported(place / "env", apply=True)["terraform-azure-environment"]


def test_every_context_of_doctl(folder):
    lines = imported(folder(config_yaml=DOCTL), apply=True)

    assert credentials_of("digitalocean-default") == {"token": f"{SECRET}-1"}
    assert credentials_of("digitalocean-team") == {"token": f"{SECRET}-2"}
    assert "in a browser" in lines["digitalocean-web"]


def test_every_user_of_linode_cli(folder):
    place = folder(**{"linode-cli": LINODE})

    lines = imported(place / "linode-cli", apply=True)

    assert credentials_of("linode-ada") == {"token": f"{SECRET}-5"}
    assert "api_host" in lines["linode-grace"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("digitalocean", ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN")),
        ("linode", ("LINODE_CLI_TOKEN", "LINODE_TOKEN")),
    ],
)
def test_tokens_in_variables(owner, monkeypatch, kind, names):
    for name in names:
        monkeypatch.setenv(name, SECRET)
        imported(environment=True, apply=True)
    assert credentials_of(f"{kind}-environment") == {"token": SECRET}

    monkeypatch.setenv(names[0], f"{SECRET}-of-another")
    assert "unset one of them" in imported(environment=True)[f"{kind}-environment"]


# --- AWS --------------------------------------------------------------------------------------


def test_profiles_with_names_in_quotes_and_logins_of_other_kinds(folder):
    lines = imported(folder(config=AWS) / "config", apply=True)

    assert credentials_of("aws-two words")["access_key_id"] == "AKIATWOWORDS"
    assert "in quotes" in lines["profile unquoted words"]
    for name in ("people", "program", "chain"):
        assert f"export-credentials --profile {name} " in lines[f"aws-{name}"]
        assert "from the gateway's own ~/.aws" in lines[f"aws-{name}"]
    assert "mfa_serial" in lines["aws-device"]
    assert credentials_of("aws-middle")["role_arn"].endswith("role/b")


def test_a_listed_profile_of_the_gateways_own_files_is_borrowed(folder, settings, monkeypatch):
    path = folder(config=AWS) / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    settings.AWS_IDENTITIES = ("profile:people", "profile:ch*")

    lines = imported(path, apply=True)

    for name in ("people", "chain"):
        assert credentials_of(f"aws-{name}")["profile"] == name
        assert credentials_of(f"aws-{name}")["access_key_id"] is None
    assert Provider.objects.get(name="aws-people").regions == ["eu-west-1"]
    assert "an operator lists profile:program in AWS_IDENTITIES" in lines["aws-program"]


def test_only_a_superuser_borrows(folder, settings, monkeypatch):
    make_user("grace")
    path = folder(config=AWS) / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    settings.AWS_IDENTITIES = ("profile:*",)

    lines = imported(path, owner="grace", apply=True)

    assert "only a superuser" in lines["aws-people"]
    assert credentials_of("aws-two words")["access_key_id"] == "AKIATWOWORDS"


# --- names, and other accounts ----------------------------------------------------------------


def env_of(folder, name, text):
    return folder(**{name: text}) / name


def openstack(project, password=SECRET):
    return (
        "OS_AUTH_URL=https://k.example/v3\nOS_USERNAME=ada\n"
        f"OS_PROJECT_NAME={project}\nOS_PASSWORD={password}\n"
    )


def test_another_account_is_not_put_in_the_place_of_one(folder):
    imported(env_of(folder, "one", openstack("lab")), apply=True)
    other = env_of(folder, "two", openstack("shop"))

    lines = imported(other, apply=True, update=True, same_account=["openstack-environment"])

    assert "another account" in lines["openstack-environment"]
    assert "--as openstack-environment=NAME" in lines["openstack-environment"]
    assert credentials_of("openstack-environment")["project"] == "lab"

    imported(other, apply=True, names=["openstack-environment=shop"])
    assert credentials_of("shop")["project"] == "shop"


def test_another_password_of_the_same_account_is_taken(folder):
    imported(env_of(folder, "one", openstack("lab")), apply=True)

    imported(env_of(folder, "two", openstack("lab", "new")), apply=True, update=True)

    assert credentials_of("openstack-environment")["password"] == "new"


@pytest.mark.parametrize("vouched", [False, True])
def test_another_token_is_taken_if_the_user_says_that_it_is_of_the_same_account(folder, vouched):
    name = "digitalocean-environment"
    imported(env_of(folder, "one", "DIGITALOCEAN_TOKEN=one"), apply=True)
    other = env_of(folder, "two", "DIGITALOCEAN_TOKEN=two")

    lines = imported(other, apply=True, update=True, same_account=[name] if vouched else [])

    assert credentials_of(name) == {"token": "two" if vouched else "one"}
    assert lines[name].startswith("updated" if vouched else "unchanged")


def test_two_accounts_of_one_name_are_connected_by_as(folder):
    one, two = env_of(folder, "one", openstack("a")), env_of(folder, "two", openstack("b"))

    lines = imported(one, two, apply=True)
    assert "--as openstack-environment=NAME" in lines["all"]
    with pytest.raises(CommandError, match="Import each by itself"):
        imported(one, two, names=["openstack-environment=b"])

    imported(two, apply=True, names=["b"])
    assert {row.name for row in Provider.objects.all()} == {"openstack-environment", "b"}


@pytest.mark.parametrize("name", ["nobody=b", "b"])
def test_a_name_for_no_account_is_refused_with_those_that_there_are(folder, name):
    with pytest.raises(CommandError, match="digitalocean-default, digitalocean-team"):
        imported(folder(config_yaml=DOCTL), apply=True, names=[name])

    assert not Provider.objects.exists()


def test_a_file_may_not_refer_to_the_gateways_own_secrets(folder, settings):
    settings.CREDENTIAL_REFERENCES = ("env:*",)
    path = env_of(folder, "env", openstack("lab", "env:HOME"))

    assert (
        "refers to the gateway's environment" in imported(path, apply=True)["openstack-environment"]
    )
    assert not Provider.objects.exists()


# --- files that are broken --------------------------------------------------------------------

GOOD = "DIGITALOCEAN_TOKEN=t\n"
BROKEN = {
    "empty": (b" \n", "is empty"),
    "huge": (b"#" * (LARGEST_BYTES + 1), "larger than 1 MiB"),
    "binary": (b"a: 1\nb: \xff\n", "see line 2"),
    "control_yaml": (b"clouds:\r\n  a: \x07\r\n", "line 2"),
    "open_yaml": (b"clouds:\n  a: [\n", "line 3"),
    "open_json": (b'{"type":\n\n', "line 3"),
    "credentials": (b"[default]\nregion = a\nregion = b\n", "region twice"),
    "twice": (b"[a]\nx = 1\n[a]\ny = 2\n", r"\[a\] twice, for the second time in line 3"),
    "ini": (b"[a]\nno value\n", "line 2"),
    "shell": (b"A=1\r\nB=$(whoami)\r\n", "line 2"),
    "azureProfile_json": (b'{"subscriptions": 7}', "no list of subscriptions"),
    "words": (b"just words", "none of these"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_its_line_and_the_others_are_connected(folder, name):
    text, reason = BROKEN[name]
    place = folder(**{name: text, "good": GOOD})
    bad = place / name.replace("_json", ".json").replace("_yaml", ".yaml")

    with pytest.raises(CommandError, match=reason) as refused:
        imported(bad, place / "good", apply=True)

    assert str(bad) in str(refused.value)
    assert Provider.objects.get().kind_slug == "digitalocean"


def refuse(*_, **__):
    raise PermissionError(13, "Permission denied")


def test_a_file_that_may_not_be_read_says_so(monkeypatch):
    monkeypatch.setattr(contents, "_read", refuse)  # root may read everything
    with pytest.raises(
        ImportFailed, match=r"/dev/null: permission denied\. Run the command as a user"
    ):
        read_text(Path("/dev/null"))


def test_a_folder_without_a_known_file_is_refused(folder):
    with pytest.raises(CommandError, match="is a folder without a file that is known"):
        imported(folder(notes="x"))


@pytest.mark.parametrize(
    "encode", [lambda text: text.encode("utf-16"), lambda text: text.encode("utf-8-sig")]
)
def test_marks_of_the_byte_order_and_ends_of_lines_of_windows(folder, encode):
    place = folder(**{"linode-cli": encode(LINODE.replace("\n", "\r\n"))})

    imported(place / "linode-cli", apply=True)

    assert credentials_of("linode-ada") == {"token": f"{SECRET}-5"}


def test_a_dry_run_shows_and_writes_nothing(folder):
    lines = imported(env_of(folder, "env", GOOD), dry_run=True)

    assert lines["digitalocean-environment"].startswith("to connect")
    assert not Provider.objects.exists()
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("import_clouds", "x", "--dry-run", "--apply")
