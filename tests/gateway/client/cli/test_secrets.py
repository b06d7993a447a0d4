"""The place where tokens are kept, and the gateway that each token is sent to."""

import base64
import json
import stat

import pytest
from keyring.errors import KeyringLocked

from gateway_client.cli import connection, secrets
from gateway_client.cli.connection import Chosen, Session, connect, expires_at
from gateway_client.cli.exits import LOGGED_OUT, CommandError
from gateway_client.cli.profiles import forget_profile, read_profiles, save_profile

pytestmark = pytest.mark.any_database

SECRET = {"token": "cgw_secret"}


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("GATEWAY_KEYRING", "0")
    for name in ("GATEWAY_TOKEN", "GATEWAY_URL", "GATEWAY_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Context:
    def __init__(self, profile="default", url=None):
        self.choice = Chosen(profile, url)

    def find_object(self, _type):
        return self.choice


def test_only_the_owner_may_read_the_file(directory):
    secrets.save(directory, "default", SECRET)
    secrets.save(directory, "work", {"token": "cgw_other"})

    assert secrets.load(directory, "default") == SECRET
    mode = stat.S_IMODE((directory / secrets.FILE).stat().st_mode)
    assert mode == 0o600
    assert [path.name for path in directory.iterdir()] == [secrets.FILE]

    secrets.forget(directory, "default")
    assert secrets.load(directory, "default") is None
    assert secrets.load(directory, "work") == {"token": "cgw_other"}


@pytest.fixture
def keyring(monkeypatch):
    """A keyring in memory; ``locked`` makes it refuse."""
    kept, state = {}, {"locked": False}

    def guarded(function):
        def call(*args):
            if state["locked"]:
                raise KeyringLocked
            return function(*args)

        return call

    monkeypatch.delenv("GATEWAY_KEYRING")
    monkeypatch.setattr(secrets, "get_keyring", type("Keyring", (), {"priority": 5}))

    def set_password(_service, name, value):
        kept[name] = value

    def get_password(_service, name):
        return kept.get(name)

    def delete_password(_service, name):
        del kept[name]

    for function in (set_password, get_password, delete_password):
        monkeypatch.setattr(secrets, function.__name__, guarded(function))
    return kept, state


def test_a_keyring_is_preferred(directory, keyring):
    kept, _ = keyring
    secrets.write_private(directory / secrets.FILE, {"default": {"token": "an old one"}})

    assert secrets.save(directory, "default", SECRET) == "the keyring"

    assert list(kept) == ["default"]
    assert "old" not in (directory / secrets.FILE).read_text()
    assert secrets.load(directory, "default") == SECRET
    secrets.forget(directory, "default")
    assert kept == {}


def test_a_locked_keyring_does_not_stop_a_log_in(directory, keyring):
    kept, state = keyring
    state["locked"] = True

    assert secrets.save(directory, "default", SECRET) == str(directory / secrets.FILE)

    assert kept == {}
    assert secrets.load(directory, "default") == SECRET


def test_a_profile_is_kept_and_forgotten():
    save_profile("work", "https://gateway.example.org/graphql/")
    assert read_profiles() == {"work": "https://gateway.example.org/graphql/"}
    forget_profile("work")
    assert read_profiles() == {}


def test_a_token_goes_to_no_other_gateway(directory):
    save_profile("default", "https://gateway.example.org/graphql/")
    secrets.save(directory, "default", SECRET)

    with pytest.raises(
        CommandError, match=r"logged in at https://gateway\.example\.org"
    ) as refusal:
        connect(Context(url="https://evil.example.org"))

    assert refusal.value.code == LOGGED_OUT
    with connect(Context(url="https://gateway.example.org/")) as gateway:
        assert gateway.url == "https://gateway.example.org/graphql/"


def test_nobody_is_logged_in():
    with pytest.raises(CommandError, match="gateway login") as refusal:
        connect(Context())
    assert refusal.value.code == LOGGED_OUT


def test_the_environment_s_token_is_used(monkeypatch):
    monkeypatch.setenv("GATEWAY_TOKEN", "cgw_of_a_script")
    with connect(Context(url="http://127.0.0.1:9")) as gateway:
        assert gateway.http.auth.token == "cgw_of_a_script"


def token_until(moment):
    claims = base64.urlsafe_b64encode(json.dumps({"exp": moment}).encode()).decode().rstrip("=")
    return f"e30.{claims}.signature"


def test_an_access_token_is_renewed_a_minute_early(directory, monkeypatch):
    kept = {"token": token_until(1000), "refreshToken": "first"}
    secrets.save(directory, "default", kept)
    session = Session("http://127.0.0.1", "default")
    renewed = type("Tokens", (), {"token": token_until(5000), "refresh_token": "second"})

    class Renewing:
        def __init__(self, url):
            assert url == "http://127.0.0.1"

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

        def refresh_session(self, refresh_token):
            assert refresh_token == "first"
            return renewed

    monkeypatch.setattr(connection, "Gateway", Renewing)
    monkeypatch.setattr("time.time", lambda: 939)
    assert session.token() == kept["token"]
    monkeypatch.setattr("time.time", lambda: 941)
    assert session.token() == renewed.token
    assert secrets.load(directory, "default") == {"token": renewed.token, "refreshToken": "second"}
    assert expires_at(renewed.token) == 5000
