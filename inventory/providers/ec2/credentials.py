"""The account at AWS: keys or another source of keys, and maybe a role that is assumed.

``identities.judge`` says which fields go together.
"""

from inventory.providers.credential import CredentialField

FIELDS = (
    CredentialField(
        "access_key_id",
        "Access key ID",
        help="The key of an IAM user or role. It begins with AKIA or ASIA. Required, unless the "
        "keys come from a profile, an instance role or a web identity.",
        required=False,
        identifies=True,
        sample="AKIASAMPLE",
    ),
    CredentialField(
        "secret_access_key",
        "Secret access key",
        help="IAM shows it once, when the access key is created. Required with an access key ID.",
        secret=True,
        required=False,
        sample="sample",
    ),
    CredentialField(
        "session_token",
        "Session token",
        help="Only with temporary credentials, whose key begins with ASIA.",
        secret=True,
        required=False,
    ),
    CredentialField(
        "role_arn",
        "Role",
        help="The ARN of a role to assume with the keys: arn:aws:iam::ACCOUNT:role/NAME.",
        required=False,
    ),
    CredentialField(
        "external_id",
        "External ID",
        help="Only if the role's trust policy asks for one.",
        required=False,
    ),
    CredentialField(
        "web_identity_token",
        "Web identity token",
        help="In place of keys: an OpenID Connect token for the role, as file:PATH; see "
        "docs/aws.md.",
        secret=True,
        required=False,
    ),
    CredentialField(
        "profile",
        "Profile",
        help="In place of keys: a profile of the gateway's own ~/.aws that an operator has "
        "listed in AWS_IDENTITIES. Only superusers may enter it.",
        required=False,
        borrows=True,
    ),
    CredentialField(
        "instance_role",
        "Instance role",
        help="In place of keys: true for the role of the machine that the gateway runs on, if an "
        "operator has listed it in AWS_IDENTITIES. Only superusers may enter it.",
        required=False,
        type=bool,
        borrows=True,
    ),
    CredentialField(
        "endpoint_url",
        "Endpoint",
        help="Only for a cloud that is compatible with EC2: its address.",
        required=False,
        url=True,
    ),
)
