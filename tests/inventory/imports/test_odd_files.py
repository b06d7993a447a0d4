"""Files that somebody broke, or made to break the import: each is left out with a reason.

No message shows a value of a file, even if the value is in the place of a path.
"""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory.imports.clouds import contents, kubeconfig
from inventory.imports.clouds.files import read_files
from inventory.imports.clouds.found import Found, LeftOut
from inventory.models import Provider
from tests.inventory.factories import make_user

SECRET = "hunter2SECRETS3CR3T"
KEY = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"
CLOUD = """clouds:
  lab:
    auth: {{auth_url: "https://k.example:5000", username: u, project_name: p, password: {}}}
"""
KUBECONFIG = """
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "https://k.example"}}}}]
users: [{{name: u, user: {{{}: "{}"}}}}]
"""
BROKEN = {
    "a bool.yaml": CLOUD.format(f"!!timestamp {SECRET}"),
    "a binary.yaml": CLOUD.format(f"!!binary {SECRET}"),
    "an object.yaml": CLOUD.format(f"!!python/object/apply:os.system [{SECRET}]"),
    "a set.yaml": CLOUD.format(f"!!set {{{SECRET}}}"),
    "a key twice.yaml": CLOUD.format(f"{SECRET}, password: other"),
    "a cloud twice.yaml": CLOUD.format("a") + CLOUD.format(SECRET).partition("\n")[2],
    "a number.json": f'{{"type": 1{"0" * 5000}, "client_email": "{SECRET}"}}',
    "twice.json": f'{{"type": "a", "private_key": "{SECRET}", "private_key": "b"}}',
    "no object.json": f'[{{"a": "{SECRET}"}}]',
    "NUL.txt": f"\0{SECRET}",
    "escapes": f"[\x1b[2J]\n{SECRET}\n",
}
# A value that stands for a path, in a file of each form, and the variables.
NAMING = {
    "clouds.yaml": lambda path: CLOUD.format(f"a}}, cacert: {path!r}, x: {{y: z"),
    "cluster": lambda path: KUBECONFIG.format("client-key", path),
    "token": lambda path: KUBECONFIG.format("tokenFile", path),
    "azure": lambda path: (
        "ARM_TENANT_ID=a\nARM_SUBSCRIPTION_ID=b\nARM_CLIENT_ID=c\n"
        f"ARM_CLIENT_SECRET_FILE_PATH={path}\n"
    ),
    "google": lambda path: f"GOOGLE_APPLICATION_CREDENTIALS='{path}'\n",
    "docker": lambda path: (
        f"DOCKER_HOST=tcp://d.example\nDOCKER_TLS_VERIFY=1\nDOCKER_CERT_PATH='{path}'\n"
    ),
    "cloudmesh.yaml": lambda path: (
        "cloudmesh: {cloud: {g: {cm: {kind: google}, credentials: {path_to_json_file: "
        f"{path!r}}}}}}}}}\n"
    ),
}


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def left_out(path):
    [found] = read_files([path])
    assert isinstance(found, LeftOut), found
    assert SECRET.lower() not in repr(found).lower()
    return found


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_left_out_and_the_next_one_is_read(tmp_path, name):
    broken = written(tmp_path, name, BROKEN[name])
    good = written(tmp_path, "good.yaml", CLOUD.format("p"))

    first, second = read_files([broken, good])

    assert isinstance(first, LeftOut)
    assert first.unread
    assert SECRET.lower() not in repr(first).lower()
    assert isinstance(second, Found)


@pytest.mark.parametrize("tag", ["!!bool", "!!int", "!!float", "!!str"])
def test_a_tagged_value_is_the_text_that_was_written(tmp_path, tag):
    [found] = read_files([written(tmp_path, "a.yaml", CLOUD.format(f"{tag} '0123'"))])

    assert found.account.credentials["password"] == "0123"


def test_merged_keys_may_be_given_again(tmp_path):
    text = CLOUD.format("p") + "  other:\n    <<: &all {region_name: a, profile: ''}\n"
    written(tmp_path, "a.yaml", f"{text}    region_name: b\n    auth: {{}}\n    x: *all\n")

    assert not any(one.name == "a.yaml" for one in read_files([tmp_path / "a.yaml"]))


