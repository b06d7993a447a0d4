import json

from gateway.core.http.refusals import Refusal, bad_request, body_too_large


def test_a_refusal_is_graphql_json_and_not_kept():
    refusal = Refusal(405, "METHOD_NOT_ALLOWED", "Use “POST”.", headers={"Allow": "POST"})

    assert json.loads(refusal.body) == {
        "errors": [{"message": "Use “POST”.", "extensions": {"code": "METHOD_NOT_ALLOWED"}}]
    }
    assert refusal.headers == {"Cache-Control": "no-store", "Allow": "POST"}
    assert str(refusal) == "Use “POST”."


def test_the_common_ones():
    assert (bad_request("x").status, bad_request("x").code) == (400, "BAD_REQUEST")
    assert (body_too_large(5).status, body_too_large(5).code) == (413, "BODY_TOO_LARGE")
