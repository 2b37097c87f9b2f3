"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no failure, and a found counterexample must be repeatable from the log alone. In CI the same
# examples are drawn every time, so that a change is judged by itself; at a desk new ones are tried at every run.
settings.register_profile("coalition", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("coalition")
