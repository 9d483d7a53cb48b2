"""What happens before the page is served."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from common.errors import SettingsError
from common.settings import load_settings
from scripts import serve
from tests.samples import add_category, make_services


def test_what_has_no_index_gets_one_and_a_failure_does_not_keep_the_page_from_starting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_category(tmp_path, "shapes", "Shapes", each=1)
    (tmp_path / "metric_datasets" / "broken").mkdir()
    (tmp_path / "metric_datasets" / "broken" / "category.yaml").write_text("title: [")
    live = make_services(tmp_path)
    serve.prepare(live)
    assert live.search.manifest("shapes").count == 3
    assert "broken" in capsys.readouterr().err


def test_without_the_demo_an_empty_directory_stays_empty(tmp_path: Path) -> None:
    serve.prepare(make_services(tmp_path, demo_data=False))
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_named_before_any_work_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = load_settings(env_file=None).model_copy(update={"interactive_port": port})
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port}.*INTERACTIVE_PORT"):
            serve.require_free_port(settings)


def test_the_page_takes_files_as_large_as_the_setting_says() -> None:
    settings = load_settings(env_file=None).model_copy(update={"max_upload_megabytes": 12.5})
    assert serve.streamlit_options(settings)["server.maxUploadSize"] == 13


def test_a_demo_whose_drawing_was_interrupted_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def interrupted(arguments: list[str]) -> int:
        add_category(tmp_path, f"shapes{len(drawn)}", "Shapes", each=1)
        drawn.append(arguments[-1])
        if len(drawn) == 1:
            raise KeyboardInterrupt
        return 0

    monkeypatch.setattr("scripts.demo_data.__main__.main", interrupted)
    live = make_services(tmp_path, demo_data=True)
    with pytest.raises(KeyboardInterrupt):
        serve.prepare(live)

    serve.prepare(live)
    serve.prepare(live)

    assert drawn == [str(live.catalog.root)] * 2


def test_a_data_directory_that_cannot_be_written_is_named_before_any_work_is_done(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    settings = load_settings(env_file=None).model_copy(update={"data_dir": tmp_path / "file" / "x"})
    with pytest.raises(SettingsError, match=r"DATA_DIR .*cannot be written"):
        serve.require_writable(settings)
