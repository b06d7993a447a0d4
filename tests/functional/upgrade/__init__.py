"""An existing database becomes one of this release: see test_upgrade.py."""

# The keys that the dumps were made with. They open nothing else.
SECRETS = {
    "SECRET_KEY": "of-the-upgrade-test-and-of-nothing-else-in-the-world",
    "CREDENTIAL_KEYS": "uQOoA7zsY08XvxYQwRyTitVfbkU-ls-8qPx8QTusd1g=",
}
