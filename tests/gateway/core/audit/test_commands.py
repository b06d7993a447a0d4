"""Credentials changed at the command line."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from gateway.core.audit.models import AuditEvent
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db

CLOUDS = """clouds: {mine: {region_name: R, auth: {auth_url: "https://127.0.0.1:5000/v3",
    username: u, password: s3cret, project_name: p, user_domain_name: Default,
    project_domain_name: Default}}}"""


def test_new_credential_keys_are_recorded(settings):
    old, new, lost = (Fernet.generate_key().decode() for _ in range(3))
    settings.CREDENTIAL_KEYS = [old]
    make_simulator()
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credential_keys")
    settings.CREDENTIAL_KEYS = [lost]
    with pytest.raises(CommandError):
        call_command("rotate_credential_keys")

    recorded = AuditEvent.objects.order_by("pk").values_list("kind", "action", "outcome", "result")
    assert list(recorded) == [
        ("COMMAND", "rotate_credential_keys", "OK", {"rotated": 1, "locked": 0}),
        ("COMMAND", "rotate_credential_keys", "LOCKED", {"rotated": 0, "locked": 1}),
    ]


def test_imported_credentials_are_recorded_when_they_are_connected(ann, tmp_path, capsys):
    path = tmp_path / "clouds.yaml"
    path.write_text(CLOUDS)
    call_command("import_clouds", str(path), owner="ann")
    assert not AuditEvent.objects.exists()

    call_command("import_clouds", str(path), owner="ann", apply=True)

    event = AuditEvent.objects.get()
    assert (event.kind, event.action, event.login) == ("COMMAND", "import_clouds", "ann")
    assert event.result == {"connected": 1, "updated": 0}
    assert "s3cret" not in str(event.as_json()) + capsys.readouterr().out
