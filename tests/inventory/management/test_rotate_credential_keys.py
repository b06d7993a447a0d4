"""Keys are changed while stored rows use them, with real rows and real keys."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from gateway.core.crypto import DecryptionError
from gateway.core.webhooks.services import webhook_rotate
from inventory.models import Credentials
from inventory.services import credential_keys
from inventory.services.credential_keys import credential_keys_rotate
from jobs.api import Job, Secret, reveal, seal
from tests.gateway.core.webhooks.factories import make_webhook
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_job, make_user

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.CREDENTIAL_KEYS = [OLD]


def rotate():
    out = io.StringIO()
    call_command("rotate_credential_keys", stdout=out)
    return out.getvalue()


def tokens():
    with connection.cursor() as cursor:
        cursor.execute('SELECT id, "values" FROM inventory_credentials ORDER BY id')
        return dict(cursor.fetchall())


def test_everything_opens_with_the_new_key_alone_afterwards(settings):
    provider = make_simulator(seed="swordfish")
    job = make_job(arguments=seal({"user_data": Secret("#!/bin/sh"), "size": "small"}))
    before = dict(Credentials.objects.get(provider=provider).values)
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    assert rotate() == "2 encrypted with the first key, 0 needed nothing.\n"

    settings.CREDENTIAL_KEYS = [NEW]
    assert Credentials.objects.get(provider=provider).values == before
    job.refresh_from_db()
    assert reveal(job.arguments["user_data"]) == "#!/bin/sh"
    assert job.arguments["size"] == "small"
    settings.CREDENTIAL_KEYS = [OLD]
    with pytest.raises(DecryptionError):
        Credentials.objects.get(provider=provider)


def test_secrets_of_webhooks_open_with_the_new_key_too(settings):
    webhook = make_webhook(make_user(), url="https://hooks.example.org/")
    old = webhook.secret
    new = webhook_rotate(webhook=webhook).secret
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    assert rotate() == "2 encrypted with the first key, 0 needed nothing.\n"

    settings.CREDENTIAL_KEYS = [NEW]
    webhook.refresh_from_db()
    assert (webhook.secret, webhook.previous_secret) == (new, old)


def test_a_second_run_finds_nothing_to_do(settings):
    make_simulator()
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotate()
    stored = tokens()

    assert rotate() == "0 encrypted with the first key, 1 needed nothing.\n"
    assert tokens() == stored


def test_what_was_interrupted_is_finished_by_the_next_run(settings, monkeypatch):
    monkeypatch.setattr(credential_keys, "BATCH", 2)
    for _ in range(5):
        make_simulator()
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    before = tokens()

    run = credential_keys_rotate()
    next(run)
    run.close()

    changed = [key for key, token in tokens().items() if token != before[key]]
    assert changed == sorted(before)[:2]
    assert rotate() == "3 encrypted with the first key, 2 needed nothing.\n"
    assert not set(tokens().values()) & set(before.values())


def test_what_no_key_opens_is_named_and_left_as_it_was(settings):
    settings.CREDENTIAL_KEYS = [LOST]
    lost_provider = make_simulator()
    settings.CREDENTIAL_KEYS = [OLD]
    make_simulator()
    before = tokens()
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match="do not drop a key") as refused:
        rotate()

    pk = Credentials.objects.filter(provider=lost_provider).values_list("pk", flat=True).get()
    assert f"Credentials {pk}." in str(refused.value)
    assert tokens()[pk] == before[pk]
    assert sum(tokens()[key] != before[key] for key in before) == 1


def test_jobs_without_secrets_are_not_written():
    job = make_job(arguments={"size": "small"})

    rotate()

    assert Job.objects.get(pk=job.pk).arguments == {"size": "small"}
