"""The access keys of the demo's accounts. They name their account, and work only in the demo."""

FIRM_KEY = "demo"
RESEARCH_KEY = "DEMORESEARCHACCOUNT0"  # moto looks up only what is as long as a key of AWS
