"""What of the gateway's own environment and files may be read, and what never."""

import pytest

from gateway.core.references import ReferenceRefused, is_reference, read_reference, resolve


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


def test_nothing_is_listed_by_default():
    with pytest.raises(ReferenceRefused):
        read_reference("env:CLOUD_KEY")


def test_where_nothing_is_it_is_told(folder):
    (folder / "binary").write_bytes(b"\xff\xfe")
    for reference in ("env:CLOUD_NONE", "env:CLOUD_EMPTY", f"file:{folder}/none"):
        with pytest.raises(ReferenceRefused, match="where nothing is"):
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
