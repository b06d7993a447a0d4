"""The parts of the gateway's own environment and files that a reference may read."""

import pytest

from gateway.core.references import OURS, ReferenceRefused, is_reference, read_reference, resolve


@pytest.fixture
def folder(tmp_path, settings):
    found = tmp_path / "secrets"
    found.mkdir()
    settings.CREDENTIAL_REFERENCES = ["env:CLOUD_*", "env:SECRET_KEY", f"file:{found}/*"]
    return found


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setenv("CLOUD_KEY", " s3cret\n")
    monkeypatch.setenv("CLOUD_EMPTY", " ")
    monkeypatch.setenv("OTHER", "not yours")
    monkeypatch.setenv("SECRET_KEY", "the gateway's")


def test_a_listed_variable_and_a_listed_file_are_read(folder):
    (folder / "key.json").write_text('{"a":\n1}\n')

    assert read_reference("env:CLOUD_KEY") == "s3cret"
    assert read_reference(f"file:{folder}/key.json") == '{"a":\n1}'
    assert resolve({"a": "env:CLOUD_KEY", "b": "plain", "c": 1, "d": None}) == {
        "a": "s3cret",
        "b": "plain",
        "c": 1,
        "d": None,
    }


def test_what_is_not_listed_is_refused_whether_it_is_there_or_not(folder, tmp_path):
    (tmp_path / "outside").write_text("not yours")
    (folder / "link").symlink_to(tmp_path / "outside")
    for reference in (
        "env:OTHER",
        "env:NOT_THERE",
        "env:SECRET_KEY",  # listed, but the gateway's own
        f"file:{tmp_path}/outside",
        f"file:{folder}/../outside",
        f"file:{folder}/link",
        "file:/etc/passwd",
        "file:",
        "env:",
    ):
        with pytest.raises(ReferenceRefused, match="does not list") as refused:
            read_reference(reference)
        assert "not yours" not in str(refused.value)


def test_the_gateway_s_own_data_cannot_be_listed(folder, settings, tmp_path):
    settings.CREDENTIAL_REFERENCES = ["file:*", "env:*"]
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "keys").write_text("the gateway's")
    (folder / "key").write_text("s3cret")

    assert read_reference(f"file:{folder}/key") == "s3cret"
    with pytest.raises(ReferenceRefused):
        read_reference(f"file:{settings.DATA_DIR}/keys")


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_gateway_s_own_secrets_are_refused_in_a_listed_folder(
    folder, settings, monkeypatch, name
):
    """Both by the name and where a variable of the gateway's names the file."""
    settings.CREDENTIAL_REFERENCES = ["file:*", "env:*"]
    (folder / "cloud").write_text("s3cret")
    (folder / name.lower()).write_text("the gateway's")
    (folder / f"{name}.txt").write_text("the gateway's")
    (folder / "any-name").write_text("the gateway's")
    (folder / "link").symlink_to(folder / "any-name")
    monkeypatch.setenv(f"{name}_FILE", str(folder / "any-name"))
    monkeypatch.setenv(name, "the gateway's")

    assert read_reference(f"file:{folder}/cloud") == "s3cret"
    refused = [name.lower(), f"{name}.txt", "any-name", "link"]
    for reference in [
        *(f"file:{folder}/{one}" for one in refused),
        f"env:{name}",
        f"env:{name}_FILE",
    ]:
        with pytest.raises(ReferenceRefused) as error:
            read_reference(reference)
        assert "the gateway's" not in str(error.value)


@pytest.mark.parametrize("path", ["/proc/self/environ", "/proc/1/environ", "/dev/stdin"])
def test_what_the_system_shows_of_processes_is_refused(settings, path):
    settings.CREDENTIAL_REFERENCES = ["file:*"]
    with pytest.raises(ReferenceRefused):
        read_reference(f"file:{path}")


def test_a_copy_of_the_gateway_s_own_key_is_refused(folder, settings):
    settings.SECRET_KEY = "a-key-of-the-gateway"
    settings.CREDENTIAL_KEYS = ["first-encryption-key", "second-encryption-key"]
    for number, key in enumerate([settings.SECRET_KEY, *settings.CREDENTIAL_KEYS]):
        (folder / f"copy{number}").write_text(f"KEY={key}\n")
        with pytest.raises(ReferenceRefused, match="of the gateway's own") as refused:
            read_reference(f"file:{folder}/copy{number}")
        assert key not in str(refused.value)


def test_nothing_is_listed_by_default():
    with pytest.raises(ReferenceRefused):
        read_reference("env:CLOUD_KEY")


def test_where_nothing_is_it_is_told(folder):
    (folder / "binary").write_bytes(b"\xff\xfe")
    for reference in ("env:CLOUD_NONE", "env:CLOUD_EMPTY", f"file:{folder}/none"):
        with pytest.raises(ReferenceRefused, match="which does not exist"):
            resolve({"key": reference})
    with pytest.raises(ReferenceRefused, match="key refers to"):
        resolve({"key": f"file:{folder}/binary"})


def test_what_is_a_reference():
    assert is_reference("env:A")
    assert is_reference(" file:/a")
    assert not is_reference("ENV:A")
    assert not is_reference("https://env:a@example.org")
    assert not is_reference(3)
    assert not is_reference(None)
