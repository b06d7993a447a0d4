"""Keys of a profile of the gateway's own ``~/.aws``, by botocore's providers of credentials.

Static keys, chains of roles (``source_profile``), IAM Identity Center, ``credential_process`` and a
role with a web identity. Their format: docs.aws.amazon.com/sdkref/latest/guide/file-format.html.

botocore's own chain goes on after a profile without keys: to the environment and to the metadata of
the machine, which are other identities. So the chain is put together here. Its clients send over
the gateway's connections, and nothing waits for a person or longer than the task.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import (
    AssumeRoleProvider,
    AssumeRoleWithWebIdentityProvider,
    CanonicalNameCredentialSourcer,
    ConfigProvider,
    CredentialResolver,
    ProcessProvider,
    SharedCredentialProvider,
    SSOProvider,
)
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    SSOError,
    TokenRetrievalError,
)
from botocore.tokens import SSOTokenProvider

from gateway.core.http.budget import budget_in_use
from inventory.providers.boto.client import CONFIG, FILES, isolated_session
from inventory.providers.boto.errors import refusal_of
from inventory.providers.boto.grants import grant_of
from inventory.providers.boto.sending import Sender
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.token_cache import Grant

# Read from the files, whose place alone the environment may name.
FROM_FILES = {
    name: (in_file, variables if name in FILES else None, default, convert)
    for name, (in_file, variables, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
}
SIGNED_OUT = (SSOError, TokenRetrievalError)


def profile_grant(name: str, region: str) -> Grant:
    """Raises ProviderError with what to do if the profile has no keys that can be used."""
    session = isolated_session(FROM_FILES)
    session.set_config_variable("profile", name)
    session.set_default_client_config(CONFIG.merge(Config(ignore_configured_endpoint_urls=False)))
    Sender().install(session.get_component("event_emitter"))
    with _explained(name):
        if name not in session.available_profiles:
            raise _unusable(f"The gateway's files of AWS have no profile {name}.")
        found = CredentialResolver(list(_providers(session, name, region))).load_credentials()
        if found is None:
            raise _unusable(f"The profile {name} of the gateway's files of AWS has no keys.")
        return grant_of(found)


def _providers(session: Any, name: str, region: str) -> Iterator[Any]:
    chain = _Chain(session, region)
    yield AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=chain.client,
        cache={},
        profile_name=name,
        prompter=_refuse_to_ask,
        # No credential_source: it is another identity, which is listed by itself.
        credential_sourcer=CanonicalNameCredentialSourcer([]),
        profile_provider_builder=chain,
    )
    yield from chain.providers(name)


class _Chain:
    """The providers of a profile, which may be the ``source_profile`` of another one."""

    def __init__(self, session: Any, region: str) -> None:
        self._session = session
        self._region = region

    def client(self, service: str, **options: Any) -> Any:
        return self._session.create_client(service, **{"region_name": self._region, **options})

    def providers(self, profile_name: str, disable_env_vars: bool = True) -> list[Any]:  # noqa: ARG002 - botocore's signature
        session = self._session
        profile = {"load_config": lambda: session.full_config, "profile_name": profile_name}
        token = SSOTokenProvider(session, profile_name=profile_name)
        return [
            AssumeRoleWithWebIdentityProvider(
                client_creator=self.client, cache={}, disable_env_vars=True, **profile
            ),
            SSOProvider(client_creator=self.client, cache={}, token_provider=token, **profile),
            SharedCredentialProvider(session.get_config_variable(FILES[1]), profile_name),
            ProcessProvider(popen=_BoundedProcess, **profile),
            ConfigProvider(session.get_config_variable(FILES[0]), profile_name),
        ]


class _BoundedProcess(subprocess.Popen[bytes]):
    """A ``credential_process``. Raises TimeoutError at the deadline of the task."""

    def communicate(self, *_: Any, **__: Any) -> tuple[bytes, bytes]:
        try:
            return super().communicate(timeout=max(budget_in_use().left, 0))
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait()
            message = "The credential_process did not end within the deadline."
            raise TimeoutError(message) from None
        finally:
            for pipe in (self.stdout, self.stderr):
                if pipe is not None:
                    pipe.close()


def _refuse_to_ask(_prompt: str) -> str:
    raise _unusable("The profile's role requires a code of a person's device (mfa_serial).")


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn botocore's errors into errors that say what to do.

    The failures of a connection stay as they are.
    """
    where = f"The profile {name} of the gateway's files of AWS"
    try:
        yield
    except (ProviderError, requests.RequestException, TimeoutError):
        raise
    except ClientError as error:
        raise refusal_of(error.response) from None
    except SIGNED_OUT:
        what_to_do = f"run `aws sso login --profile {name}` as the gateway's user."
        raise _unusable(f"{where} is not signed in; {what_to_do}") from None
    except (BotoCoreError, OSError, ValueError, LookupError, TypeError) as error:
        reason = f"cannot be used ({type(error).__name__}); see `aws configure list`."
        raise _unusable(f"{where} {reason}") from None


def _unusable(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)
