"""S2's clients: four points of a photograph in, links to what is like that part out."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import urlsplit

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from common.assembly import Services
from tests.api.adapters.shapes import S2_RESULT, S2_SUBMIT, check
from tests.api.conftest import MakeClient
from tests.samples import picture

Points = list[list[float]]
SQUARE: Points = [[0, 0], [96, 0], [96, 96], [0, 96]]
SEEN: Points = [[150, 60], [330, 110], [300, 290], [110, 250]]  # where `photograph` shows a record
SIZE = (420, 340)


@pytest.fixture(scope="module")
def client(shared_client: TestClient) -> TestClient:
    return shared_client


def photograph(data: bytes) -> Image.Image:
    """A picture, seen at an angle on a dark table, beside others that shall not count."""
    flat = Image.open(BytesIO(data))
    side = flat.width
    rows, values = [], []
    for (x, y), (u, v) in zip(SEEN, [(0, 0), (side, 0), (side, side), (0, side)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    mapping = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    seen = flat.transform(SIZE, Image.Transform.PERSPECTIVE, mapping, Image.Resampling.BICUBIC)
    mask = Image.new("L", flat.size, 255).transform(SIZE, Image.Transform.PERSPECTIVE, mapping)
    table = Image.new("RGB", SIZE, (60, 40, 30))
    table.paste(seen, mask=mask)
    table.paste(Image.open(BytesIO(picture("crimson", 3))), (0, 0))
    return table


def as_file(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def submit(
    client: TestClient, data: bytes, corners: object, **query: object
) -> tuple[int, dict[str, str]]:
    text = corners if isinstance(corners, str) else json.dumps(corners)
    answer = client.post(
        "/papyrus/submit/",
        data={"coordinates": text},
        files={"image": ("photo.png", data)},
        params=query,
    )
    return answer.status_code, answer.json()


def links(client: TestClient, data: bytes, corners: object, **query: object) -> list[str]:
    status, submitted = submit(client, data, corners, **query)
    assert status == 200, submitted
    check(submitted, S2_SUBMIT)
    result = client.get(f"/papyrus/result/{submitted['task_id']}").json()
    check(result, S2_RESULT)
    assert result["request_id"] == submitted["task_id"]
    assert result["query_status"] == "SUCCESS"
    return list(result["query_result"])


def test_a_part_seen_at_an_angle_finds_what_it_shows(client: TestClient) -> None:
    photo = as_file(photograph(picture("teal", 2)))
    assert links(client, photo, SEEN)[0] == "https://example.org/teal/2"


def test_the_corners_may_begin_anywhere_and_run_either_way(client: TestClient) -> None:
    photo = as_file(photograph(picture("amber", 1)))
    ways = [(SEEN[start:] + SEEN[:start])[::way] for start in range(4) for way in (1, -1)]
    assert len({tuple(links(client, photo, corners)) for corners in ways}) == 1


def test_corners_are_meant_in_the_upright_picture(client: TestClient) -> None:
    """As browsers show it, whose pages let people click at the corners."""
    photo = photograph(picture("teal", 2))
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = as_file(photo.rotate(90, expand=True), "PNG", exif=exif)
    assert links(client, lying, SEEN) == links(client, as_file(photo), SEEN)


def test_the_whole_picture_finds_what_the_api_finds(client: TestClient) -> None:
    data = picture("crimson", 0)
    found = client.post(
        "/v1/categories/shapes/search", files={"file": ("q", data)}, params={"k": 4}
    ).json()["hits"]
    assert links(client, data, SQUARE, k=4) == [hit["payload"]["page"] for hit in found]


def test_the_category_and_the_number_of_results_may_be_asked_for(client: TestClient) -> None:
    data = picture("crimson", 0)
    assert len(links(client, data, SQUARE)) == 9
    assert len(links(client, data, SQUARE, k=2)) == 2
    assert len(links(client, data, SQUARE, category="badges")) == 6
    assert submit(client, data, SQUARE, category="nothing")[0] == 404
    assert submit(client, data, SQUARE, k=201)[0] == 422


def test_where_nobody_names_a_category_the_cure_does(make_client: MakeClient) -> None:
    status, problem = submit(make_client(api_adapters="s2"), picture("teal", 1), SQUARE)
    assert (status, problem["title"]) == (422, "QueryError")
    assert "?category=NAME" in problem["detail"]


def test_without_a_safe_page_the_image_on_this_server_is_linked(
    live: Services, make_client: MakeClient
) -> None:
    pages = ["javascript:alert(1)", "//elsewhere", "http://[", "", "https://safe.example/1"]
    folder = live.settings.data_dir / "metric_datasets" / "plain"
    (folder / "images" / "a b").mkdir(parents=True)
    rows = ["file,page"]
    for number, page in enumerate(pages):
        (folder / "images" / "a b" / f"ü {number}.jpg").write_bytes(picture("amber", number))
        rows.append(f"a b/ü {number}.jpg,{page}")
    (folder / "meta.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "category.yaml").write_text("metadata: meta.csv\nlink_field: page\n")
    live.index(live.catalog.get("plain"))
    client = make_client(api_adapters="s2:plain")
    found = links(client, picture("amber", 0), SQUARE)
    assert len(found) == len(pages)
    assert "https://safe.example/1" in found
    here = {urlsplit(link).fragment: urlsplit(link) for link in found if "safe" not in link}
    assert len(here) == 4
    for number in range(4):
        link = here[f"/a%20b/%C3%BC%20{number}.jpg"]
        assert (link.scheme, link.netloc) == ("http", "testserver")
        assert client.get(link.path).content == picture("amber", number)


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        (" ", "no list of corners"),
        ("[[0, 0], [1, 1]", "no list of corners"),
        ('{"x": 1}', "no list of corners"),
        ([[0, 0, 0]] * 4, "no list of corners"),
        ([["0", "0"]] * 4, "no list of corners"),
        ([[True, False]] * 4, "no list of corners"),
        ("[[NaN, 0], [9, 0], [9, 9], [0, 9]]", "no list of corners"),
        ("[[1e999, 0], [9, 0], [9, 9], [0, 9]]", "no list of corners"),
        ([[0, 0], [9, 0], [9, 9]], "4 corners, not 3"),
        ([[0, 0], [97, 0], [96, 96], [0, 96]], "outside of the picture, which has 96 x 96"),
        ([[-1, 0], [96, 0], [96, 96], [0, 96]], "outside"),
        ([[0, 0], [96, 96], [96, 0], [0, 96]], "cross each other"),
        ([[0, 0], [96, 0], [20, 20], [0, 96]], "dent"),
        ([[0, 0], [40, 0], [96, 0], [0, 96]], "next to nothing"),
        ([[5, 5]] * 4, "next to nothing"),
    ],
)
def test_corners_that_are_no_part_of_the_picture_are_refused_by_one_sentence(
    client: TestClient, corners: object, words: str
) -> None:
    status, problem = submit(client, picture("teal", 1), corners)
    assert (status, problem["title"]) == (422, "QueryError")
    assert words in problem["detail"]


@pytest.mark.parametrize("host", ["[", "a b", "shop.example:8080", ""])
def test_links_lead_to_the_host_by_which_the_client_came(
    live: Services, make_client: MakeClient, host: str
) -> None:
    client = make_client(api_adapters="s2")
    manifest = live.settings.data_dir / "metric_datasets" / "badges" / "category.yaml"
    manifest.write_text(manifest.read_text().replace("link_field: page", ""))
    _, submitted = submit(client, picture("teal", 1), SQUARE, category="badges", k=1)
    address = f"/papyrus/result/{submitted['task_id']}"
    answer = client.get(address, headers={"Host": host})
    (link,) = answer.json()["query_result"]
    assert link.startswith(f"http://{host}/v1/categories/" if host else "/v1/categories/")


def test_a_part_is_within_the_limit_on_files_where_the_picture_is(make_client: MakeClient) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    data = as_file(Image.fromarray(noise), "JPEG", quality=60)
    client = make_client(api_adapters="s2:shapes", max_image_megabytes=0.04)
    corners = [[0, 0], [200, 0], [200, 200], [0, 200]]
    assert len(data) < 40_000 < len(as_file(Image.fromarray(noise)))
    assert len(links(client, data, corners, k=3)) == 3


def test_coordinates_without_end_are_not_read(client: TestClient) -> None:
    status, problem = submit(client, picture("teal", 1), "[" * 100_000)
    assert (status, problem["title"]) == (422, "InvalidRequest")
    assert len(problem["detail"]) < 500


@pytest.mark.parametrize(
    ("data", "status", "title"),
    [(b"no picture", 415, "ImageFormatError"), (b"\xff\xd8\xff\xe0", 422, "ImageCorrupt")],
)
def test_what_is_no_picture_is_refused_at_once(
    client: TestClient, data: bytes, status: int, title: str
) -> None:
    assert submit(client, data, SQUARE)[0] == status
    assert submit(client, data, SQUARE)[1]["title"] == title


def test_an_unknown_task_is_not_pending_for_ever(client: TestClient) -> None:
    for id_ in ("00000000-0000-0000-0000-000000000000", "..%2F..%2Fetc", "x" * 100):
        answer = client.get(f"/papyrus/result/{id_}")
        assert answer.status_code == 404, id_


def test_a_result_is_fetched_from_another_process_of_the_same_data(
    make_client: MakeClient,
) -> None:
    _, submitted = submit(make_client(api_adapters="s2:shapes"), picture("teal", 1), SQUARE)
    answer = make_client(api_adapters="s2").get(f"/papyrus/result/{submitted['task_id']}")
    check(answer.json(), S2_RESULT)
