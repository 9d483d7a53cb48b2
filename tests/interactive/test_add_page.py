"""Adding images in every state, driven without a browser."""

from __future__ import annotations

import io
import re
import time
import zipfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from common.assembly import Services
from common.indexing import SyncOptions
from common.job_kinds import INDEX, index_arguments, job_runner
from common.jobs import Job
from interactive.navigation import ADD, JOBS
from tests.interactive.conftest import OpenAt, assert_healthy, click, run_in_dialog, texts
from tests.samples import make_services, picture

PATIENCE_SECONDS = 120


def uploader(page: AppTest, start: str):
    return next(box for box in page.file_uploader if box.label.startswith(start))


def job_cards(page: AppTest) -> str:
    return "\n".join(
        element.proto.body for element in page.get("html") if "<strong>" in element.proto.body
    )


def run_jobs(live: Services) -> list[Job]:
    """Run what is queued to its end, in worker processes as the server does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with job_runner(live):
        while any(job.is_open for job in live.jobs.list()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    return live.jobs.list()


def hand_in(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader(page, "Pictures").set_value([(*file, "application/octet-stream") for file in files])
    return click(page, "Add to this category")


def archive(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/") + ".jpg", content)
    return data.getvalue()


def test_the_first_category_is_made_where_there_is_none(tmp_path: Path, open_at: OpenAt) -> None:
    live = make_services(tmp_path)
    page = open_at(live, ADD)
    assert_healthy(page)
    page = page.text_input(key="new_title").set_value("Holiday Pictures").run()
    page = page.text_area(key="new_description").set_value("The sea.").run()
    page = page.selectbox(key="new_embedder").set_value("histogram").run()
    page = click(page, "Make category")
    assert_healthy(page)
    made = live.catalog.get("holiday-pictures")
    assert (made.title, made.manifest.description) == ("Holiday Pictures", "The sea.")
    assert made.manifest.embedder == "histogram"
    assert page.segmented_control(key="category_picker").value == "holiday-pictures"
    assert any("Add pictures to it now" in toast.value.replace("\\", "") for toast in page.toast)


def test_the_card_of_the_chosen_embedder_is_shown(tmp_path: Path, open_at: OpenAt) -> None:
    live = make_services(tmp_path)
    page = open_at(live, ADD)
    page = page.selectbox(key="new_embedder").set_value("histogram").run()
    card = live.embedders.cards()["histogram"]
    assert f"<dd>{card.dim}</dd>" in texts(page)
    assert "Nothing is learned" in texts(page)


def test_a_name_is_checked_as_it_is_typed(live: Services, open_at: OpenAt) -> None:
    page = run_in_dialog(open_at(live, ADD), "new_category")
    page.text_input(key="new_name").set_value("My Pictures")
    page = run_in_dialog(page, "new_category")
    rule = page.error[0].value.replace("\\", "")
    assert "use lower-case letters, digits and single hyphens" in rule
    assert "Try 'my-pictures'" in rule
    assert page.button(key="make_category").disabled
    page.text_input(key="new_name").set_value("badges")
    page = run_in_dialog(page, "new_category")
    assert "There is a category" in page.error[0].value
    page.text_input(key="new_name").set_value("my-pictures")
    page = run_in_dialog(page, "new_category")
    assert_healthy(page)
    assert not page.button(key="make_category").disabled


def test_files_that_are_handed_in_are_found_afterwards(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, ADD)
    new = picture("teal", 41)
    packed = archive(amber__9=picture("amber", 42), crimson__9=picture("crimson", 43))
    page = hand_in(page, ("9.jpg", new), ("more.zip", packed), ("notes.txt", b"no picture"))
    assert_healthy(page)
    assert "Adding images to Badges" in job_cards(page)
    assert "waiting" in job_cards(page)
    (job,) = run_jobs(live)
    assert job.state == "succeeded", job.reason
    page = page.run()
    assert_healthy(page)
    assert "<dd>9</dd><dt>Pictures now</dt>" in texts(page)
    assert "<dd>3</dd><dt>Added</dt>" in texts(page)
    assert "<dd>1</dd><dt>Skipped</dt>" in texts(page)
    assert re.findall(r"<li><strong>(.*?)</strong>", texts(page)) == ["notes.txt"]
    assert {button.label for button in page.get("download_button")} == {
        "Report (JSON)",
        "Files (CSV)",
    }
    best = live.search.by_image("badges", new).hits[0]
    assert best.file == "9.jpg"


def test_a_folder_keeps_its_sub_folders(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, ADD)
    uploader(page, "A folder").set_value(
        [
            ("mine/flora/1.jpg", picture("teal", 51), "image/jpeg"),
            ("mine/fauna/1.jpg", picture("amber", 52), "image/jpeg"),
        ]
    )
    page = click(page, "Add to this category")
    assert_healthy(page)
    (job,) = live.jobs.list()
    delivery = live.deliveries.get(str(job.arguments["delivery"]))
    assert [file.name for file in delivery.files] == ["flora/1.jpg", "fauna/1.jpg"]


def test_the_form_is_emptied_by_success_only(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, ADD)
    (addresses,) = [area for area in page.text_area if area.label.startswith("Addresses")]
    addresses.set_value("file:///etc/passwd")
    page = click(page, "Add to this category")
    assert not page.exception
    assert "file" in page.error[0].value
    (addresses,) = [area for area in page.text_area if area.label.startswith("Addresses")]
    assert addresses.value == "file:///etc/passwd"
    addresses.set_value("https://museum.example/1.jpg")
    page = click(page, "Add to this category")
    assert_healthy(page)
    (addresses,) = [area for area in page.text_area if area.label.startswith("Addresses")]
    assert addresses.value == ""
    assert len(live.jobs.list()) == 1


def test_handing_in_nothing_is_answered_with_a_sentence(live: Services, open_at: OpenAt) -> None:
    page = click(open_at(live, ADD), "Add to this category")
    assert not page.exception
    assert "Nothing was handed in" in page.error[0].value
    assert not live.jobs.list()


def test_too_much_at_once_is_answered_with_a_sentence(data_dir: Path, open_at: OpenAt) -> None:
    live = make_services(data_dir, max_upload_megabytes=0.001)
    page = hand_in(open_at(live, ADD), ("1.jpg", picture("teal", 61)))
    assert not page.exception
    assert "MAX_UPLOAD_MEGABYTES" in page.error[0].value.replace("\\", "")
    assert not live.jobs.list()


def test_a_table_that_is_wrong_is_refused_at_once(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, ADD)
    uploader(page, "Metadata table").set_value([("prints.csv", b"name,year\na,1\n", "text/csv")])
    page = hand_in(page, ("1.jpg", picture("teal", 61)))
    assert not page.exception
    assert "prints" in page.error[0].value
    assert not live.jobs.list()


def test_a_waiting_job_is_cancelled_and_tried_again(live: Services, open_at: OpenAt) -> None:
    live.jobs.submit(INDEX.name, "badges", index_arguments(SyncOptions()))
    page = click(open_at(live, ADD), "Cancel")
    assert_healthy(page)
    assert live.jobs.list()[0].state == "cancelled"
    page = click(page.run(), "Try again")
    assert_healthy(page)
    assert live.jobs.list()[0].state == "queued"


def test_a_job_that_ended_meanwhile_cannot_be_cancelled_and_says_so(
    live: Services, open_at: OpenAt
) -> None:
    job = live.jobs.submit(INDEX.name, "badges", index_arguments(SyncOptions()))
    page = open_at(live, ADD)
    live.jobs.cancel(job.id)  # another visitor, or a terminal
    page = click(page, "Cancel")
    assert not page.exception
    assert "has ended already" in page.error[0].value


def test_jobs_that_nobody_runs_are_told_to_wait_in_vain(live: Services, open_at: OpenAt) -> None:
    live.jobs.submit(INDEX.name, "badges", index_arguments(SyncOptions()))
    page = open_at(live, ADD)
    assert "Nobody runs jobs now" in page.warning[0].value


def test_a_failed_job_says_why_and_what_to_do(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    for file in (data_dir / "metric_datasets/badges/images").glob("*/*.jpg"):
        file.write_bytes(b"no picture")
    live.jobs.submit(INDEX.name, "badges", index_arguments(SyncOptions()))
    (job,) = run_jobs(live)
    assert job.state == "failed"
    page = open_at(live, ADD)
    assert_healthy(page)
    assert job.reason in texts(page).replace("\\", "")
    assert any(button.label == "Try again" for button in page.button)


def test_jobs_are_there_for_another_visitor_and_after_a_restart(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    hand_in(open_at(live, ADD), ("1.jpg", picture("teal", 61)))
    live.jobs.close()
    page = open_at(make_services(data_dir), ADD)
    assert "Adding images to Badges" in job_cards(page)


def test_the_jobs_page_lists_those_of_all_categories(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, JOBS)
    assert_healthy(page)
    assert "There are no jobs" in page.info[0].value
    for name in ("badges", "shapes"):
        live.jobs.submit(INDEX.name, name, index_arguments(SyncOptions()))
    page = page.run()
    assert "Indexing Badges" in job_cards(page)
    assert "Indexing Shapes" in job_cards(page)


def test_a_deleted_record_is_brought_back(live: Services, open_at: OpenAt) -> None:
    category = live.catalog.get("badges")
    gone = live.browse.page("badges").records[0].id
    live.editor(category).delete([gone])
    page = open_at(live, ADD)
    page = page.multiselect(key="restored").set_value([gone]).run()
    page = page.button(key="restore").click().run()
    assert_healthy(page)
    (job,) = run_jobs(live)
    assert job.state == "succeeded", job.reason
    assert gone in [point.id for point in live.browse.page("badges").records]
    assert not any(box.key == "restored" for box in page.run().multiselect)


def test_a_category_is_deleted_once_its_name_is_typed(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    live.jobs.submit(INDEX.name, "badges", index_arguments(SyncOptions()))
    page = run_in_dialog(open_at(live, ADD), "delete_category")
    assert "1 job of it will be cancelled" in page.warning[-1].value
    assert page.button(key="delete_for_good").disabled
    page.text_input(key="confirm_removal").set_value("shapes")
    page = run_in_dialog(page, "delete_category")
    assert page.button(key="delete_for_good").disabled
    page.text_input(key="confirm_removal").set_value("badges")
    page = run_in_dialog(page, "delete_category")
    page.button(key="delete_for_good").click()
    page = run_in_dialog(page, "delete_category")
    assert_healthy(page)
    assert not (data_dir / "metric_datasets" / "badges").exists()
    assert live.jobs.list()[0].state == "cancelled"
    assert page.segmented_control(key="category_picker").options == ["Shapes"]


def test_a_category_that_is_being_indexed_is_not_deleted(live: Services, open_at: OpenAt) -> None:
    page = run_in_dialog(open_at(live, ADD), "delete_category")
    page.text_input(key="confirm_removal").set_value("badges")
    page = run_in_dialog(page, "delete_category")
    with live.generations("badges").workplace.locked(lambda: None):
        page.button(key="delete_for_good").click()
        page = run_in_dialog(page, "delete_category")
    assert not page.exception
    assert "being indexed" in page.error[0].value
    assert live.catalog.exists("badges")


def test_a_broken_category_can_be_deleted(live: Services, data_dir: Path, open_at: OpenAt) -> None:
    (data_dir / "metric_datasets" / "badges" / "category.yaml").write_text("title: [")
    page = open_at(live, ADD)
    page = page.segmented_control(key="category_picker").set_value("badges").run()
    page = run_in_dialog(page, "delete_category")
    page.text_input(key="confirm_removal").set_value("badges")
    page = run_in_dialog(page, "delete_category")
    page.button(key="delete_for_good").click()
    page = run_in_dialog(page, "delete_category")
    assert not page.exception
    assert not live.catalog.exists("badges")
