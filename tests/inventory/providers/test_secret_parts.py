import json

from inventory.providers.secret_parts import parts_of

KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0=\n-----END KEY-----\n"


def test_a_plain_secret_is_one_part():
    assert list(parts_of("swordfish")) == ["swordfish"]
    assert list(parts_of('{"broken')) == ['{"broken']


def test_each_long_line_of_a_text_is_a_part():
    assert list(parts_of(KEY)) == [
        KEY,
        "-----BEGIN KEY-----",
        "MIIEvQIBADANBgkqhkiG",
        "-----END KEY-----",
    ]


def test_values_of_a_document_are_parts_without_addresses_and_short_words():
    document = json.dumps(
        {
            "type": "service_account",
            "token_uri": "https://oauth2.example/token",
            "private_key": KEY,
            "number": 12345678901234567890,
        }
    )

    found = list(parts_of(document))

    assert found[0] == document
    assert found[1] == KEY
    assert "MIIEvQIBADANBgkqhkiG" in found
    assert len(found) == 5
