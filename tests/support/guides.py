# SPDX-License-Identifier: Apache-2.0
"""The guides in deploy/guides: their blocks, by the file that each names."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "deploy/guides"


def page(name):
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def blocks(name):
    """Path -> text, of each fenced block that names the file it is for."""
    return dict(re.findall(r"(?ms)^```\w+ (/\S+)\n(.*?)^```$", page(name)))


def replaced(text, *pairs):
    """Text with each of these put in the other's place; each has to be there."""
    for old, new in pairs:
        assert old in text, f"{old} is not in:\n{text}"
        text = text.replace(old, new)
    return text
