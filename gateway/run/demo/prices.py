"""The price books of the demo's AWS accounts: libcloud's list has no prices of volumes."""

# Amazon's list prices of us-east-1: aws.amazon.com/ebs/pricing.
FIRM = """\
# Prices that libcloud's list does not have.
as_of: 2026-11-01
prices:
  volume: {gp3: 0.08 / GiB-month, gp2: 0.10 / GiB-month}
  snapshot: 0.05 / GiB-month
"""
RESEARCH = f"""\
{FIRM}
discount: 15 %  # a grant for research
"""
BOOKS = {"aws": FIRM, "research": RESEARCH}
