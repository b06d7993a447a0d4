"""Files and standard input; addresses are in test_download."""

import io
import json

import pytest

from inventory.imports import documents
from inventory.imports.documents import read_documents
from inventory.imports.errors import ImportFailed
from tests.clouds.static_ec2 import reply, static_ec2


def read(source, given=b""):
    found = list(read_documents(str(source), standard_input=io.BytesIO(given)))
    return [(document.origin, document.data) for document in found]


def refusal(source, given=b""):
    with pytest.raises(ImportFailed) as refused:
        read(source, given)
    return refused.value.message


def test_a_file(tmp_path):
    path = tmp_path / "reply.json"
    path.write_text('[{"name": "boat"}]')

    assert read(path) == [(str(path), [{"name": "boat"}])]


def test_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "reply.json"
    path.write_text("[1]", encoding="utf-8-sig")

    assert read(path) == [(str(path), [1])]


def test_standard_input():
    assert read("-", b"[]") == [("standard input", [])]


def test_an_address():
    with static_ec2(reply(json.dumps([1, 2]))) as server:
        url = f"{server.url}/orgs/any/repos"

        assert read(url) == [(url, [1, 2])]


def test_a_file_that_is_not_there(tmp_path):
    assert refusal(tmp_path / "none.json") == f"{tmp_path / 'none.json'}: No such file or directory"


def test_a_directory(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: Is a directory"


@pytest.mark.parametrize("given", [b"", b"<html></html>", b"[1", b"\xff\xfe\xff"])
def test_what_is_not_json(given):
    assert refusal("-", given).startswith("standard input is not JSON: ")


def test_json_nested_too_deeply():
    assert refusal("-", b"[" * 200_000) == "standard input is JSON nested too deeply."


def test_too_much(monkeypatch):
    monkeypatch.setattr(documents, "LARGEST_BYTES", 1024 * 1024)

    assert refusal("-", b" " * (1024 * 1024 + 1)) == "standard input is larger than 1 MiB."


@pytest.mark.parametrize("url", ["ftp://example.org/a", "file:///etc/passwd", "http://"])
def test_other_addresses(url):
    assert refusal(url) == f"{url} is not an http or https address."


@pytest.mark.parametrize("between", ["", "\n", " \r\n\t "])
def test_documents_one_after_the_other(tmp_path, between):
    """`gh api --paginate` writes the pages of a list like this."""
    file = tmp_path / "pages.json"
    file.write_text(f' [1]{between}[2, 3]{between}{{"a": 4}}\n')

    found = list(read_documents(str(file), standard_input=io.BytesIO()))

    assert [one.data for one in found] == [[1], [2, 3], {"a": 4}]
    assert [one.origin for one in found] == [f"{file}, document {number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("text", ["", " ", "[1] x", "[1],[2]", "[1] ["])
def test_what_follows_a_document_and_is_none_is_refused(tmp_path, text):
    file = tmp_path / "pages.json"
    file.write_text(text)

    with pytest.raises(ImportFailed, match="is not JSON"):
        list(read_documents(str(file), standard_input=io.BytesIO()))