@pytest.mark.parametrize("form", NAMING)
@pytest.mark.parametrize(
    "path",
    ["nowhere", "~nobody-has-this-name/x", "loop", "pipe", "folder", "long", "secret"],
)
def test_a_value_that_names_no_file_is_not_shown(tmp_path, form, path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    given = {
        "nowhere": f"{tmp_path}/{SECRET}",
        "long": SECRET * 300,
        "secret": SECRET,
        "~nobody-has-this-name/x": f"~nobody-has-this-name/{SECRET}",
    }.get(path, str(tmp_path / path))
    left_out(written(tmp_path, form, NAMING[form](given)))


def test_a_key_that_is_pasted_for_its_path_is_not_shown(tmp_path):
    text = CLOUD.format("p") + "    key: |\n" + "".join(f"      {one}\n" for one in KEY.split("\n"))
    left_out(written(tmp_path, "a.yaml", text + "    cert: nowhere\n"))


def test_a_token_is_read_beside_the_kubeconfig_alone(tmp_path, monkeypatch):
    """It is sent to the server that the file names."""
    folder, elsewhere = tmp_path / "kube", tmp_path / "elsewhere"
    folder.mkdir(), elsewhere.mkdir()
    (elsewhere / "token").write_text(SECRET)
    (folder / "link").symlink_to(elsewhere / "token")
    (folder / "own").write_text("own\n")
    for path in ("../elsewhere/token", str(elsewhere / "token"), "link", "a\\0b"):
        left_out(written(folder, "config", KUBECONFIG.format("tokenFile", path)))
    [found] = read_files([written(folder, "config", KUBECONFIG.format("tokenFile", "own"))])
    assert found.account.credentials["token"] == "own"

    monkeypatch.setattr(kubeconfig, "MOUNTED", elsewhere)
    text = KUBECONFIG.format("tokenFile", elsewhere / "token")
    [found] = read_files([written(folder, "config", text)])
    assert found.account.credentials["token"] == SECRET


@pytest.mark.parametrize("path", ["loop", "~nobody-has-this-name", "a\0b", "x" * 5000])
def test_a_path_that_is_none_is_left_out(tmp_path, path):
    (tmp_path / "loop").symlink_to("loop")

    assert left_out(Path(path) if path.startswith("~") else tmp_path / path).unread


def test_a_pipe_is_read_once(tmp_path):
    """As of a shell's ``<(command)``: its text comes one time."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "wb") as writer:
        writer.write(CLOUD.format("p").encode())
        writer.close()
        [found] = read_files([Path(f"/dev/fd/{reading}")])

    assert found.account.credentials["password"] == "p"


def test_a_pipe_without_a_writer_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "PIPE_SECONDS", 0.1)
    os.mkfifo(tmp_path / "pipe")
    left_out(tmp_path / "pipe")


def test_a_value_of_cloudmesh_does_not_grow_without_end(tmp_path):
    long, references = "x" * 100_000, "{cloudmesh.long}" * 10_000
    text = (
        f"cloudmesh:\n  long: {long}\n  cloud:\n    a:\n      cm: {{kind: aws}}\n"
        f"      credentials: {{EC2_SECRET_KEY: '{references}'}}\n"
    )
    assert "references" in left_out(written(tmp_path, "cloudmesh.yaml", text)).reason


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def owner(db):
    return make_user("ada", is_superuser=True)


def imported(*paths, **options):
    out = io.StringIO()
    call_command("import_clouds", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def test_a_terminal_shows_names_and_does_not_obey_them(tmp_path, owner):
    name = "a\\e[2K\\nconnected evil (aws, x): y"
    path = written(tmp_path, "a.yaml", f'clouds: {{"{name}": {{x: 1}}}}\n')
    lines = imported(path).splitlines()

    assert len(lines) == 2
    assert "\x1b" not in "".join(lines)
    assert lines[0].startswith("skipped a")
    with pytest.raises(CommandError) as caught:
        imported(tmp_path / "no\x1b[2Jthing")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("key", ["type", "project_id", "client_email"])
def test_a_value_of_another_form_is_not_shown(tmp_path, owner, key):
    given = {"type": '"service_account"', "client_email": '"a@b"', "project_id": '"p"'}
    given[key] = f'{{"private_key": "{SECRET}"}}'
    text = ", ".join(f'"{name}": {value}' for name, value in given.items())
    out = imported(written(tmp_path, "a.json", f"{{{text}}}"))

    assert "skipped" in out
    assert SECRET not in out


def test_space_around_a_name_makes_no_second_account(tmp_path, owner):
    path = written(tmp_path, "a.yaml", CLOUD.format("p").replace("lab:", "' lab ':"))
    assert "1 connected" in imported(path, apply=True)

    assert "unchanged lab" in imported(path, apply=True)
    assert [one.name for one in Provider.objects.all()] == ["lab"]
