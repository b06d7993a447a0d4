"""The name that a browser saves a downloaded object under."""

from email.message import Message

import pytest

from inventory.providers.store_rules import attachment


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("2026/11/my report (1).pdf", "my report (1).pdf"),
        ("a/ü-日本.html", "ü-日本.html"),
        ('quote";\\.html', 'quote";\\.html'),
        ("tab\tand\x01control\r\nX-Other: 1", "tab\tand\x01control\r\nX-Other: 1"),
        ("percent%41", "percent%41"),
        (f"{'long' * 250}.txt", f"{'long' * 24}.txt"),
    ],
)
def test_it_is_the_end_of_the_key(key, name):
    header = attachment(key)
    message = Message()
    message["Content-Disposition"] = header

    assert header.isascii()
    assert header.isprintable()
    assert message.get_content_disposition() == "attachment"
    assert message.get_filename() == name


@pytest.mark.parametrize("key", ["", "folder/"])
def test_a_key_without_an_end_has_no_name(key):
    assert attachment(key) == "attachment"
