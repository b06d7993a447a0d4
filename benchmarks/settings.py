"""The gateway's settings, with the addresses of what it is measured beside."""

from gateway.settings import *  # noqa: F403 - all of them, as they are

ROOT_URLCONF = "benchmarks.urls"
