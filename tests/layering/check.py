# SPDX-License-Identifier: Apache-2.0
"""Checks a source tree against the rules of the house.

    python3 check.py [ROOT]

Prints every violation as path:line: text, and fails if there is one.
"""

import sys

import doors
import lengths
import shape
import tour
from tree import Tree


def violations(root):
    tree = Tree(root)
    return [found for rule in (doors, lengths, shape, tour) for found in rule.check(tree)]


def main():
    found = violations(sys.argv[1] if len(sys.argv) > 1 else ".")
    for violation in found:
        print(violation)
    print(f"layering: {len(found)} violations" if found else "layering: no violation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
