"""The examples of docs/export.md, as printed."""

import json
import re
import shlex
from urllib.parse import urlencode

import pytest
from django.core.management import call_command

from gateway.exports.requests import OWN_PARAMETERS
from gateway.exports.summary import HEADERS
from gateway.run.options import ROOT
from tests.gateway.exports.client import get, make_exports
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
SHELL = [text for language, text in BLOCKS if language == "sh"]
CURLS = [text for text in SHELL if text.startswith("curl")]


def asked(text):
    """The name of the export and the query string of a call of curl."""
    words = shlex.split(text.replace("\\\n", " "))
    [url] = [word for word in words if word.startswith("$GATEWAY/export/")]
    assert words[words.index("-H") + 1] == "Authorization: Bearer $TOKEN"
    given = [words[at + 1] for at, word in enumerate(words) if word == "--data-urlencode"]
    return url.removeprefix("$GATEWAY/export/"), urlencode(
        [tuple(one.split("=", 1)) for one in given]
    )


def test_each_call_is_answered(token, cloud):
    exports = make_exports()
    for text in CURLS:
        name, query = asked(text)
        found = get(token, name, exports=exports, query=query)
        assert (found.status, found.headers["x-complete"]) == (200, "true"), text
        assert found.is_whole
        assert ("etag" in text) <= ("etag" in found.headers)
    exports.close()
    assert len(CURLS) >= 4


def test_each_command_works(cloud, tmp_path, monkeypatch, capsysbinary):
    monkeypatch.chdir(tmp_path)
    ada = make_user("ada")
    ada.is_superuser = True
    ada.save()
    lines = [line for text in SHELL for line in text.splitlines() if line.startswith("./manage.py")]
    for line in lines:
        call_command(*shlex.split(line)[1:])
    assert len(lines) >= 2
    assert (tmp_path / "machines.csv").read_bytes().startswith(b"id,name,")
    assert b'"region":' in capsysbinary.readouterr().out


def test_the_python_example_reads_what_is_whole_and_nothing_else(token, cloud, tmp_path):
    [text] = [text for language, text in BLOCKS if language == "python"]
    names = {}
    exec(text, names)  # noqa: S102 - our own page
    path = tmp_path / "machines.jsonl"
    path.write_bytes(get(token, "virtualMachines.jsonl").body)
    assert len(list(names["rows"](path))) == 12

    whole = path.read_text().splitlines(keepends=True)
    for part in (whole[:-1], whole[:3], []):
        path.write_text("".join(part))
        with pytest.raises(ValueError, match="cut off"):
            list(names["rows"](path))
    trailer = json.loads(whole[-1])
    trailer["export"]["complete"] = False
    path.write_text(json.dumps(trailer))
    with pytest.raises(ValueError, match="not complete"):
        list(names["rows"](path))


def test_every_parameter_and_header_is_explained():
    for word in (*OWN_PARAMETERS, "filter", "orderBy", "groupBy", "at", "maxAge", *HEADERS):
        assert f"`{word}`" in TEXT, word
