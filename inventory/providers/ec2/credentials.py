"""What an AWS account is: keys, and maybe a role that is assumed with them."""

from inventory.providers.credential import CredentialField

FIELDS = (
    CredentialField(
        "access_key_id",
        "Access key ID",
        help="Of an IAM user or role; begins with AKIA or ASIA.",
    ),
    CredentialField(
        "secret_access_key",
        "Secret access key",
        help="Shown once by IAM, when the access key is made.",
        secret=True,
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
        help="The ARN of a role to assume with these keys: arn:aws:iam::ACCOUNT:role/NAME.",
        required=False,
    ),
    CredentialField(
        "external_id",
        "External ID",
        help="Only if the role's trust policy asks for one.",
        required=False,
    ),
    CredentialField(
        "endpoint_url",
        "Endpoint",
        help="Only for a cloud that is compatible with EC2: its address.",
        required=False,
        url=True,
    ),
)
