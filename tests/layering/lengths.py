# SPDX-License-Identifier: Apache-2.0
"""Short files, short functions, short classes.

A class is as long as those files are together of which it fills the most, comments and all, since
that is what has to be read by whoever wants to know it. The length of a function is counted from
the line of its opening brace to that of its closing one. C++ is read without a compiler: comments,
strings and the second branches of #if are blanked out, then braces are followed from namespaces and
classes inwards; the first brace that follows a parameter list opens a function. Lambdas and local
classes count as part of it.
"""

import ast
import re
from collections import Counter

MAX_FILE = 400
MAX_FUNCTION = 60
MAX_PRODUCT_FUNCTION = 40
MAX_CLASS = 450
PRODUCT = ("policy/", "tls/", "conf/", "proxy/")

_TOKENS = re.compile(
    r'R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'  # raw string
    r'|"(?:\\.|[^"\\\n])*"'  # string
    r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'"  # character, not a digit separator
    r"|//[^\n]*|/\*.*?\*/",
    re.S)
_CONTAINER = re.compile(
    r"(?:template\s*<.*>\s*)?(?:inline\s+|export\s+)*(?:namespace|class|struct|union|enum|extern)\b",
    re.S)


def check(tree):
    for file in tree.of(lambda file: file.is_code):
        if len(file.lines) > MAX_FILE:
            yield file.violation(0, f"{len(file.lines)} lines, more than {MAX_FILE}")
        most = MAX_PRODUCT_FUNCTION if _is_product(file) else MAX_FUNCTION
        for line, length in functions(file):
            if length > most:
                yield file.violation(line, f"a function of {length} lines, more than {most}")
    yield from _check_classes(tree)


def _check_classes(tree):
    total, home = Counter(), {}
    for file in tree.of(_is_product):
        here = Counter()
        for name, line, length in class_parts(file.text):
            here[name] += length
            if line:
                home[file.path.parent, name] = (file, line)
        if here:
            total[file.path.parent, here.most_common(1)[0][0]] += len(file.lines)
    for key, length in total.items():
        if length > MAX_CLASS and key in home:
            file, line = home[key]
            yield file.violation(line, f"class {key[1]} has {length} lines, more than {MAX_CLASS}")


def _is_product(file):
    return file.is_cpp and str(file.path).startswith(PRODUCT)


def functions(file):
    """Pairs of first line and number of lines."""
    if file.is_cpp:
        return [(line, length) for kind, _, line, length in _cpp_scopes(file.text)
                if kind == "function"]
    if file.is_python:
        return _python_functions(file.text)
    if file.is_shell:
        return _block_functions(file.lines, r"^(?:function\s+)?[\w-]+\s*(?:\(\))?\s*\{\s*$", r"^\}")
    return _block_functions(file.lines, r"(?i)^(?:function|macro)\s*\(", r"(?i)^end(?:function|macro)")


def class_parts(text):
    """Of each class its name, line and length; of each member function that stands outside of it the
    class's name, 0 and its length."""
    for kind, header, line, length in _cpp_scopes(text):
        of_class = re.search(r"\b(?:class|struct)\s+(\w+)[^()]*$", header)
        member = re.search(r"\b(\w+)::~?\w+\s*\(", header)
        if kind == "container" and of_class:
            yield of_class[1], line, length
        elif kind == "function" and member:
            yield member[1], 0, length


def _cpp_scopes(text):
    """What opens and closes outside of functions: kind, what stands before it, line, length."""
    scopes = []  # (kind, line of the brace, what stood before it)
    since = ""  # what stands since the last ; { or }
    line = 1
    for char in _without_noise(text):
        line += char == "\n"
        if char == "{":
            scopes.append((_kind(since, scopes), line, since))
            since = ""
        elif char == "}" and scopes:
            kind, start, before = scopes.pop()
            yield kind, before, start, line - start + 1
            since = before if kind == "member" else ""
        else:
            since = "" if char == ";" else since + char


def _kind(header, scopes):
    """What a brace opens. A member's initialiser, as in `A() : x_{1} {`, does not end a header; the
    formatter sees to it that only such a brace follows a name without a space."""
    if any(kind != "container" for kind, *_ in scopes):
        return "block"
    if re.search(r"[\w>]$", header):
        return "member"
    header = re.sub(r"^\s*(?:public|private|protected)\s*:(?!:)", "", header).strip()
    if _CONTAINER.match(header) and not re.search(r"\)[\s\w&]*$", header):
        return "container"
    return "function" if ")" in header else "block"


def _without_noise(text):
    """Comments, strings and preprocessor lines blanked out, every line end kept."""
    text = _TOKENS.sub(lambda match: "\n" * match.group().count("\n"), text)
    kept, hidden = [], []  # hidden: for each open #if, whether its first branch is over
    continued = False
    for line in text.split("\n"):
        directive = re.match(r"\s*#\s*(\w+)", line)
        if directive and directive[1].startswith("if"):
            hidden.append(False)
        elif directive and directive[1].startswith("el") and hidden:
            hidden[-1] = True
        elif directive and directive[1] == "endif" and hidden:
            hidden.pop()
        kept.append("" if directive or continued or any(hidden) else line)
        continued = (directive or continued) and line.endswith("\\")
    return "\n".join(kept)


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def _block_functions(lines, opening, closing):
    start = 0
    for number, line in enumerate(lines, 1):
        if re.match(opening, line):
            start = number
        elif start and re.match(closing, line):
            yield start, number - start + 1
            start = 0
