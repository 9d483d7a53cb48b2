"""Build the image that serves, start it as the compose files do, and print its size and seconds.

``make bench-container``. Needs Docker or Podman (``CONTAINER_ENGINE=podman``), and a base image:
the one the Dockerfile names, or ``BASE_IMAGE``. Nothing of it stays but the image.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common.errors import VisualSearchError
from scripts.terminal import exit_status

ROOT = Path(__file__).resolve().parent.parent
IMAGE = "visual-similarity-search:serving"
MEMORY = "1g"
READY = "/api/v1/health/ready"
FIRST_START_SECONDS = 900  # the demo is drawn and indexed
START_SECONDS = 60
STARTS = 5
# As in the compose files: not even a container that was broken into can do much.
RESTRICTIONS = (
    "--init",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    f"--memory={MEMORY}",
    f"--memory-swap={MEMORY}",
    "--pids-limit=512",
)
_BUILD_ARGUMENTS = ("BASE_IMAGE", "PIP_INDEX_URL", "PIP_TRUSTED_HOST")


class ContainerError(VisualSearchError):
    """The engine did not do what it was told."""


@cache
def engine() -> str:
    """Return the engine's program.

    Raises:
        ContainerError: there is none, or it does not answer.
    """
    name = os.environ.get("CONTAINER_ENGINE", "docker")
    program = shutil.which(name)
    if program is None:
        raise ContainerError(f"There is no '{name}' here", "Install it, or set CONTAINER_ENGINE")
    asked = _run([program, "info"])
    if asked.returncode:
        raise ContainerError(f"'{name}' does not answer ({_last_line(asked)})", "Start its service")
    return program


def has_image(image: str) -> bool:
    """Tell whether the engine has an image, without asking anywhere else for it."""
    return _run([engine(), "image", "inspect", image]).returncode == 0


def build(target: str, image: str) -> float:
    """Build a target of the Dockerfile; return the seconds that took.

    The base image and the way to the package index come from the environment, by the names of the
    Dockerfile's arguments.

    Raises:
        ContainerError: it cannot be built; the sentence ends as the engine's output did.
    """
    arguments = [f"--build-arg={name}" for name in _BUILD_ARGUMENTS if os.environ.get(name)]
    started = time.monotonic()
    command(["build", f"--target={target}", f"--tag={image}", *arguments, str(ROOT)])
    return time.monotonic() - started


def size_megabytes(image: str) -> float:
    """Return what an image occupies unpacked, all layers together."""
    return int(command(["image", "inspect", "--format={{.Size}}", image])) / 1e6


@dataclass(frozen=True, slots=True)
class Container:
    """A container that serves on a free port of this machine.

    Attributes:
        name: the engine's name of it.
        volume: that its /data lies in.
    """

    name: str
    volume: str

    @property
    def url(self) -> str:
        """Where it is reached; another one after each start."""
        self._require_running()
        return f"http://{command(['port', self.name, '8080/tcp']).split()[0]}"

    def start(self) -> None:
        """Start it again."""
        command(["start", self.name])

    def stop(self) -> float:
        """Tell it to end, with time to do so; return the seconds it took."""
        started = time.monotonic()
        command(["stop", "--time=20", self.name])
        return time.monotonic() - started

    def inspect(self, template: str) -> str:
        """Return what the engine knows of it, by a template of the engine's."""
        return command(["inspect", f"--format={template}", self.name]).strip()

    def run(self, *arguments: str) -> str:
        """Run a command in it; return what it printed."""
        return command(["exec", self.name, *arguments])

    def logs(self) -> str:
        """Return what it printed."""
        done = _run([engine(), "logs", self.name])
        return done.stdout + done.stderr

    def wait_until_ready(self, limit_seconds: float) -> float:
        """Wait until it says that queries can be answered; return the seconds that took.

        Raises:
            ContainerError: it ended, or the limit has passed.
        """
        address = self.url + READY
        started = looked = time.monotonic()
        while (now := time.monotonic()) - started < limit_seconds:
            if _is_ready(address):
                return time.monotonic() - started
            if now - looked > 1:  # asking the engine costs what the container could use
                looked = now
                self._require_running()
            time.sleep(0.05)
        raise ContainerError(f"Not ready after {limit_seconds:.0f} s", "See its output")

    def _require_running(self) -> None:
        if self.inspect("{{.State.Running}}") != "true":
            raise ContainerError(f"Container ended: {self.logs()[-500:]}", "See its output")


@contextmanager
def serving(image: str, *options: str) -> Iterator[Container]:
    """Start a container under the restrictions; it and its data are removed afterwards.

    Args:
        image: to run.
        options: of the engine's ``run``, such as ``--env=DEMO_DATA=false``.

    Raises:
        ContainerError: it cannot be started.
    """
    name = f"visual-similarity-search-{uuid.uuid4().hex[:8]}"
    container = Container(name, f"{name}-data")
    mount = f"--volume={container.volume}:/data"
    try:
        published = ["--publish=127.0.0.1::8080", mount, *RESTRICTIONS, *options]
        command(["run", "--detach", f"--name={name}", *published, image])
        yield container
    finally:
        _run([engine(), "rm", "--force", name])
        _run([engine(), "volume", "rm", "--force", container.volume])


def command(arguments: Sequence[str]) -> str:
    """Run the engine; return what it printed.

    Raises:
        ContainerError: it failed; the sentence ends as its output did.
    """
    done = _run([engine(), *arguments])
    if done.returncode:
        raise ContainerError(
            f"'{arguments[0]}' failed: {_last_line(done)}", "See the engine's output"
        )
    return done.stdout


def measure(image: str) -> None:
    """Print the figures of an image."""
    print(f"{image}, {os.cpu_count()} cores, {MEMORY} of memory, read-only")
    print(f"  installed size: {size_megabytes(image):.0f} MB", end="")
    base = os.environ.get("BASE_IMAGE")
    print(f", of which the base image {size_megabytes(base):.0f}" if base else "")
    started = time.monotonic()
    with serving(image) as container:
        container.wait_until_ready(FIRST_START_SECONDS)
        first = time.monotonic() - started
        stops, starts = [], []
        for _ in range(STARTS):
            stops.append(container.stop())
            started = time.monotonic()
            container.start()
            container.wait_until_ready(START_SECONDS)
            starts.append(time.monotonic() - started)
        memory = command(["stats", "--no-stream", "--format={{.MemUsage}}", container.name])
    print(f"  seconds to ready, first start (demo drawn and indexed): {first:.0f}")
    print(f"  seconds to ready, later starts (median of {STARTS}): {statistics.median(starts):.1f}")
    print(f"  seconds to end (slowest of {STARTS}): {max(stops):.1f}")
    print(f"  memory once ready: {memory.strip()}")


def main(argv: Sequence[str] | None = None) -> int:
    """Build and measure; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_container", description=__doc__)
    parser.add_argument("--image", help="measure this one instead of building")
    image = parser.parse_args(argv).image

    def run() -> None:
        if image is None:
            print(f"built in {build('serving', IMAGE):.0f} s")
        measure(image or IMAGE)

    return exit_status(run)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return bool(json.load(answer)["status"] == "ok")
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()
    return lines[-1]


if __name__ == "__main__":
    sys.exit(main())
