"""What the system itself knows of a record, beside what people know.

Kept in the payload under names with an underscore, so that no column can collide with it. These
depend on a file's bytes alone: records of equal files share them, whatever they are called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from common.pipeline import Embedded
from common.records import Payload, PayloadValue, Vector

SHA256 = "_sha256"
PHASH = "_phash"
_KINDS: Mapping[str, type] = {SHA256: str, "_width": int, "_height": int, PHASH: str}


@dataclass(frozen=True, slots=True, eq=False)
class KnownContent:
    """What is known of a file's bytes, so that they need not be embedded again.

    Attributes:
        vector: shape ``(dim,)``, float32, unit length.
        facts: the payload fields that the system adds.
    """

    vector: Vector
    facts: Payload


def known_content(embedded: Embedded) -> KnownContent:
    """Return what embedding a file told of its bytes."""
    facts: dict[str, PayloadValue] = {
        SHA256: embedded.sha256,
        "_width": embedded.info.width,
        "_height": embedded.info.height,
        # As text: 64 bits without a sign are more than a payload's integers hold.
        PHASH: f"{embedded.phash:016x}",
    }
    return KnownContent(embedded.vector, facts)


def facts_in(payload: Payload) -> Payload | None:
    """Return the system's part of a payload, None where something of it is missing."""
    facts = {name: payload.get(name) for name in _KINDS}
    complete = all(isinstance(facts[name], kind) for name, kind in _KINDS.items())
    return facts if complete and _is_hash(str(facts[PHASH])) else None


def digest(payload: Payload) -> str:
    """Return a fingerprint of what people know of a record: equal for equal metadata."""
    told = {name: _plain(value) for name, value in payload.items() if not name.startswith("_")}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: PayloadValue) -> PayloadValue:
    # An engine may give 10.0 back as 10.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_hash(text: str) -> bool:
    try:
        return len(text) == 16 and int(text, 16) >= 0
    except ValueError:
        return False
