"""An operation that failed has failed, whatever form its error has."""

import pytest

from inventory.providers.azure import operations as azure
from inventory.providers.google import failures as google

ODD = ["no capacity", ["no capacity"], [{"code": "X"}], 17, True]
DOCUMENTED = {"code": "STOCKOUT", "message": "No capacity."}


@pytest.mark.parametrize("error", [*ODD, *({"errors": one} for one in ODD)], ids=repr)
def test_google(error):
    assert google._failure_of({"status": "DONE", "name": "op", "error": error}).at == "op"
    assert google._failure_of({"status": "RUNNING", "name": "op", "error": error}) is None


@pytest.mark.parametrize("error", [None, {}, {"errors": []}])
def test_google_without_an_error(error):
    assert google._failure_of({"status": "DONE", "name": "op", "error": error}) is None


def test_google_as_documented():
    failure = google._failure_of({"status": "DONE", "error": {"errors": [DOCUMENTED]}})

    assert (failure.word, failure.message) == ("STOCKOUT", "No capacity.")


@pytest.mark.parametrize(
    ("error", "word"), [*((one, "failed") for one in ODD), (DOCUMENTED, "STOCKOUT")]
)
def test_azure(monkeypatch, error, word):
    body = {"name": "op", "status": "Failed", "error": error}
    monkeypatch.setattr(azure, "ask_link", lambda *_: body)

    outcome = azure.find_outcome(None, "machine", "/subscriptions/s/operations/op")

    assert outcome.is_under_way is False
    assert outcome.failure.word == word
