# SPDX-License-Identifier: Apache-2.0
"""The outer shape: where files may be, what each must have, what must not stay."""

import re
from pathlib import PurePosixPath

from tree import Violation

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
             "conf", "deploy", "policy", "proxy", "tests", "tls"}
FORBIDDEN_FOLDERS = {"src", "util", "utils", "common", "base"}
PRODUCT = ("policy/", "tls/", "conf/", "proxy/")
LICENCE = "SPDX-License-Identifier: Apache-2.0"

# Spelled in halves, or this file would find itself.
LEFTOVER = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX")) + r")\b")

INCLUDED = re.compile(r"^\s*#\s*include\s*[<\"]([^>\"]+)", re.M)


def check(tree):
    yield from _check_places(tree)
    yield from _check_readmes(tree)
    for file in tree.files:
        if file.path.suffix == ".hpp":
            yield from _check_pragma(file)
        if file.is_code or file.path.suffix in (".md", ".toml", ".json"):
            yield from _check_leftovers(file)
    yield from _check_names(tree)
    yield from _check_own_header(tree)
    if "LICENSE" in tree:
        yield from _check_licence(tree)
    yield from _check_orphans(tree)


def _check_places(tree):
    for file in tree.files:
        top = file.path.parts[0]
        if top not in TOP_LEVEL and not top.startswith("."):
            yield file.violation(0, f"{top} has no place at the top level")
        for folder in FORBIDDEN_FOLDERS.intersection(file.path.parts[:-1]):
            yield file.violation(0, f"a folder named {folder} says nothing about what is in it")


def _check_readmes(tree):
    """In each folder of the product, and at the top of the others."""
    folders = set()
    for file in tree.files:
        for folder in file.path.parents:
            product = f"{folder}/".startswith(PRODUCT) and file.is_cpp
            if product or (len(folder.parts) == 1 and folder.name[0] != "."):
                folders.add(folder)
    for folder in sorted(folders):
        if folder / "README.md" not in tree:
            yield Violation(str(folder), 0, "has no README.md")


def _check_licence(tree):
    for file in tree.of(lambda file: file.is_code):
        if not any(line.endswith(LICENCE) for line in file.lines[:2]):
            yield file.violation(1, f"does not begin with {LICENCE}")


def _check_pragma(file):
    code = (line.strip() for line in file.lines)
    first = next((line for line in code if line and not line.startswith("//")), "")
    if first != "#pragma once":
        yield file.violation(1, "a header begins with #pragma once")


def _check_names(tree):
    """Who opens a header by its name alone finds one."""
    first = {}
    for file in tree.of(lambda file: file.path.suffix == ".hpp"):
        name = file.path.name
        if not str(file.path).startswith(PRODUCT):
            continue
        if name in first:
            yield file.violation(0, f"{first[name]} has this name already")
        first.setdefault(name, file.path)


def _check_own_header(tree):
    """A source includes its header before anything else, and so proves that it compiles alone."""
    for file in tree.of(lambda file: file.path.suffix == ".cpp"):
        own = str(file.path.with_suffix(".hpp"))
        if own not in tree or not str(file.path).startswith(PRODUCT):
            continue
        first = INCLUDED.search(file.text)
        if first is None or first[1] != own:
            yield file.violation(0, f"includes something before {own}")


def _check_leftovers(file):
    for number, line in enumerate(file.lines, 1):
        match = LEFTOVER.search(line)
        if match:
            yield file.violation(number, f"{match[1]}: do it, or leave it to the tracker")


def _check_orphans(tree):
    """A source that no CMakeLists.txt names is not built, a header not verified."""
    lists = tree.of(lambda file: file.is_cmake)
    for file in tree.of(lambda file: file.is_cpp):
        named = file.path.suffix == ".cpp" or str(file.path).startswith(PRODUCT)
        if named and not any(_names(cmake, file.path) for cmake in lists):
            yield file.violation(0, "no CMakeLists.txt names this file")


def _names(cmake, path):
    """Relative to the list's own folder, or from the root (`${PROJECT_SOURCE_DIR}/path`)."""
    names = {str(path)}
    folder = cmake.path.parent
    if PurePosixPath(folder) in path.parents:
        names.add(str(path.relative_to(folder)))
    words = re.split(r"[\s()\"]+", cmake.text)
    return any(word.removeprefix("${PROJECT_SOURCE_DIR}/") in names for word in words)
