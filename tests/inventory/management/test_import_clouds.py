"""manage.py import_clouds shows the accounts of other tools, and connects them on request."""

import base64
import io
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from inventory.models import Credentials, Provider
from tests.clouds.apis.google import service_account
from tests.clouds.certificates import Signed
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db

TEMPLATE = Path(__file__).parents[2] / "recordings" / "cloudmesh" / "cloudmesh.yaml"
CLOUDS = """
clouds:
  chameleon:
    auth:
      auth_url: https://chi.example:5000/v3
      username: ada
      project_name: CH-817724
      user_domain_name: default
    region_name: KVM@TACC
  jetstream:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://js2.example:5000/v3/
      application_credential_id: 0123456789
      application_credential_secret: a-secret-of-an-application
    region_name: IU
  lab:
    auth: {auth_url: "https://lab.example/v3", username: ada, password: <password>, project_name: p}
  sso:
    auth_type: v3oidcpassword
    auth: {auth_url: "https://lab.example/v3"}
"""
SECURE = """
clouds:
  chameleon: {auth: {password: 0123}}
"""
CONFIG = """
[default]
region = eu-west-1
[profile prod]
role_arn = arn:aws:iam::222222222222:role/gateway
source_profile = default
external_id = ours
region = us-east-1
[profile people]
sso_session = corp
[profile person]
role_arn = arn:aws:iam::222222222222:role/gateway
source_profile = default
mfa_serial = arn:aws:iam::1:mfa/ada
"""
KEYS = """
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""
SECRETS = [
    "0123",
    "a-secret-of-an-application",
    "wJalrXUtnFEMI/K7MDENG",
    "BEGIN PRIVATE",
    "token-of-a",
]
AUTHORITY = Signed("authority.example")
PAIR = Signed("ada.example", AUTHORITY)


@pytest.fixture
def owner():
    return make_user("ada", is_superuser=True)


@pytest.fixture
def files(tmp_path, owner):
    """Writes files into a folder; returns their paths as text."""

    def write(**texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name.replace("_yaml", ".yaml").replace("_json", ".json")
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        return paths

    return write


def imported(*args, **options):
    out = io.StringIO()
    call_command("import_clouds", *args, stdout=out, **options)
    for secret in SECRETS:
        assert secret not in out.getvalue()
    return out.getvalue().splitlines()


def credentials_of(name):
    return Credentials.objects.get(provider__name=name).values


# --- each format ------------------------------------------------------------------------------


def test_cloudmeshs_template_has_every_compute_cloud_left_out_with_its_reason(owner):
    lines = imported(str(TEMPLATE), apply=True)

    reasons = {line.split()[1]: line for line in lines if line.startswith("skipped")}
    assert {"aws", "azure", "google", "chameleon", "jetstream", "docker"} <= set(reasons)
    assert "fill in EC2_ACCESS_ID, EC2_SECRET_KEY: a placeholder" in reasons["aws"]
    assert "AZURE_TENANT_ID" in reasons["azure"]
    assert "username" in reasons["chameleon"]
    assert "no address of its engine" in reasons["docker"]
    assert not Provider.objects.exists()


def test_cloudmeshs_file_that_is_filled_in_is_connected(files, tmp_path):
    key = tmp_path / "key.json"
    key.write_text(service_account())
    text = TEMPLATE.read_text(encoding="utf-8")
    for old, new in {
        "EC2_ACCESS_ID: TBD": "EC2_ACCESS_ID: AKIAIOSFODNN7EXAMPLE",
        "EC2_SECRET_KEY: TBD": "EC2_SECRET_KEY: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "path_to_json_file: ~/.cloudmesh/TBD": f"path_to_json_file: {key}",
        "username: TBD": "username: ada",
        "password: TBD": "password: pw-of-ada",
        "OS_USERNAME: TBD": "OS_USERNAME: ada",
        "OS_PASSWORD: TBD": "OS_PASSWORD: pw-of-ada",
        "xxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx": "11111111-2222-3333-4444-555555555555",
        "AZURE_SECRET_KEY: TBD": "AZURE_SECRET_KEY: azure-secret",
    }.items():
        text = text.replace(old, new)

    imported(*files(cloudmesh_yaml=text), apply=True)

    kinds = dict(Provider.objects.values_list("name", "kind_slug"))
    expected = {"aws": "aws", "azure": "azure", "google": "google", "jetstream": "openstack"}
    assert expected.items() <= kinds.items()
    assert credentials_of("azure")["location"] == "eastus"
    assert credentials_of("google")["zone"] == "us-central1-a"
    assert credentials_of("jetstream")["domain"] == "tacc"
    assert Provider.objects.get(name="aws").regions == ["us-east-2"]


def test_clouds_yaml_and_the_secrets_beside_it(files):
    clouds, _ = files(clouds_yaml=CLOUDS, secure_yaml=SECURE)

    lines = imported(clouds, apply=True)

    assert credentials_of("chameleon")["password"] == "0123"
    assert credentials_of("chameleon")["project"] == "CH-817724"
    assert Provider.objects.get(name="chameleon").regions == ["KVM@TACC"]
    assert credentials_of("jetstream")["application_credential_id"] == "0123456789"
    assert Provider.objects.count() == 2
    skipped = [line for line in lines if line.startswith("skipped")]
    assert any("lab" in line and "fill in password" in line for line in skipped)
    assert any("sso" in line and "v3oidcpassword" in line for line in skipped)


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        ("[{name: lab}]", "lab"),
        ("[{name: public, routes_externally: true}, {name: lab, nat_destination: true}]", "lab"),
        ("[{name: old}, {name: lab, default_interface: yes}]", "lab"),
        ("[{name: old}, {name: lab}]", None),
        ("[]", None),
    ],
)
def test_the_network_of_new_machines_is_the_one_that_clouds_yaml_names(files, networks, expected):
    text = f"""clouds:
  lab:
    auth: {{auth_url: "https://k.example:5000", username: a, password: pw-of-a, project_name: p}}
    networks: {networks}
