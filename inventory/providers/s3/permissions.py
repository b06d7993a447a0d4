"""What IAM calls that which each capability takes: docs/object-storage.md has the policy."""

from inventory.providers.capability import BY_KEY, LIST, Capability

ACTIONS = {
    BY_KEY["buckets", LIST]: ("s3:ListAllMyBuckets",),
    Capability.CREATE_BUCKET: ("s3:CreateBucket", "s3:ListBucket", "s3:TagResource"),
    Capability.DELETE_BUCKET: ("s3:DeleteBucket", "s3:ListBucket"),
    Capability.LIST_OBJECTS: ("s3:ListBucket",),
    Capability.PUT_OBJECT: ("s3:PutObject",),
    Capability.DELETE_OBJECT: ("s3:DeleteObject",),
    Capability.SIGN_UPLOAD: ("s3:PutObject",),
    Capability.SIGN_DOWNLOAD: ("s3:GetObject",),
}
