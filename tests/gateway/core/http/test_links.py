"""The Link header: RFC 8288, as GitHub and others write it."""

import pytest

from gateway.core.http.links import next_link

PAGE = "https://api.example.com/x?page=2"


@pytest.mark.parametrize(
    "header",
    [
        f'<{PAGE}>; rel="next"',
        f"<{PAGE}>; rel=next",
        f'<{PAGE}>;rel="Next"',
        f'<{PAGE}>; rel="next last"',
        f'<{PAGE}>; title="a, b; c"; rel="next"',
        f'<{PAGE}>; foo="<x>"; rel="next"',
        f'<{PAGE}>; crossorigin; rel="next"',
        f'<https://api.example.com/x?page=1>; rel="prev", <{PAGE}>; rel="next"',
        f'<https://api.example.com/x?a=1,2>; rel="prev", <{PAGE}>; rel="next"',
    ],
)
def test_the_next_page(header):
    assert next_link(header) == PAGE


@pytest.mark.parametrize(
    "header",
    ["", " ", "rubbish", f'<{PAGE}>; rel="prev"', f'<{PAGE}>; rel="nextpage"', f"<{PAGE}>"],
)
def test_no_next_page(header):
    assert next_link(header) is None


@pytest.mark.parametrize("header", ['page=2; rel="next"', f'{PAGE}; rel="next"'])
def test_a_page_that_cannot_be_read_is_not_lost(header):
    with pytest.raises(ValueError, match="cannot be read"):
        next_link(header)
