"""The keys of a profile in ~/.aws/config and ~/.aws/credentials.

From docs.aws.amazon.com/sdkref, "Settings reference", and docs.aws.amazon.com/cli, "Configuration
and credential file settings"; the last ones are written by saml2aws and aws-vault.
"""

from collections.abc import Mapping

from inventory.imports.clouds.keys import NO, Keys

KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
    "aws_security_token": "session_token",  # the older word
}
# When the session token ends. Written by saml2aws, aws-vault and others.
ENDS = (
    "x_security_token_expires",
    "aws_credential_expiration",
    "aws_session_expiration",
    "aws_expiration",
    "expiration",
)
ROLE = {"role_arn": "role_arn", "external_id": "external_id"}
SSO = "it logs in with SSO, in a browser and for hours"
# Other origins of keys. A stored account has keys of its own, and needs no person, no program of
# the user's, and not the machine that the file lies on.
LOGINS: Mapping[str, str] = {
    "sso_session": SSO,
    "sso_start_url": SSO,
    "sso_account_id": SSO,
    "sso_role_name": SSO,
    "sso_region": SSO,
    "sso_registration_scopes": SSO,
    "credential_process": "a program prints its keys, and the import runs none "
    "(credential_process)",
    "web_identity_token_file": "its role is assumed with a token that is renewed on the machine "
    "that it lies on (web_identity_token_file)",
    "mfa_serial": "its role wants a code of a person's device (mfa_serial)",
    "credential_source": "its role is assumed by the machine that it lies on (credential_source)",
    "login_session": "it logs in in a browser and for hours (login_session); import the keys that "
    "`aws configure export-credentials` prints",
}
# Those that botocore's providers in the gateway use, for a profile that an operator has listed:
# ``inventory.providers.boto.profiles``.
BORROWED = frozenset({key for key in LOGINS if LOGINS[key] == SSO}) | {
    "credential_process",
    "web_identity_token_file",
}
COMMANDS_OWN = "it concerns the command's own output and input"
CLIENTS_OWN = "the gateway has its own rules for retries, deadlines and connections"
OTHER_SERVICE = "it concerns a service that the gateway does not ask"
NO_METADATA = "the gateway takes no keys from a machine's metadata"
SHOWN = "it is shown to a person"
NO_ACCOUNT_ADDRESS = "no address that the gateway asks depends on the account"
SIGNATURE = "EC2 takes signatures of version 4"
BODIES = "it concerns checksums and compression, which EC2 does not use"
HARMLESS: Mapping[str, str] = {
    "output": COMMANDS_OWN,
    "cli_*": COMMANDS_OWN,
    "max_attempts": CLIENTS_OWN,
    "retry_mode": CLIENTS_OWN,
    "defaults_mode": CLIENTS_OWN,
    "tcp_keepalive": CLIENTS_OWN,
    "connect_timeout": CLIENTS_OWN,
    "read_timeout": CLIENTS_OWN,
    "parameter_validation": CLIENTS_OWN,
    "csm_*": "it counts what the SDK's client does",
    "sdk_ua_app_id": "it is a name in the client's User-Agent",
    "api_versions": "the gateway chooses the version by what it reads",
    "ec2_metadata_*": NO_METADATA,
    "metadata_service_*": NO_METADATA,
    "ec2_instance_profile_name": NO_METADATA,
    "disable_ec2_metadata": NO_METADATA,
    "s3": OTHER_SERVICE,
    "s3api": OTHER_SERVICE,
    "s3_*": OTHER_SERVICE,
    "emr": OTHER_SERVICE,
    "cloudformation": OTHER_SERVICE,
    "endpoint_discovery_enabled": OTHER_SERVICE,
    "disable_host_prefix_injection": OTHER_SERVICE,
    "account_id_endpoint_mode": NO_ACCOUNT_ADDRESS,
    "aws_account_id": NO_ACCOUNT_ADDRESS,
    "sigv4a_signing_region_set": SIGNATURE,
    "auth_scheme_preference": SIGNATURE,
    "request_checksum_calculation": BODIES,
    "response_checksum_validation": BODIES,
    "request_min_compression_size_bytes": BODIES,
    "disable_request_compression": BODIES,
    "sts_regional_endpoints": "STS answers with the same keys at each of its addresses",
    "role_session_name": "the gateway names its sessions cloud-gateway",
    "duration_seconds": "the gateway renews a role's keys before they end",
    "x_principal_arn": SHOWN,
}
SKIPPING: Mapping[str, str] = {
    **LOGINS,
    "ca_bundle": "its endpoint's certificate is of an authority that the gateway does not know",
    "use_fips_endpoint": "it asks other endpoints than the gateway does; name one as endpoint_url",
    "use_dualstack_endpoint": "it asks other endpoints than the gateway does; name one as "
    "endpoint_url",
}
PROFILE = Keys(
    honoured=frozenset(
        {*KEYS, *ROLE, *ENDS, "source_profile", "region", "services", "endpoint_url"}
    )
    | {"ignore_configured_endpoint_urls"},
    harmless=HARMLESS,
    skipping=SKIPPING,
    usual={"use_fips_endpoint": NO, "use_dualstack_endpoint": NO},
)
# The keys that a services section sets for EC2 and for STS.
SERVICE = Keys(honoured=frozenset({"endpoint_url"}))
