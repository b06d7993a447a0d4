"""Arguments that name an object or a file, and the path of a download."""

import pytest

from gateway_client.cli.buckets import destination, is_object
from gateway_client.cli.exits import CommandError
from gateway_client.cli.machines import tag_of
from gateway_client.cli.queries import says_incomplete, variables_of

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reports:2026/report.pdf", True),
        ("reports:", True),
        ("report.pdf", False),
        ("./a:b", False),
        ("/tmp/a:b", False),  # noqa: S108 - a name, not a file
    ],
)
def test_a_colon_before_a_slash_makes_an_object(text, expected):
    assert is_object(text) is expected


def test_a_key_names_a_file_in_the_folder_only(tmp_path):
    assert destination(str(tmp_path), "../../etc/passwd", force=False) == tmp_path / "passwd"
    for key in ("..", "a/..", "a/.", "/"):
        with pytest.raises(CommandError, match="Name the file"):
            destination(str(tmp_path), key, force=False)


def test_a_file_is_not_overwritten_unless_forced(tmp_path):
    (tmp_path / "a").write_text("kept")
    with pytest.raises(CommandError, match="--force"):
        destination(str(tmp_path / "a"), "a", force=False)
    assert destination(str(tmp_path / "a"), "a", force=True) == tmp_path / "a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team", {"key": "team"}),
        ("team=", {"key": "team", "value": ""}),
        ("a=b=c", {"key": "a", "value": "b=c"}),
    ],
)
def test_a_tag_may_have_no_value_or_an_empty_one(text, expected):
    assert tag_of(text) == expected


def test_variables_are_json_or_text():
    given = variables_of(["first=2", 'state=["RUNNING"]', "name=web-1", 'id="2"'])
    assert given == {"first": 2, "state": ["RUNNING"], "name": "web-1", "id": "2"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"a": {"complete": True}}, False),
        ({"a": [{"b": {"complete": False}}]}, True),
        ({"complete": None}, False),
        (None, False),
    ],
)
def test_an_incomplete_list_is_found_anywhere(data, expected):
    assert says_incomplete(data) is expected
