"""The files that containers are made from, read without an engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILES = ("docker-compose-local.yaml", "docker-compose-cloud.yaml")
_REFERENCE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?P<how>:-|:\?)?")


@dataclass(frozen=True)
class Stage:
    """A stage of the Dockerfile: its instructions, each on one line."""

    name: str
    base: str
    instructions: tuple[tuple[str, str], ...]

    def all(self, instruction: str) -> list[str]:
        return [text for name, text in self.instructions if name == instruction]


def dockerfile() -> tuple[list[str], dict[str, Stage]]:
    """Return what stands before the first stage, and the stages by name in their order."""
    lines = [
        line
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    instructions = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines)).split("\n")
    before: list[str] = []
    stages: dict[str, Stage] = {}
    for line in instructions:
        name, _, text = line.partition(" ")
        if name == "FROM":
            base, _, alias = text.partition(" AS ")
            stages[alias or "(last)"] = Stage(alias, base, ())
        elif not stages:
            before.append(line)
        else:
            key, stage = next(reversed(stages.items()))
            stages[key] = Stage(stage.name, stage.base, (*stage.instructions, (name, text)))
    return before, stages


def compose(name: str) -> dict[str, Any]:
    """Return a compose file, its anchors followed and its variables as they stand there."""
    parsed = yaml.safe_load((ROOT / name).read_text())
    assert isinstance(parsed, dict)
    return parsed


@dataclass(frozen=True)
class Variable:
    """A reference such as ``${NAME:-default}``; ``default`` is None where it must be set."""

    name: str
    default: str | None
    sentence: str = ""


def variables(text: str) -> list[Variable]:
    """Return the variables that a text refers to, those within defaults included.

    Raises:
        ValueError: one has neither a default nor a sentence for when it is missing.
    """
    found: list[Variable] = []
    text = text.replace("$$", "")
    for match in _REFERENCE.finditer(text):
        if match["how"] is None:
            raise ValueError(f"{match['name']} has neither a default nor a sentence")
        value = _up_to_closing(text, match.end())
        if match["how"] == ":-":
            found.append(Variable(match["name"], value))
        else:
            found.append(Variable(match["name"], None, value))
    return found


def _up_to_closing(text: str, start: int) -> str:
    depth = 1
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[start:position]
    raise ValueError("a brace is not closed")
