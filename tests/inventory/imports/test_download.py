"""Pages over HTTP, from a server that answers as GitHub does, and from some that do not."""

import json

import pytest

from gateway.run.ports import free_port
from inventory.imports import download as module
from inventory.imports.download import download
from inventory.imports.errors import ImportFailed
from tests.clouds.static_ec2 import reply, static_ec2
from tests.normalizing import UNREADABLE, every_size, host_of, in_header, normalized  # noqa: F401


def pages(count, link='<{base}?per_page=1&page={next}>; rel="next", <{base}?page=9>; rel="last"'):
    """A script: ``count`` pages, each naming the next as GitHub does."""

    def answer(asked):
        number = int(asked.get("page", 1))
        headers = {}
        if number < count:
            headers["Link"] = link.format(base="/orgs/any/repos", next=number + 1)
        return reply(json.dumps([number]), headers=headers)

    return answer


def bodies(url):
    return [json.loads(page.body) for page in download(url)]


def refusal(url):
    with pytest.raises(ImportFailed) as refused:
        bodies(url)
    return refused.value.message


def test_every_page_is_followed():
    with static_ec2(pages(3)) as server:
        assert bodies(f"{server.url}/orgs/any/repos?per_page=1") == [[1], [2], [3]]

    assert [asked.get("page") for asked in server.asked] == [None, "2", "3"]


@pytest.mark.parametrize(
    "link",
    [
        '</a?page=9>; rel="last", <?page={next}>; rel="next"',
        "<?page={next}>; rel=next",
        '<?page={next}>; title="a, b"; REL="prefetch next"',
    ],
)
def test_other_ways_to_write_a_link(link):
    with static_ec2(pages(2, link)) as server:
        assert bodies(server.url) == [[1], [2]]


@pytest.mark.parametrize(
    "link", ['<?page=2>; rel="prev"', '<?page=2>; rel="nextish"', "<?page=2>", "rubbish", ""]
)
def test_what_names_no_next_page(link):
    with static_ec2(reply("[1]", headers={"Link": link})) as server:
        assert bodies(server.url) == [[1]]


def test_github_is_told_who_asks_and_what_is_wanted():
    with static_ec2(reply("[]")) as server:
        bodies(server.url)

    [(method, headers)] = server.requests
    assert method == "GET"
    assert headers["User-Agent"] == "cloud-gateway"
    assert headers["Accept"].startswith("application/vnd.github+json")
    assert "Authorization" not in headers


def test_a_next_page_on_another_server_is_refused_and_not_asked():
    with static_ec2(reply("[2]")) as other:
        link = f'<{other.url}/repos?page=2>; rel="next"'
        with static_ec2(reply("[1]", headers={"Link": link})) as server:
            message = refusal(server.url)

    assert message == (
        f"The next page of {server.url} is {other.url}/repos?page=2, which is another server. "
        "Name that one if you mean it."
    )
    assert other.requests == []


def test_a_redirect_to_another_server_is_refused_and_not_asked():
    with static_ec2(reply("[2]")) as other:
        moved = reply("", 301, headers={"Location": f"{other.url}/repos"})
        with static_ec2(moved) as server:
            message = refusal(server.url)

    assert f"redirects to {other.url}/repos, which is another server." in message
    assert other.requests == []


def test_a_redirect_on_the_same_server_is_followed():
    """GitHub answers like this for an organisation that was renamed."""

    def answer(asked):
        if asked:
            return reply("[1]")
        return reply("", 301, headers={"Location": "/organizations/7/repos?id=7"})

    with static_ec2(answer) as server:
        assert bodies(f"{server.url}/orgs/old/repos") == [[1]]


def test_a_redirect_that_never_ends():
    with static_ec2(reply("", 302, headers={"Location": "/again"})) as server:
        message = refusal(f"{server.url}/orgs")

    assert message == f"{server.url}/orgs redirects more than 5 times."
    assert len(server.requests) == 6


def test_a_redirect_to_nowhere_is_a_refusal():
    with static_ec2(reply("", 302)) as server:
        assert refusal(server.url) == f"{server.url} answers 302: Found"


def test_a_page_that_names_itself():
    with static_ec2(reply("[1]", headers={"Link": '</a>; rel="next"'})) as server:
        assert refusal(f"{server.url}/a") == f"{server.url}/a comes back as its own next page."


def test_too_many_pages(monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 3)
    with static_ec2(pages(4)) as server:
        assert refusal(server.url) == f"{server.url} goes on for more than 3 pages."

    assert len(server.requests) == 3


def test_a_page_that_is_too_large(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_PAGE_BYTES", 1024 * 1024)
    with static_ec2(reply(" " * (1024 * 1024 + 1))) as server:
        assert refusal(server.url) == f"{server.url} is larger than 1 MiB."


def test_a_server_that_drips(monkeypatch):
    monkeypatch.setattr(module, "TOTAL_SECONDS", 0.2)
    with static_ec2(reply(" " * 1000, drip=0.02)) as server:
        assert refusal(server.url) == f"{server.url} took more than 0.2 seconds."


def test_a_server_that_drips_its_header(monkeypatch):
    monkeypatch.setattr(module, "TOTAL_SECONDS", 0.2)
    with static_ec2(reply("[]", header_drip=0.02)) as server:
        assert refusal(server.url) == f"{server.url} took more than 0.2 seconds."


def test_a_server_that_says_nothing(monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    with static_ec2(reply("[]", delay=5)) as server:
        message = refusal(server.url)

    assert message.startswith(server.url)
    assert "timed out" in message


@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_server_that_breaks_off(end):
    with static_ec2(reply(" " * 1000, **{end: True})) as server:
        assert refusal(server.url).startswith(f"{server.url} broke off: ")


def test_no_server():
    url = f"http://127.0.0.1:{free_port()}/"

    assert refusal(url).startswith(f"{url} does not answer: ")


def test_a_refusal_in_github_s_words():
    body = json.dumps({"message": "API rate limit exceeded for 192.0.2.1."})
    with static_ec2(reply(body, 403)) as server:
        said = refusal(server.url)

    assert said == f"{server.url} answers 403: API rate limit exceeded for 192.0.2.1."


@pytest.mark.parametrize("body", ["<html>", "[]", '{"error": 1}', ""])
def test_a_refusal_in_other_words(body):
    with static_ec2(reply(body, 404)) as server:
        assert refusal(server.url) == f"{server.url} answers 404: Not Found"


def test_an_address_with_a_password_is_refused_without_repeating_it():
    message = refusal("https://ann:correct-horse@api.github.com/orgs/any/repos")

    assert message == "Leave user and password out of the address of api.github.com."


@pytest.mark.parametrize("url", ["http://a:b:c/", "http://[::1", "http://127.0.0.1:99999/"])
def test_what_is_no_address(url):
    assert refusal(url).startswith(f"{url} is not an address: ")


@pytest.mark.parametrize(
    ("status", "header", "form"),
    [(302, "Location", "http://{}/x"), (200, "Link", '<http://{}/x>; rel="next"')],
)
@every_size
def test_no_address_in_a_header_is_normalized(normalized, status, header, form, size):
    answer = reply("[]", status, headers={header: in_header(form.format(host_of(size)))})
    with static_ec2(answer) as server, pytest.raises(ImportFailed, match=UNREADABLE) as caught:
        bodies(server.url)

    assert len(caught.value.message) < 500
    assert normalized == []


@every_size
def test_the_address_of_an_import_is_not_normalized(normalized, size):
    with pytest.raises(ImportFailed, match=UNREADABLE):
        bodies(f"http://{host_of(size)}/x")

    assert normalized == []