"""

    imported(*files(clouds_yaml=text), apply=True)

    assert credentials_of("lab")["network"] == expected


def test_profiles_of_the_aws_tools(files):
    config, _ = files(config=CONFIG, credentials=KEYS)

    lines = imported(config, apply=True)

    assert Provider.objects.get(name="aws-default").regions == ["eu-west-1"]
    prod = credentials_of("aws-prod")
    assert prod["access_key_id"] == "AKIAIOSFODNN7EXAMPLE"
    assert prod["role_arn"].endswith(":role/gateway")
    assert prod["external_id"] == "ours"
    assert any("aws-people" in line and "SSO" in line for line in lines)
    assert any("aws-person" in line and "mfa_serial" in line for line in lines)


def test_a_section_of_config_in_credentials_leaves_the_settings_of_config(files):
    settings = "[default]\nregion = eu-west-1\nendpoint_url = https://ec2.corp.example\n"
    config, _ = files(config=settings, credentials=KEYS + "[profile odd]\nregion = us-west-2\n")

    imported(config, apply=True)

    [provider] = Provider.objects.all()
    assert provider.regions == ["eu-west-1"]
    assert credentials_of(provider.name)["endpoint_url"] == "https://ec2.corp.example"


@pytest.mark.parametrize("suffix", ["yaml", "yml", "json"])
def test_secrets_beside_clouds_yaml_may_have_any_of_the_endings(files, tmp_path, suffix):
    (tmp_path / f"secure.{suffix}").write_text('{"clouds": {"chameleon": {"verify": false}}}')

    lines = imported(*files(clouds_yaml=CLOUDS))

    assert any("chameleon" in line and "verify" in line for line in lines)


def test_a_region_that_is_named_all_is_not_every_region(files):
    keys = "AWS_ACCESS_KEY_ID=AKIA1\nAWS_SECRET_ACCESS_KEY=a-secret\nAWS_REGION=all\n"

    lines = imported(*files(env=keys))

    assert any("named all" in line for line in lines)


def test_a_service_accounts_key(files):
    imported(*files(key_json=service_account()), apply=True)

    [provider] = Provider.objects.all()
    assert (provider.name, provider.kind_slug) == ("google-project_name", "google")
    stored = json.loads(credentials_of(provider.name)["service_account"])
    assert stored["private_key"].startswith("-----BEGIN PRIVATE KEY-----\n")


def test_a_persons_google_login_is_no_service_account(files):
    [line, _] = imported(*files(adc_json='{"type": "authorized_user", "client_id": "x"}'))

    assert "service account" in line


@pytest.fixture
def kubeconfig(files, tmp_path):
    """Writes a kubeconfig with one context, "lab"; returns its path."""
    (tmp_path / "ca.pem").write_text(AUTHORITY.pem)
    (tmp_path / "cert.pem").write_text(PAIR.pem)
    (tmp_path / "key.pem").write_text(PAIR.key_pem)
    (tmp_path / "token").write_text("token-of-a-file\n")

    def write(user, namespace=None, **cluster):
        given = {"server": "https://lab.example:6443", **cluster}
        context = {"cluster": "c", "user": "u", **({"namespace": namespace} if namespace else {})}
        data = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": given}],
            "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "lab", "context": context}],
            "current-context": "lab",
        }
        return files(config=yaml.safe_dump(data))[0]

    return write


def test_a_name_that_a_kubeconfig_has_twice_skips_its_context(kubeconfig):
    path = Path(kubeconfig({"token": "token-of-ada"}))
    data = yaml.safe_load(path.read_text())
    data["clusters"].append({"name": "c", "cluster": {"server": "https://two.example:6443"}})
    path.write_text(yaml.safe_dump(data))

    [line, *_] = imported(str(path))

    assert line.startswith("skipped")
    assert "twice" in line


def test_a_namespace_that_is_named_all_is_not_every_namespace(kubeconfig):
    [line, *_] = imported(kubeconfig({"token": "token-of-ada"}, namespace="all"))

    assert line.startswith("skipped")


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def test_a_kubeconfigs_context_with_a_token_is_connected(kubeconfig):
    path = kubeconfig({"token": "token-of-ada"}, namespace="web")

    imported(path, apply=True)
    again = imported(path, apply=True)

    [provider] = Provider.objects.all()
    assert (provider.name, provider.kind_slug) == ("kubernetes-lab", "kubernetes")
    assert provider.regions == ["web"]
    stored = credentials_of("kubernetes-lab")
    assert (stored["server"], stored["token"]) == ("https://lab.example:6443", "token-of-ada")
    assert not any(line.startswith("new") for line in again)


def test_a_kubeconfigs_certificates_are_in_it_or_beside_it(kubeconfig):
    data = {
        "client-certificate-data": in_base64(PAIR.pem),
        "client-certificate": "other.pem",  # the data goes before it
        "client-key": "key.pem",
    }
    imported(kubeconfig(data, **{"certificate-authority": "ca.pem"}), apply=True)

    stored = credentials_of("kubernetes-lab")
    assert stored["ca_certificate"] == AUTHORITY.pem.strip()
    assert stored["client_certificate"] == PAIR.pem.strip()
    assert stored["client_key"] == PAIR.key_pem.strip()
    assert Provider.objects.get().regions == ["default"]


def test_a_kubeconfigs_token_may_be_in_a_file(kubeconfig):
    imported(kubeconfig({"token": "old", "tokenFile": "token"}), apply=True)

    assert credentials_of("kubernetes-lab")["token"] == "token-of-a-file"


@pytest.mark.parametrize(
    ("user", "cluster", "reason"),
    [
        ({"exec": {"command": "aws"}}, {}, "a program (exec)"),
        ({"auth-provider": {"name": "gcp"}}, {}, "an auth-provider"),
        ({"username": "ada", "password": "pw"}, {}, "by a password"),
        ({"token": "t", "as": "root"}, {}, "acts as another one"),
        ({}, {}, "token: is required"),
        ({"token": "REDACTED"}, {}, "add --raw"),
        ({"token": "TBD-TOKEN", "tokenFile": "nowhere"}, {}, "tokenFile"),
        ({"client-certificate": "cert.pem"}, {}, "client_key"),
        ({"client-certificate": "ca.pem", "client-key": "key.pem"}, {}, "client_key"),
        (
            {"client-key-data": "no base64!", "client-certificate": "cert.pem"},
            {},
            "no PEM in base64",
        ),
        ({"token": "t"}, {"insecure-skip-tls-verify": True}, "insecure-skip-tls-verify"),
        ({"token": "t"}, {"tls-server-name": "other.example"}, "tls-server-name"),
        ({"token": "t"}, {"proxy-url": "http://proxy.example"}, "proxy-url"),
        ({"token": "t"}, {"server": None}, "has no server"),
        ({"token": "t"}, {"server": "http://lab.example"}, "https://"),
        ({"token": "t"}, {"server": "https://10.0.0.1:6443"}, "is not allowed"),
        ({"token": "t"}, {"certificate-authority-data": "DATA+OMITTED"}, "add --raw"),
        ({"token": "t"}, {"certificate-authority-data": in_base64("none")}, "ca_certificate"),
    ],
)
def test_a_context_that_cannot_be_connected_says_why(kubeconfig, user, cluster, reason):
    [line, _] = imported(kubeconfig(user, **cluster), apply=True)

    assert line.startswith("skipped kubernetes-lab")
    assert reason in line
    assert not Provider.objects.exists()


def test_a_context_whose_parts_are_not_there_says_which(files):
    contexts = [
        {"name": "a", "context": {"cluster": "gone", "user": "u"}},
        {"name": "b", "context": {"cluster": "c"}},
        {"name": "c"},
    ]
    cluster = {"name": "c", "cluster": {"server": "https://lab.example"}}
    text = yaml.safe_dump({"contexts": contexts, "clusters": [cluster]})

    lines = imported(*files(kubeconfig_yaml=text), apply=True)

    assert "its cluster gone is not in the file" in lines[0]
    assert "its user  is not in the file" in lines[1]
    assert "its context is not a mapping" in lines[2]


@pytest.mark.parametrize("text", ["contexts: lab", "contexts: []\nusers: [ada]\n"])
def test_a_kubeconfig_that_is_none_is_refused(files, text):
    with pytest.raises(CommandError, match="is not a list of mappings"):
        imported(*files(kubeconfig_yaml=text), apply=True)


def test_an_engine_of_the_docker_command(owner, monkeypatch, tmp_path):
    (tmp_path / "ca.pem").write_text(AUTHORITY.pem)
    (tmp_path / "cert.pem").write_text(PAIR.pem)
    (tmp_path / "key.pem").write_text(PAIR.key_pem)
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))

    imported(environment=True, apply=True)

    stored = credentials_of("docker-environment")
    assert stored["host"] == "tcp://engine.example:2376"
    assert stored["client_key"] == PAIR.key_pem.strip()


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"DOCKER_HOST": "ssh://ada@engine.example"}, "by ssh"),
        ({"DOCKER_HOST": "tcp://e.example", "DOCKER_TLS": "1"}, "DOCKER_TLS_VERIFY"),
        (
            {
                "DOCKER_HOST": "tcp://e.example",
                "DOCKER_TLS_VERIFY": "1",
                "DOCKER_CERT_PATH": "/nowhere",
            },
            "DOCKER_CERT_PATH (ca.pem)",
        ),
        ({"DOCKER_HOST": "unix:///var/run/docker.sock"}, "EGRESS_ALLOW"),
    ],
)
def test_an_engine_that_cannot_be_connected_says_why(owner, monkeypatch, variables, reason):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    [line, _] = imported(environment=True, apply=True)

    assert line.startswith("skipped docker-environment")
    assert reason in line


def test_the_environment(owner, monkeypatch):
    for name in ("TENANT_ID", "SUBSCRIPTION_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"AZURE_{name}", f"value-of-{name}")

    imported(environment=True, apply=True)

    assert credentials_of("azure-environment")["client_secret"] == "value-of-CLIENT_SECRET"


def test_an_openrc_file(files):
    text = """
    # as Horizon hands it out
    export OS_AUTH_URL=https://lab.example:5000/v3
    export OS_USERNAME="ada"
    export OS_PASSWORD='pw with $ sign'
    export OS_PROJECT_NAME=demo
    export OS_USER_DOMAIN_NAME=Default
    export OS_REGION_NAME=RegionTwo
    """
    lines = [line.strip() for line in text.splitlines()]

    imported(*files(openrc="\n".join(lines).strip()), apply=True)

    assert credentials_of("openstack-environment")["password"] == "pw with $ sign"


# --- showing, connecting, doing it again ------------------------------------------------------


def test_nothing_is_connected_without_being_asked_for(files):
    lines = imported(*files(key_json=service_account()))

    assert lines[0].startswith("to connect google-project_name (google, global): service_account")
    assert "--apply" in lines[-1]
    assert not Provider.objects.exists()


def test_a_second_time_changes_nothing(files):
    paths = files(clouds_yaml=CLOUDS, secure_yaml=SECURE, config=CONFIG, credentials=KEYS)
    imported(*paths, apply=True)
    before = list(Provider.objects.order_by("pk").values())

    lines = imported(*paths, apply=True)

    assert list(Provider.objects.order_by("pk").values()) == before
    assert len(before) == 4
    assert "Nothing changed" in lines[-1]


def test_what_differs_is_replaced_only_when_asked(files):
    imported(*files(config=CONFIG, credentials=KEYS), apply=True)
    paths = files(credentials=KEYS.replace("AKIAIOSFODNN7EXAMPLE", "AKIAANOTHERKEY00000"))

    lines = imported(*paths, apply=True)
    assert any("aws-default" in line and "--update" in line for line in lines)
    assert credentials_of("aws-default")["access_key_id"] == "AKIAIOSFODNN7EXAMPLE"

    # Only AWS knows whether another key is of the same account.
    lines = imported(*paths, apply=True, update=True)
    assert any("aws-default" in line and "--same-account aws-default" in line for line in lines)
    assert credentials_of("aws-default")["access_key_id"] == "AKIAIOSFODNN7EXAMPLE"

    imported(*paths, apply=True, update=True, same_account=["aws-default"])
    assert credentials_of("aws-default")["access_key_id"] == "AKIAANOTHERKEY00000"


def test_an_account_under_another_name_is_the_same_account(files):
    paths = files(key_json=service_account())
    imported(*paths, apply=True)
    Provider.objects.update(name="our google")

    lines = imported(*paths, apply=True)

    assert Provider.objects.count() == 1
    assert any("as our google" in line for line in lines)


def test_a_name_that_another_kind_has_is_left_alone(files, owner):
    make_simulator(owner, name="google-project_name")

    lines = imported(*files(key_json=service_account()), apply=True)

    assert Provider.objects.count() == 1
    assert "of kind simulator" in lines[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("clouds: [oops", "not YAML"),
        ("just words", "none of these"),
        ("{", "not JSON"),
        ("[default\n", "not YAML"),
        ("[a]\nx = 1\nx = 2", "twice"),
        ("clouds: 7", "no clouds"),
        ("A=$(whoami)", "line 1"),
    ],
)
def test_a_file_that_is_none_is_named_and_the_others_are_connected(files, text, word):
    good = files(key_json=service_account())
    bad = files(bad=text)

    with pytest.raises(CommandError, match=word) as refused:
        imported(*bad, *good, apply=True)

    assert bad[0] in str(refused.value)
    assert Provider.objects.get().kind_slug == "google"


def test_a_file_that_is_not_there(owner, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        imported(str(tmp_path / "nowhere.yaml"))


def test_without_a_file_some_are_named(owner):
    with pytest.raises(CommandError, match=r"clouds\.yaml"):
        imported()


def test_whose_they_are_must_be_clear(files, owner):
    make_user("grace", is_superuser=True)
    paths = files(key_json=service_account())

    with pytest.raises(CommandError, match="--owner"):
        imported(*paths, apply=True)
    with pytest.raises(CommandError, match="nobody"):
        imported(*paths, owner="nobody")

    imported(*paths, owner="grace", apply=True)
    assert Provider.objects.get().owner.username == "grace"
