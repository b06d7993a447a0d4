"""`gateway export` against a server that answers as the gateway does, and one that breaks off."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import typer

from gateway_client import GraphQLClientHttpError
from gateway_client.addresses import export_address
from gateway_client.cli import exits, export
from gateway_client.cli.connection import Chosen
from gateway_client.cli.main import of_http

pytestmark = pytest.mark.any_database

MISSING = [{"provider": "p", "region": "r", "resource": "volumes", "code": "TIMEOUT"}]


class Handler(BaseHTTPRequestHandler):
    """Answers in chunks what ``server.answer`` says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        status, headers, chunks, is_whole = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if is_whole:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked = []
    made.answer = (200, {"X-Complete": "true", "X-Rows": "1"}, [b"name\r\n", b"web\r\n"], True)
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def run(server, monkeypatch):
    monkeypatch.setenv("GATEWAY_TOKEN", "cgw_x")

    def call(resource, **options):
        context = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)))
        context.obj = Chosen(profile="default", url=f"http://127.0.0.1:{server.server_port}")
        export.export(context, resource, **options)

    return call


def test_the_file_appears_when_all_has_come(run, server, tmp_path, capsys):
    path = tmp_path / "volumes.csv"

    run("volumes", output=path, filter='{"name": "a&b"}', max_age=0, fields="name")

    assert path.read_bytes() == b"name\r\nweb\r\n"
    assert [one.name for one in tmp_path.iterdir()] == ["volumes.csv"]
    [(address, authorization)] = server.asked
    assert urlsplit(address).path == "/export/volumes.csv"
    assert parse_qs(urlsplit(address).query) == {
        "filter": ['{"name": "a&b"}'],
        "maxAge": ["0"],
        "fields": ["name"],
        "trailer": ["false"],
    }
    assert authorization == "Bearer cgw_x"
    assert "1 rows." in capsys.readouterr().err


def test_what_breaks_off_leaves_the_old_file(run, server, tmp_path):
    path = tmp_path / "volumes.csv"
    path.write_text("old")
    server.answer = (*server.answer[:3], False)

    with pytest.raises(exits.CommandError, match="broke off"):
        run("volumes", output=path)

    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["volumes.csv"]


def test_an_incomplete_one_is_kept_and_ends_with_3(run, server, tmp_path, capsys):
    headers = {"X-Complete": "false", "X-Rows": "1", "X-Missing-Sources": json.dumps(MISSING)}
    server.answer = (200, headers, [b"{}\n"], True)
    path = tmp_path / "volumes.jsonl"

    with pytest.raises(typer.Exit) as ended:
        run("volumes", output=path)

    assert ended.value.exit_code == exits.INCOMPLETE == 3
    assert path.read_text() == "{}\n"
    assert "p, r, volumes: TIMEOUT" in capsys.readouterr().err
    assert server.asked[0][0].startswith("/export/volumes.jsonl?")


def test_a_refusal_is_that_of_the_gateway(run, server, tmp_path):
    error = {"message": "There is no field.", "extensions": {"code": "INVALID"}}
    server.answer = (400, {}, [json.dumps({"errors": [error]}).encode()], True)

    with pytest.raises(GraphQLClientHttpError) as refused:
        run("volumes", output=tmp_path / "x.parquet")

    assert of_http(refused.value) == ("There is no field. (INVALID)", exits.REFUSED)
    assert list(tmp_path.iterdir()) == []
    assert "trailer" not in server.asked[0][0]


def test_the_address_is_beside_that_of_graphql():
    for graphql, found in (
        ("https://a.example/graphql/", "https://a.example/export/volumes.csv"),
        ("https://a.example/below/graphql/", "https://a.example/below/export/volumes.csv"),
    ):
        assert export_address(graphql, "volumes.csv") == found
