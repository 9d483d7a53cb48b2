r"""Payloads as Qdrant keeps them. Plain JSON, but for two things its engine cannot do.

* A field's name becomes a path, in which a name may be quoted but nothing can be escaped: a ``"``
  in a name is therefore kept as ``%22``, a backslash as ``%5C`` (and ``%`` as ``%25``).
* Booleans are neither counted by a keyword index nor matched by Qdrant Edge: they are kept as the
  texts ``\true`` and ``\false`` (and a text that begins with a backslash with one more).

Everything else stays as it is, so that Qdrant's own dashboard shows what a person expects.
"""

from __future__ import annotations

from typing import Any, cast

from common.records import Payload, PayloadValue

_BOOLEANS = {"\\true": True, "\\false": False}


def field_path(name: str) -> str:
    """Return the path of a field in requests, whatever characters its name has."""
    return f'"{_encode_name(name)}"'


def encode_payload(payload: Payload) -> dict[str, Any]:
    """Return a payload as it is stored."""
    return {_encode_name(name): _encode(value) for name, value in payload.items()}


def decode_payload(stored: dict[str, Any] | None) -> Payload:
    """Return the payload that was stored; of nothing, an empty one."""
    return {
        _decode_name(name) if "%" in name else name: _decode(value)
        for name, value in (stored or {}).items()
    }


def encode_text(value: str | bool) -> str:
    """Return a compared text or boolean as it is stored."""
    if isinstance(value, bool):
        return "\\true" if value else "\\false"
    return f"\\{value}" if value.startswith("\\") else value


def decode_text(stored: str) -> str | bool:
    """Return the text or boolean that was stored."""
    if stored in _BOOLEANS:
        return _BOOLEANS[stored]
    return stored.removeprefix("\\")


def _encode_name(name: str) -> str:
    return name.replace("%", "%25").replace('"', "%22").replace("\\", "%5C")


def _decode_name(stored: str) -> str:
    return stored.replace("%5C", "\\").replace("%22", '"').replace("%25", "%")


def _encode(value: PayloadValue) -> PayloadValue:
    if isinstance(value, str | bool):
        return encode_text(value)
    return [encode_text(element) for element in value] if isinstance(value, list) else value


def _decode(stored: PayloadValue) -> PayloadValue:
    if isinstance(stored, str):  # asked here: most texts are plain, and a listing has millions
        return decode_text(stored) if stored.startswith("\\") else stored
    # Elements of a list are texts: decoding one gives a boolean only where one was stored.
    return [cast("str", decode_text(e)) for e in stored] if isinstance(stored, list) else stored
