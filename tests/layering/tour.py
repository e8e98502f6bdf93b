# SPDX-License-Identifier: Apache-2.0
"""The tour through the house names only what exists: paths, classes, functions and events."""

import re
from pathlib import PurePosixPath

PAGE = "proxy/README.md"
PRODUCT = ("policy/", "tls/", "conf/", "proxy/")
_NAME = re.compile(r"(?:\w+::)*\w+")


def check(tree):
    page = next((file for file in tree.files if str(file.path) == PAGE), None)
    if page is None:
        return
    declared = _declared_names(tree)
    for number, line in enumerate(page.lines, 1):
        for name in re.findall(r"`([^`]+)`", line):
            if not _exists(tree, declared, name):
                yield page.violation(number, f"{name} does not exist")


def _exists(tree, declared, name):
    if "/" in name or "." in name:
        path = name.rstrip("/")
        return any(place in tree or (tree.root / place).is_dir()
                   for place in (path, str(PurePosixPath(PAGE).parent / path)))
    if not _NAME.fullmatch(name):
        return False
    return all(part in declared for part in name.split("::"))


def _declared_names(tree):
    """What the headers of the product define or declare."""
    names = set()
    for file in tree.of(lambda file: file.path.suffix == ".hpp"
                        and str(file.path).startswith(PRODUCT)):
        text = re.sub(r"//[^\n]*", "", file.text)
        names.update(re.findall(r"\b(?:class|struct|enum class|using|namespace)\s+([\w:]+)", text))
        names.update(re.findall(r"\b(\w+)\s*\(", text))
    return {part for name in names for part in name.split("::")}

