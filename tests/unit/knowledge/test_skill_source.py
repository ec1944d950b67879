"""Promises of adding a skill from elsewhere: all its files or none, bounded, and nothing that leads out of it."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from console.errors import NotFound, UsageError
from console.knowledge.skill_source import BYTES_MAX, FILES_MAX, skill_in
from console.knowledge.skills import add, find, places

MAIN = "---\nname: pdf\ndescription: Forms.\n---\nDo.\n"


def packed_zip(path: Path, files: dict[str, str], *, links: dict[str, str] | None = None, flags: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        for name, to in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, to)
    return path


def packed_tar(path: Path, files: dict[str, str], *others: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), 0o755
            archive.addfile(info, io.BytesIO(text.encode()))
        for info in others:
            archive.addfile(info)
    return path


def member(name: str, kind: bytes, to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


FILES = {"pdf/SKILL.md": MAIN, "pdf/scripts/fill.py": "print(1)", "__MACOSX/pdf/._SKILL.md": "x", "pdf/.DS_Store": "x"}


@pytest.mark.parametrize("pack", [packed_zip, packed_tar, lambda p, f: packed_tar(p, f, mode="w")])
def test_an_archive_is_known_by_what_it_holds_not_by_its_name(tmp_path: Path, pack: Callable[..., Path]) -> None:
    name, files = skill_in(pack(tmp_path / "download", FILES))
    assert name == "pdf" and sorted(files) == ["SKILL.md", "scripts/fill.py"]
    made = add(tmp_path / "custom", tmp_path / "download")
    assert (made.label, made.source, made.files) == ("pdf@1.0.0", "added from download", ("scripts/fill.py",))


@pytest.mark.parametrize("name", ["../x", "pdf/../../x", "/etc/x", "C:\\x", "a\\..\\x", "pdf/a\x01b", "x" * 300])
def test_a_path_that_leads_out_installs_nothing(tmp_path: Path, name: str) -> None:
    for pack in (packed_zip, packed_tar):
        with pytest.raises(UsageError, match=r"is no path within a skill|can be read"):
            add(tmp_path / "custom", pack(tmp_path / "a", {"pdf/SKILL.md": MAIN, name: "x"}))
    assert not (tmp_path / "custom").exists() or find(places(tmp_path)) == find(places(tmp_path / "none"))


@pytest.mark.parametrize("to", ["/etc/passwd", "../../x", "../SKILL.md/..", "missing", ".", "scripts"])
def test_a_link_to_what_is_no_file_of_the_skill_installs_nothing(tmp_path: Path, to: str) -> None:
    folder = tmp_path / "pdf"
    folder.mkdir()
    (folder / "SKILL.md").write_text(MAIN)
    (folder / "away").symlink_to(to)
    sources = [
        folder,
        packed_zip(tmp_path / "a.zip", FILES, links={"pdf/away": to}),
        packed_tar(tmp_path / "a.tgz", FILES, member("pdf/away", tarfile.SYMTYPE, to)),
    ]
    for source in sources:
        with pytest.raises(UsageError, match="away is a link to"):
            add(tmp_path / "custom", source)


def test_a_link_to_a_file_of_the_skill_is_that_file(tmp_path: Path) -> None:
    tar = packed_tar(
        tmp_path / "a.tgz",
        FILES,
        member("pdf/again.py", tarfile.SYMTYPE, "scripts/fill.py"),
        member("pdf/hard.py", tarfile.LNKTYPE, "pdf/scripts/fill.py"),
    )
    _, files = skill_in(tar)
    assert files["again.py"] == files["hard.py"] == files["scripts/fill.py"]
    assert files["hard.py"].runs


def test_devices_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "SKILL.md").write_text(MAIN)
    os.mkfifo(tmp_path / "pdf" / "pipe")
    tar = packed_tar(tmp_path / "a.tgz", FILES, member("pdf/null", tarfile.CHRTYPE))
    for source in (tmp_path / "pdf", tar):
        with pytest.raises(UsageError, match="is no plain file"):
            add(tmp_path / "custom", source)


def test_bombs_end_at_their_bounds(tmp_path: Path) -> None:
    big = {"pdf/SKILL.md": MAIN, "pdf/big": "\0" * (BYTES_MAX + 1)}
    for pack in (packed_zip, packed_tar):
        with pytest.raises(UsageError, match="more than 32 MB"):
            skill_in(pack(tmp_path / "big", big))
    many = {f"pdf/{n}": "" for n in range(FILES_MAX + 1)} | {"pdf/SKILL.md": MAIN}
    with pytest.raises(UsageError, match="more than 2000 files"):
        skill_in(packed_zip(tmp_path / "many", many))
    with pytest.raises(UsageError, match="in it twice"):
        skill_in(packed_zip(tmp_path / "twice", {"pdf/SKILL.md": MAIN, "pdf/a": "1", "pdf/A": "2"}))


def test_what_is_no_archive_or_a_torn_one_says_so(tmp_path: Path) -> None:
    whole = packed_tar(tmp_path / "a.tgz", FILES).read_bytes()
    for content in (b"", b"text", whole[: len(whole) // 2], b"\x1f\x8bxx", b"PK\x03\x04xx"):
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(UsageError):
            skill_in(tmp_path / "b")


def test_of_several_skills_one_is_chosen_by_its_folder(tmp_path: Path) -> None:
    archive = packed_zip(tmp_path / "a.zip", {"s/pdf/SKILL.md": MAIN, "s/pdf/x/SKILL.md": MAIN, "s/doc/SKILL.md": MAIN})
    with pytest.raises(UsageError, match=r"holds 2 skills \(doc, pdf\): say which with `--skill NAME`"):
        skill_in(archive)
    assert sorted(skill_in(archive, "pdf")[1]) == ["SKILL.md", "x/SKILL.md"]


def test_a_name_in_gbk_and_one_in_nfd_are_the_names_that_they_were(tmp_path: Path) -> None:
    path = packed_zip(tmp_path / "a.zip", {"SKILL.md": MAIN, "AAAA.md": "x", "re\u0301sume\u0301.md": "y"})
    path.write_bytes(path.read_bytes().replace(b"AAAA.md", "表格".encode("gbk") + b".md"))
    assert sorted(skill_in(path)[1]) == ["SKILL.md", "r\xe9sum\xe9.md", "表格.md"]


def test_a_folder_or_archive_that_is_reached_through_a_link_is_taken_and_one_that_leads_to_itself_is_not(
    tmp_path: Path,
) -> None:
    packed_zip(tmp_path / "a.zip", {"pdf/SKILL.md": MAIN})
    (tmp_path / "link.zip").symlink_to(tmp_path / "a.zip")
    assert sorted(skill_in(tmp_path / "link.zip")[1]) == ["SKILL.md"]
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises((NotFound, UsageError)):
        add(tmp_path / "custom", tmp_path / "loop")
