"""ZIP archives: what is read of them, and what is refused in which words."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import ArchiveError
from common.intake.archives import Archive, opened_archive
from common.intake.limits import IntakeLimits
from tests.common.intake.zips import (
    with_declared_size,
    with_flags,
    with_raw_name,
    zipped,
    zipped_link,
)
from tests.samples import picture

LIMITS = IntakeLimits()
PICTURE = picture("crimson", 1)


def opened(content: bytes, folder: Path, limits: IntakeLimits = LIMITS) -> dict[str, object]:
    """Return each entry's content, or the reason why there is none."""
    path = folder / "archive"
    path.write_bytes(content)
    with opened_archive(path, "a.zip", limits) as archive:
        return {entry.name: content_of(archive, entry) for entry in archive.entries}


def content_of(archive: Archive, entry) -> object:
    try:
        return archive.read(entry, 10**7)
    except ArchiveError as error:
        return error.reason


def test_files_are_read_and_what_systems_leave_is_not_there(tmp_path: Path) -> None:
    files = {
        "boots/1.jpg": PICTURE,
        "boots/": b"",
        "__MACOSX/boots/._1.jpg": b"fork",
        "boots/.DS_Store": b"x",
        "boots/Thumbs.db": b"x",
        "._2.jpg": b"fork",
    }
    assert opened(zipped(files), tmp_path) == {"boots/1.jpg": PICTURE}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_plain_compressions_are_read(tmp_path: Path, compression: int) -> None:
    assert opened(zipped({"1.jpg": PICTURE}, compression), tmp_path) == {"1.jpg": PICTURE}


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused_by_name(tmp_path: Path, compression: int) -> None:
    with pytest.raises(ArchiveError, match="compressed in a way that is not read") as caught:
        opened(zipped({"1.jpg": PICTURE}, compression), tmp_path)
    assert caught.value.reason == "unsupported compression"


def test_what_cannot_be_read_leaves_the_others_readable(tmp_path: Path) -> None:
    inner = zipped({"deep.jpg": PICTURE})
    assert opened(zipped({"1.jpg": PICTURE, "more.zip": inner, "x.7z": b"7z"}), tmp_path) == {
        "1.jpg": PICTURE,
        "more.zip": "archive within an archive",
        "x.7z": "archive within an archive",
    }
    assert opened(zipped_link("link.jpg", "/etc/passwd"), tmp_path) == {
        "link.jpg": "not a file",
        "real.jpg": picture("teal", 1),
    }


def test_an_archive_of_archives_is_refused_with_the_cure(tmp_path: Path) -> None:
    inner = zipped({"deep.jpg": PICTURE})
    with pytest.raises(
        ArchiveError, match=r"'a\.zip' holds nothing .*'b\.zip'.*within an archive.*Unpack it first"
    ):
        opened(zipped({"b.zip": inner, "c.zip": inner}), tmp_path)


def test_an_encrypted_archive_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"encrypted.*without a password") as caught:
        opened(with_flags(zipped({"1.jpg": PICTURE}), 0x1), tmp_path)
    assert caught.value.reason == "encrypted"


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds no file"):
        opened(zipped({}), tmp_path)
    with pytest.raises(ArchiveError, match="holds no file"):
        opened(zipped({"folder/": b"", "__MACOSX/x": b"x"}), tmp_path)


def test_more_than_the_limits_allow_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zipped({f"{number}.jpg": bytes(3_000_000) for number in range(4)})
    assert len(bomb) < 100_000
    limits = IntakeLimits(archive_bytes=10_000_000)
    with pytest.raises(ArchiveError, match=r"12 MB when unpacked.*10 MB.*MAX_ARCHIVE_MEGABYTES"):
        opened(bomb, tmp_path, limits)
    with pytest.raises(ArchiveError, match="4 entries, more than the 3"):
        opened(bomb, tmp_path, IntakeLimits(files=3))


def test_a_length_that_no_compression_could_hold_is_refused(tmp_path: Path) -> None:
    lie = with_declared_size(zipped({"1.jpg": PICTURE}), 4_000_000_000)
    with pytest.raises(ArchiveError, match="more bytes than its compression can hold"):
        opened(lie, tmp_path)


def test_no_more_is_read_of_an_entry_than_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_bytes(zipped({"1.jpg": bytes(5_000_000)}))
    with opened_archive(path, "a.zip", LIMITS) as archive:
        assert len(archive.read(archive.entries[0], 1_001)) == 1_001


def test_a_directory_too_long_to_keep_is_refused_before_it_is_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(200):
            info = zipfile.ZipInfo(f"{number}.jpg")
            info.comment = bytes(60_000)
            archive.writestr(info, b"")
    with pytest.raises(ArchiveError, match="damaged or incomplete"):
        opened(stream.getvalue(), tmp_path)


@pytest.mark.parametrize("cut", [5, 30, 200])
def test_an_archive_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    whole = zipped({"1.jpg": PICTURE})
    with pytest.raises(ArchiveError, match=r"'a\.zip' is damaged or incomplete"):
        opened(whole[:-cut], tmp_path)


def test_an_entry_whose_bytes_were_changed_is_damaged(tmp_path: Path) -> None:
    whole = bytearray(zipped({"1.jpg": PICTURE, "2.jpg": PICTURE}, zipfile.ZIP_STORED))
    whole[whole.find(PICTURE) + 100] ^= 0xFF
    assert opened(bytes(whole), tmp_path) == {"1.jpg": "damaged in its archive", "2.jpg": PICTURE}


def test_names_are_understood_in_utf8_with_and_without_its_flag(tmp_path: Path) -> None:
    flagged = zipped({"Füße/Мир 日本.jpg": PICTURE})
    assert list(opened(flagged, tmp_path)) == ["Füße/Мир 日本.jpg"]
    plain = zipped({"Fxxxxe.jpg": PICTURE})
    silent = with_raw_name(plain, b"Fxxxxe.jpg", "Füße.jpg".encode())
    assert list(opened(silent, tmp_path)) == ["Füße.jpg"]
    old = with_raw_name(zipped({"Fxe.jpg": PICTURE}), b"Fxe.jpg", b"F\x81e.jpg")
    assert list(opened(old, tmp_path)) == ["Füe.jpg"]
    wrong = with_flags(with_raw_name(zipped({"Fx.jpg": PICTURE}), b"Fx.jpg", b"F\xff.jpg"), 0x800)
    with pytest.raises(ArchiveError, match="damaged"):
        opened(wrong, tmp_path)


@given(st.binary(max_size=400))
def test_whatever_follows_its_first_bytes_an_archive_is_read_or_refused(tmp_path_factory, tail):
    folder = tmp_path_factory.mktemp("any")
    with suppress(ArchiveError):
        opened(b"PK\x03\x04" + tail, folder)


@given(st.integers(0, 100_000), st.integers(0, 255))
def test_whichever_byte_is_changed_an_archive_is_read_or_refused(tmp_path_factory, at, value):
    folder = tmp_path_factory.mktemp("any")
    whole = bytearray(zipped({"a/1.jpg": b"abc" * 50, "b/2.jpg": bytes(1000)}))
    whole[at % len(whole)] = value
    with suppress(ArchiveError):
        opened(bytes(whole), folder)
