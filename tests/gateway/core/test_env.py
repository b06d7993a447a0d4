import pytest
from django.core.exceptions import ImproperlyConfigured

from gateway.core import env


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """A file as a container platform mounts a secret, and no variable of that name."""
    path = tmp_path / "mounted"
    path.write_text("from a file\n")
    monkeypatch.delenv("WORD", raising=False)
    monkeypatch.setenv("WORD_FILE", str(path))
    return path


def test_a_text_comes_from_its_file_without_the_line_break(mounted):
    assert env.text_or_file("WORD") == "from a file"


def test_the_variable_itself_comes_first(mounted, monkeypatch):
    monkeypatch.setenv("WORD", "from the variable")

    assert env.text_or_file("WORD") == "from the variable"


def test_a_file_that_cannot_be_read_is_named(mounted):
    mounted.unlink()

    with pytest.raises(ImproperlyConfigured, match=r"WORD_FILE cannot be read: .*mounted"):
        env.text_or_file("WORD")


def test_neither_is_an_empty_text(monkeypatch):
    monkeypatch.delenv("WORD", raising=False)
    monkeypatch.delenv("WORD_FILE", raising=False)

    assert env.text_or_file("WORD") == ""


def test_production_takes_a_secret_from_its_file_and_makes_none(mounted, tmp_path):
    directory = tmp_path / "data"

    found = env.secret("WORD", directory=directory, make=lambda: "made up", production=True)

    assert found == "from a file"
    assert not directory.exists()


def test_production_makes_no_secret_up(tmp_path, monkeypatch):
    monkeypatch.delenv("WORD", raising=False)
    monkeypatch.delenv("WORD_FILE", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"Production needs WORD \(or WORD_FILE\)"):
        env.secret("WORD", directory=tmp_path, make=lambda: "made up", production=True)

    assert list(tmp_path.iterdir()) == []
