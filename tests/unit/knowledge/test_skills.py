"""Promises of skills on disk: which one holds, what is wrong with a broken one, and that it never stands in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.knowledge.skills import check, find, look, new, places
from console.prompts.skills import whole
from console.shipped_files import shipped

BODY = "## When to use\n\nNow.\n\n## Steps\n\n1. Go.\n\n## Inputs and outputs\n\nNone.\n\n## How to check\n\nLook.\n"
CHINESE = "## 何时使用\n现在。\n\n## 2、步骤：\n1. 做。\n\n### 输入与输出\n无。\n\n### 如何检查\n看。\n"


def write(
    place: Path, skill_id: str = "fees", *, body: str = BODY, front: str | None = None, meta: str = "version: 1.0.0\n"
) -> Path:
    folder = place / skill_id
    folder.mkdir(parents=True)
    front = f"name: {skill_id}\ndescription: Count fees once.\n" if front is None else front
    (folder / "SKILL.md").write_text(f"---\n{front}---\n\n# Title\n\n{body}", encoding="utf-8")
    (folder / "meta.yaml").write_text(meta, encoding="utf-8")
    return folder


def test_the_shipped_skills_are_right_and_found_without_a_copy(tmp_path: Path) -> None:
    found = find(places(tmp_path))
    assert [s.id for s in found] == ["blackboard_operations", "code_review", "data_validation"]
    assert {s.origin for s in found} == {"builtin"} and {s.source for s in found} == {"shipped"}
    assert {(*r.problems, *r.advice) for r in (check(shipped("config", "skills", s.id)) for s in found)} == {()}
    assert found[0].roles == () and found[1].roles == ("reviewer",)


def test_a_project_overrides_custom_and_custom_overrides_a_builtin(tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "home" / "projects" / "quant"
    write(home / "skills" / "builtins", "code_review", meta="version: 2\n")
    write(home / "skills" / "custom", "code_review", meta='version: "3.0"\nsource: operator\ntags: [a]\nroles: [b]\n')
    write(home / "skills" / "custom", "fees")
    write(project / "skills", "fees", meta="version: 4.0.0\n")
    here = {s.id: (s.origin, s.version) for s in find(places(home, project))}
    assert here["code_review"] == ("custom", "3.0") and here["fees"] == ("project", "4.0.0")
    assert {s.id: s.origin for s in find(places(home))}["fees"] == "custom"
    states = [(f.place.origin, f.holds) for f in look(places(home, project)) if f.reading.id == "code_review"]
    assert states == [("custom", True), ("builtin", False), ("builtin", False)]
    custom = next(s for s in find(places(home)) if s.id == "code_review")
    assert (custom.tags, custom.roles, custom.source, custom.label) == (("a",), ("b",), "operator", "code_review@3.0")


def test_chinese_headings_and_keys_of_other_tools_are_taken(tmp_path: Path) -> None:
    front = "name: fees\ndescription: 计费\nlicense: MIT\nallowed-tools: [Bash]\n"
    found = check(write(tmp_path, body=CHINESE, front=front))
    assert (found.problems, found.advice) == ((), ())
    assert (found.front["license"], found.front["allowed-tools"]) == ("MIT", ["Bash"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": BODY.replace("## Steps", "## Stages")}, "SKILL.md:5: better a heading Steps (步骤), found none"),
        ({"body": BODY.replace("1. Go.", "<!-- what? -->")}, "better something below Steps, found nothing"),
        ({"body": f"{BODY}\n```sh\nrm"}, "better fences that are closed"),
        ({"body": f"{BODY}\n{'x' * 70_000}"}, "better at most 65536 bytes"),
        ({"front": "name: other\ndescription: x\n"}, "better name: fees, as its folder is called, found other"),
        ({"front": "name: fees\n"}, "better a description that says when to use it, found none"),
        ({"front": f"name: fees\ndescription: {'x' * 2000}\n"}, "better a description of at most 1024"),
        ({"front": "name: fees\nname: fees\ndescription: x\n"}, "SKILL.md:3: name: expected once"),
        ({"front": "name: fees\ndescription: Use it when: files\n"}, "SKILL.md:3: expected YAML"),
        ({"front": "name: fees\ndescription: x\nglobs: *.ts\n"}, "SKILL.md:4: expected"),
        ({"meta": "tags: [x]\nversion: -1\n"}, "meta.yaml:2: version: expected a version such as 1.0.0, found -1"),
        ({"meta": "version: 1.0.0\ncolour: red\ntags: x\n"}, "meta.yaml:2: colour: expected one of version"),
        ({"meta": "version: 1.0.0\ntags: x\n"}, "meta.yaml:2: tags: expected a list of words, found x"),
        ({"meta": "version: [\n"}, "expected YAML"),
        ({"meta": "version: 1.0.0\ndraft: maybe\n"}, "draft: expected true or false"),
    ],
)
def test_what_could_be_better_is_advice_with_file_and_line_and_the_skill_is_used(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    folder = write(tmp_path / "skills" / "custom", **change)
    problems: list[str] = []
    found = {skill.id: skill for skill in find(places(tmp_path), problems)}
    assert found["fees"].description and problems == []
    assert any(said in line for line in check(folder).advice), check(folder).advice


REAL = {
    "a line that is no YAML": '---\nname: pdf\ndescription: Use when: a form, or "PDF": is named\nuse: *\n---\nDo.\n',
    "blank lines before it": "\n\n---\nname: pdf\ndescription: |\n  Forms\n  and tables\n---\nDo.\n",
    "a fence around all": "````markdown\n---\nname: pdf\ndescription: Forms\n---\nDo.\n```sh\nx\n```\n````\n",
    "windows": "\ufeff---\r\nname: PDF Tools\r\ndescription: Forms\r\nmetadata:\r\n  version: 1.10\r\n---\r\nDo.\r\n",
    "no description": "---\nname: pdf\n---\n# PDF\n\nWhat to do with forms.\n",
    "numbers": "---\nname: 007\ndescription: 15:00\nversion: 3.10\n---\nDo.\n",
}


@pytest.mark.parametrize("text", REAL.values(), ids=REAL.keys())
@pytest.mark.parametrize("folder", ["pdf", "PDF Tools", "表格", "pdf.tools"])
def test_a_file_of_another_tool_works_as_it_is(tmp_path: Path, text: str, folder: str) -> None:
    made = tmp_path / "skills" / "custom" / folder
    made.mkdir(parents=True)
    (made / "SKILL.md").write_bytes(text.encode())
    problems: list[str] = []
    (mine,) = [skill for skill in find(places(tmp_path), problems) if skill.origin == "custom"]
    assert problems == [] and (mine.id, mine.folder) == (folder, str(made))
    assert mine.description and "Do." in mine.body or "What to do" in mine.body
    assert mine.version == {"windows": "1.10", "numbers": "3.10"}.get(
        next(name for name, known in REAL.items() if known == text), "1.0.0"
    )


@pytest.mark.parametrize("text", ["# Fees\n\nCount them.\n", "", "---\nname: fees\nno end\n", "---\n---\n"])
def test_a_file_without_front_matter_is_left_out_and_told_what_to_write(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path / "skills" / "custom")
    (folder / "SKILL.md").write_text(text)
    problems: list[str] = []
    assert len(find(places(tmp_path), problems)) == 3
    (problem,) = problems
    assert problem.startswith(f"{folder / 'SKILL.md'}:1: expected")
    assert ("`name: fees`, `description: what it is for" in problem) == (text != "---\n---\n")


def test_the_line_ends_of_every_system_are_read(tmp_path: Path) -> None:
    lines = ["---", "name: fees", "description: of lines", "---", "Do it.", ""]
    folder = write(tmp_path / "skills" / "custom")
    for end in ("\n", "\r\n", "\r"):
        (folder / "SKILL.md").write_bytes(b"\xef\xbb\xbf" + end.join(lines).encode())
        (mine,) = [skill for skill in find(places(tmp_path)) if skill.id == "fees"]
        assert (mine.description, mine.body.strip()) == ("of lines", "Do it.")


def test_a_file_in_gbk_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "skills" / "custom")
    (folder / "SKILL.md").write_bytes("---\nname: fees\ndescription: 计算费用\n---\n每笔。\n".encode("gbk"))
    (mine,) = [skill for skill in find(places(tmp_path)) if skill.id == "fees"]
    assert (mine.description, mine.body) == ("计算费用", "每笔。\n")


def test_what_came_with_a_skill_is_named_and_no_link_is_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "skills" / "custom")
    for name in ("scripts/fill.py", "references/forms.md", ".git/config", "assets/量.png", ".DS_Store"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    (folder / "away").symlink_to("/etc")
    (mine,) = [skill for skill in find(places(tmp_path)) if skill.id == "fees"]
    assert mine.files == ("assets/量.png", "references/forms.md", "scripts/fill.py")
    said = whole(mine)
    assert f"Its files, below `{folder}`: `assets/量.png`, `references/forms.md`, `scripts/fill.py`" in said


def test_links_that_leave_devices_and_huge_or_binary_files_are_refused(tmp_path: Path) -> None:
    custom, outside = tmp_path / "skills" / "custom", write(tmp_path / "outside", "away")
    custom.mkdir(parents=True)
    (custom / "away").symlink_to(outside)
    for skill_id in ("linked", "piped", "huge", "binary"):
        write(custom, skill_id)
        (custom / skill_id / "SKILL.md").unlink()
    (custom / "linked" / "SKILL.md").symlink_to(outside / "SKILL.md")
    os.mkfifo(custom / "piped" / "SKILL.md")
    (custom / "huge" / "SKILL.md").write_text("x" * 7_000_000)
    (custom / "binary" / "SKILL.md").write_bytes(b"---\n\xff\xfe\x00")
    problems: list[str] = []
    assert len(find(places(tmp_path), problems)) == 3
    for said in ("link that leaves it", "a plain file, found something else", "expected front matter", "byte 0x00"):
        assert any(said in problem for problem in problems), said
    assert any(p.startswith(f"{custom / 'away'}:1") for p in problems)


def test_a_broken_skill_gives_way_to_the_next_place_that_has_a_good_one(tmp_path: Path) -> None:
    (write(tmp_path / "skills" / "custom", "code_review") / "SKILL.md").write_text("# Review\n")
    assert {s.id: s.origin for s in find(places(tmp_path))}["code_review"] == "builtin"


def test_a_new_skill_is_a_draft_that_nobody_gets_and_nobody_is_alarmed_by(tmp_path: Path) -> None:
    place = tmp_path / "skills" / "custom"
    folder = new(place, "fees", description="When fees: are counted", roles=["developer"], tags=["税"])
    problems: list[str] = []
    assert "fees" not in [s.id for s in find(places(tmp_path), problems)] and problems == []
    assert [p.split("better ")[1] for p in check(folder).advice] == [
        f"something below {name}, found nothing"
        for name in ("When to use", "Steps", "Inputs and outputs", "How to check")
    ]
    text = (folder / "SKILL.md").read_text()
    for hint in ("When does", "What to do", "What must", "How whoever"):
        text = text.replace(f"<!-- {hint}", f"Written. <!-- {hint}")
    (folder / "SKILL.md").write_text(text)
    assert (check(folder).problems, check(folder).advice) == ((), ())
    (folder / "meta.yaml").write_text((folder / "meta.yaml").read_text().replace("draft: true", "draft: false"))
    (mine,) = [s for s in find(places(tmp_path)) if s.id == "fees"]
    assert (mine.description, mine.roles, mine.tags) == ("When fees: are counted", ("developer",), ("税",))


def test_a_template_is_found_beside_the_skill(tmp_path: Path) -> None:
    folder = write(tmp_path / "skills" / "custom")
    (folder / "template.md").write_text("# Report\n")
    (mine,) = [s for s in find(places(tmp_path)) if s.id == "fees"]
    assert mine.template == "# Report\n" and mine.folder == str(folder)
