"""The promises of docker-compose.yml and Dockerfile; tests/functional/test_compose.py runs them."""

import re
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from gateway.run.options import ROOT, Options
from gateway.run.processes import commands
from tests import compose
from tests.compose import VariableMissingError

SECRETS = {"SECRET_KEY", "CREDENTIAL_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
ADDRESSES = {"ALLOWED_HOSTS", "SITE_ADDRESS"}
OURS = ("migrate", "web", "worker", "beat")
FILE_TAG = re.compile(r":\d+\.\d+\.\d+[\w.-]*$|:\d+\.\d+-alpine$")


@pytest.fixture
def given():
    return {name: f"<{name}>" for name in SECRETS | ADDRESSES}


@pytest.fixture
def services(given):
    return compose.load(given)["services"]


def test_what_must_be_given():
    assert compose.required_variables() == SECRETS | ADDRESSES


@pytest.mark.parametrize("name", sorted(SECRETS | ADDRESSES))
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_starts_without(given, name, value):
    given = {**given, name: value}

    with pytest.raises(VariableMissingError, match=rf"^{name}: \w.+"):
        compose.load(given)


def test_no_secret_has_a_default():
    text = compose.FILE.read_text()

    for match in compose.VARIABLE.finditer(text):
        if match["name"] and re.search("KEY|PASSWORD|SECRET", match["name"]):
            assert match["kind"] == "?", match[0]


def test_every_image_is_pinned_to_a_version_or_built_here(services):
    built = [name for name, service in services.items() if "build" in service]
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    images = [service["image"] for name, service in services.items() if name not in built]

    assert built == [*OURS, "proxy"]
    assert len(images) == 2
    assert len(bases) == 3
    assert [image for image in images + bases if not FILE_TAG.search(image)] == []


def test_no_container_is_root_or_may_become_it(services):
    for name, service in services.items():
        assert service["user"] not in ("root", "0", "0:0"), name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name


def test_only_the_proxy_can_be_reached(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}

    assert list(published) == ["proxy"]
    assert services["proxy"]["networks"] == ["front"]
    assert compose.load(dict.fromkeys(SECRETS | ADDRESSES, "x"))["networks"]["data"] == {
        "internal": True
    }
    assert {name for name in services if "front" in services[name]["networks"]} == {"web", "proxy"}


def test_each_service_tells_how_it_is(services):
    without = [name for name, service in services.items() if "healthcheck" not in service]

    assert without == ["migrate"]  # it ends


def test_only_what_can_be_many_has_no_name_of_its_own(services):
    assert [name for name, service in services.items() if "container_name" in service] == []


def test_ours_run_in_production_behind_one_proxy(services):
    for name in OURS:
        environment = services[name]["environment"]
        assert environment["GATEWAY_ENV"] == "production"
        assert environment["TRUSTED_PROXIES"] == "1"
        assert environment == services["web"]["environment"]


def test_after_the_migrations(services):
    assert services["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        conditions = {on: how["condition"] for on, how in services[name]["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }


def test_the_commands_are_those_of_a_run_on_one_machine(services):
    run = commands(_options(), aws_port=None)

    own = {"--host", "--port", "--workers-kill-timeout"}  # of a container, and of a terminal
    for name in ("web", "worker", "beat"):
        theirs, ours = _settings_of(run[name]), _settings_of(services[name]["command"])
        assert ours - own_of(ours, own) == theirs - own_of(theirs, own)


def _options():
    return Options(
        data_dir=Path("unused"),
        port=8000,
        admin_username="admin",
        admin_password="",
        redis_url="",
        demo=False,
        production=False,
    )


def _settings_of(command):
    """A command as a set: `--name value` and `--name=value` alike."""
    words = command[command.index("-m") + 1 :] if "-m" in command else command
    text = " ".join(words).replace(" -A ", " --app ").replace("=", " ")
    return set(re.findall(r"--?[\w-]+(?: [^-\s][\S]*)?|\S+", text))


def own_of(settings, names):
    return {setting for setting in settings if setting.split()[0] in names}


def test_the_secrets_that_the_documentation_makes(tmp_path):
    text = (ROOT / "docs" / "deploy.md").read_text()
    script = re.search(r"```sh\n(umask 077.*?)```", text, re.DOTALL)[1]

    subprocess.run(["/bin/sh", "-ec", script], cwd=tmp_path, check=True, timeout=10)  # noqa: S603 - our own

    path = tmp_path / ".env"
    made = dict(line.split("=", 1) for line in path.read_text().splitlines())
    assert set(made) == SECRETS | ADDRESSES
    Fernet(made["CREDENTIAL_KEYS"])
    assert all(re.fullmatch("[0-9a-f]{48,}", made[name]) for name in SECRETS - {"CREDENTIAL_KEYS"})
    assert path.stat().st_mode & 0o077 == 0
    assert compose.load(made)


def test_the_image_holds_no_data_and_no_secret():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )

    assert ignored[1] == "*"  # nothing is sent but what is named
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    assert {source.split("/")[0] for source in copied} == allowed
    assert not allowed & {".", "var", ".env", "tests"}
