"""Importing does nothing: no file, no connection, no environment, no heavy vendor."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "onnxruntime", "qdrant_client", "qdrant_edge", "minio", "streamlit", "pi_heif")


def test_importing_the_assembly_loads_no_heavy_vendor_and_opens_nothing() -> None:
    code = f"""
import sys
opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        opened.append(arguments[0])
    if event.startswith(("socket.", "subprocess.")):
        opened.append(event)
sys.dont_write_bytecode = True
import pydantic_settings, numpy, PIL.Image, yaml  # what they do is theirs
sys.addaudithook(watch)
import common.assembly
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"opened {{opened}}, loaded {{loaded}}" if opened or loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
