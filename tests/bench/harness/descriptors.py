# SPDX-License-Identifier: Apache-2.0
"""How many files a process may have open: raised once, inherited by all that is started."""

import resource

WANTED = 100_000
SPARE = 200  # what a server has open beside its sessions


def allow_many():
    """As many as root may have; without root, as many as the system allows. Returns the limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for limit in (max(hard, WANTED), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            break
        except (OSError, ValueError):
            pass  # not root
    return limit


LIMIT = allow_many()
MOST_SESSIONS = (LIMIT - SPARE) // 2  # of a relay, which has two connections for each
