# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition, never for a time: the one place in the tests that polls.

Every wait has a bound; when it is reached the test fails with the words that say what was
waited for. `observe` is not a wait: it looks at something for a while, for the tests that
show that nothing happens.
"""

import time

PATIENCE = 30.0  # seconds; generous, since sanitizer builds on a busy machine are slow
STEP = 0.01


def until(condition, what, within=PATIENCE):
    """Returns the first true value of condition(); AssertionError when none came in time."""
    limit = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(STEP)


def observe(seconds, probe=None):
    """Calls probe() again and again for this long; returns everything it gave."""
    seen = []
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if probe is not None:
            seen.append(probe())
        time.sleep(STEP)
    return seen
