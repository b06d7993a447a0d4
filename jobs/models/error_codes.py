"""Codes of errors that jobs themselves give; operations add their own. A job stores one."""

LONGEST_CODE = 50  # the column

INTERNAL = "INTERNAL"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
CONFLICT = "CONFLICT"
PERMISSION_DENIED = "PERMISSION_DENIED"
CHILDREN_FAILED = "CHILDREN_FAILED"
# The request may have been carried out: its answer was lost, and no later read shows the result.
OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
