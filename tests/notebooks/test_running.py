"""Every notebook runs from its first cell to its last, in a kernel of its own."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import nbclient
import pytest

from tests.notebooks.files import NAMES, ROOT, read

LIMIT_SECONDS = 300  # of one cell; none takes long, but the machine may be busy
NEEDS_TORCH = {"demo-training"}


@pytest.fixture
def quiet_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep kernels from writing anywhere but below the returned directory, on one thread."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for folder in ("tmp", "data"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "torch"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EMBEDDING_THREADS", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")  # the kernel's; ours are tested elsewhere
    return tmp_path


def execute(name: str, directory: Path) -> None:
    notebook = read(ROOT / "notebooks" / f"{name}.ipynb")
    client = nbclient.NotebookClient(
        notebook,
        timeout=LIMIT_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(directory)}},
    )
    client.execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_leaves_nothing_behind(name: str, quiet_kernel: Path) -> None:
    if name in NEEDS_TORCH and importlib.util.find_spec("torch") is None:
        pytest.skip("needs the metrics group (torch)")
    # As Jupyter runs it: in the notebook's directory, which is not that of the packages.
    execute(name, ROOT / "notebooks")
    made = [path for path in (quiet_kernel / "data").rglob("*") if path.is_file()]
    assert made == []
    assert [path.name for path in (quiet_kernel / "tmp").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("name", ["demo-minio", "demo-data-upload"])
def test_a_configured_bucket_is_used_and_left_as_it_was(
    name: str, quiet_kernel: Path, s3, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3.new_bucket() as bucket:
        bucket.client.put_object(bucket.name, "mine.txt", io.BytesIO(b"mine"), 4)
        for setting, value in s3.settings(bucket.name).items():
            monkeypatch.setenv(setting.upper(), str(value))
        execute(name, ROOT)
        held = [found.object_name for found in bucket.client.list_objects(bucket.name, "", True)]
    assert held == ["mine.txt"]
