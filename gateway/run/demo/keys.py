"""The keys of the demo's accounts; they say whose they are, and open nothing but the demo."""

FIRM_KEY = "demo"
RESEARCH_KEY = "DEMORESEARCHACCOUNT0"  # moto looks up only what is as long as a key of AWS
