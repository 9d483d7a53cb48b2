"""Time a newcomer's first minutes: clone, ``make run``, page answering, first result.

Everything happens in an empty directory with empty caches and a home of its own; nothing of this
checkout's installation is used. Needs git, make and nothing outside the standard library:
``make bench-first-run``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 900
CATEGORY = "shoes"


def main() -> int:
    """Print the figures; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="first-run-") as directory:
        clone = Path(directory) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S603, S607
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        log = Path(directory) / "log"
        with log.open("wb") as output:
            started = time.monotonic()
            process = subprocess.Popen(
                ["make", "run"],  # noqa: S607
                cwd=clone,
                env=_newcomers_environment(Path(directory), port),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            page_seconds = _wait_for_page(process, port, started)
            if page_seconds is None:
                print(log.read_text(errors="replace"), file=sys.stderr)
                return 1
            asked = time.monotonic()
            hits = _search(clone, port)
            first_result_seconds = time.monotonic() - asked
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
        sizes = {name: _size_megabytes(clone / name) for name in (".venv", ".tools", "data")}
        torch = any(clone.glob(".venv/lib/*/site-packages/torch"))
    print(f"'make run' in a fresh clone, empty caches, {os.cpu_count()} cores")
    print(f"  seconds to the page answering:        {page_seconds:.0f}")
    print(f"  seconds from there to a first result: {first_result_seconds:.2f} ({hits} hits)")
    print(f"  installed: {sizes['.venv'] + sizes['.tools']:.0f} MB", end="")
    print(f" (packages {sizes['.venv']:.0f}, Poetry {sizes['.tools']:.0f}), torch: {torch}")
    print(f"  demo pictures and index: {sizes['data']:.0f} MB")
    return 0


def _newcomers_environment(directory: Path, port: int) -> dict[str, str]:
    home = directory / "home"
    home.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        # The way to the package index is the machine's; everything else a newcomer lacks.
        if name in ("PATH", "LANG", "TMPDIR", "PYENV_ROOT", "PYENV_VERSION")
        or name.startswith(("PIP_", "SSL_", "REQUESTS_", "CURL_"))
        or name.lower().endswith("_proxy")
    }
    pip_settings = Path.home() / ".config" / "pip"
    if pip_settings.is_dir():
        shutil.copytree(pip_settings, home / ".config" / "pip")
    return {
        **kept,
        "HOME": str(home),
        "PIP_NO_CACHE_DIR": "1",
        "POETRY_CACHE_DIR": str(directory / "poetry-cache"),
        "INTERACTIVE_PORT": str(port),
    }


def _wait_for_page(process: subprocess.Popen[bytes], port: int, started: float) -> float | None:
    while time.monotonic() - started < LIMIT_SECONDS and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                if answer.status == 200:
                    return time.monotonic() - started
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return None


def _search(clone: Path, port: int) -> int:
    picture = next((clone / "data/metric_datasets" / CATEGORY / "examples").iterdir()).read_bytes()
    boundary = uuid.uuid4().hex
    body = b"".join(
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            'filename="query.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode(),
            picture,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/categories/{CATEGORY}/search",
        body,
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return len(json.load(answer)["hits"])


def _size_megabytes(directory: Path) -> float:
    """Return what a directory occupies; Qdrant's files are mostly holes, which occupy nothing."""
    files = (path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_blocks * 512 for path in files) / 1e6


if __name__ == "__main__":
    sys.exit(main())
