"""The Makefile: every verb explains itself, and the README names only verbs that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAKEFILE = (ROOT / "Makefile").read_text()


def verbs() -> set[str]:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    return set(phony.group(1).split())


def test_every_verb_has_a_line_of_help() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  make (\S+) +\S", listed, re.MULTILINE)) == verbs()


def test_documents_name_only_verbs_that_exist() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "data/README.md", "CHANGELOG.md"):
        text = (ROOT / document).read_text()
        named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE))
        assert named <= verbs(), document
