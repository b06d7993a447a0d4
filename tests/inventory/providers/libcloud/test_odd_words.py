"""A secret that a cloud writes into its objects is in no log line and no problem."""

import json
import logging
import re

import pytest

from inventory.providers import ProviderError, get_kind
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.reading import unexpected_form
from tests.inventory.providers.libcloud.recorded import credentials_of
from tests.inventory.providers.libcloud.replies import (
    instead,
    lists_in,
    read_with,
    recorded_bodies,
)

NAMES = [row.name for row in ROWS if "list" in EVIDENCE[row.name].listed.split()]
INNERMOST = 3  # a text or a number this deep in a reply belongs to an object
# A mark of the next page is no object's: with the secret there, every page leads to another one,
# and is read until the deadline. test_endless_pages.py looks at that.
LINK = "next"


def full_of(secret):
    """Each text of each object is the secret."""

    def change(_at, body):
        try:
            document = json.loads(body)
        except ValueError:
            return re.sub(r">([^<>\s]+)<", f">{secret}<", body)
        return json.dumps(changed(document))

    def changed(value, depth=0):
        if isinstance(value, dict):
            return {
                name: one if name == LINK else changed(one, depth + 1)
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [changed(one, depth + 1) for one in value]
        is_of_object = depth >= INNERMOST - isinstance(value, str)
        return secret if is_of_object and isinstance(value, str | int) else value

    return change


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_in_an_object_is_in_a_log_or_a_problem(name, caplog):
    caplog.set_level(logging.DEBUG)
    kind = get_kind("libcloud", name)
    values = kind.clean_credentials(credentials_of(name))
    secret = next(values[one.name] for one in kind.credentials if one.secret and values[one.name])
    texts = []
    try:
        texts += [one.problem or "" for one in read_with(name, "virtual_machines", full_of(secret))]
    except ProviderError as error:
        texts.append(str(error))

    lines = [logging.Formatter().format(record) for record in caplog.records]
    assert not [one for one in texts + lines if secret in one]


def test_many_odd_objects_are_one_line_of_the_log(caplog):
    bodies, _records = recorded_bodies("linode", "virtual_machines")
    [(number, one)] = [(at, one) for at, body in bodies.items() for one in lists_in(body)][:1]
    odd = [{"id": at} for at in range(20)]

    found = read_with("linode", "virtual_machines", instead(number, one.text(odd)))

    assert len([record for record in found if record.problem]) == len(odd)
    assert len([record for record in caplog.records if "could not be read" in record.msg]) == 1


def test_a_word_that_is_not_known_is_no_missing_field():
    bodies, _records = recorded_bodies("linode", "virtual_machines")
    text = bodies[0].replace('"running"', '"dreaming"')
    assert text != bodies[0]

    found = read_with("linode", "virtual_machines", instead(0, text))

    problems = {record.problem for record in found if record.problem}
    assert problems == {
        "The cloud's answer has an unexpected form: the word “dreaming” is not known."
    }


def test_a_missing_field_is_named():
    assert unexpected_form(KeyError("label"), {"web"}).endswith("the field “label” is missing.")
