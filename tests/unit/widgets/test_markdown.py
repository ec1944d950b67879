"""Promises of Markdown as it reads: its marks mean something, every line stays in its place, and nothing is hidden."""

from __future__ import annotations

from widgets.markdown import markdown_lines
from widgets.marks import ASCII, UNICODE

TEXT = """# A *head* line
para **bold** and [link](http://x.y/z)
next line
- one
  * two `code`
> said

| a | b |
|---|---|
| 1 | **22** |

```python
def f(): ...
```
<!-- hidden from readers -->
[ref]: http://hidden.example
Setext
======"""


def said(text: str) -> list[str]:
    return ["".join(part for part, _role in spans) for spans in markdown_lines(text.split("\n"), UNICODE)]


def test_each_line_stays_in_its_place_and_its_marks_are_gone() -> None:
    assert said(TEXT) == [
        "# A head line",
        "para bold and link (http://x.y/z)",
        "next line",
        "· one",
        "  · two code",
        "│ said",
        "",
        "a │ b ",
        "──────",
        "1 │ 22",
        "",
        "```python",
        "def f(): ...",
        "```",
        "<!-- hidden from readers -->",
        "[ref]: http://hidden.example",
        "Setext",
        "======",
    ]


def test_what_is_marked_has_a_look_of_its_own() -> None:
    rows = markdown_lines(TEXT.split("\n"), UNICODE)
    assert ("bold", "strong") in rows[1] and ("link", "key") in rows[1] and ("code", "accent") in rows[4]
    assert ("def", "secondary") in rows[12]
    assert "".join(part for part, _role in markdown_lines(["> x"], ASCII)[0]) == "| x"


def test_a_reference_to_a_character_is_no_character_and_code_over_two_lines_moves_none() -> None:
    assert said("a &#x202e; [x](&#x202e;)") == ["a &#x202e; x (%E2%80%AE)"] or "\u202e" not in said("a &#x202e;")[0]
    assert said("one `two\nthree` four\nfive") == ["one `two", "three` four", "five"]
