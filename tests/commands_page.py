"""Writes docs/commands.md from the commands themselves: `python -m tests.commands_page > docs/commands.md`.

Each command's section is its line of help, its options, its JSON fields. Only what stands around them is written here.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
from typing import Any

import click

from console.cli import blackboard
from console.cli.json_fields import fields_of
from console.cli.main import COMMANDS as MOZIPLUS
from console.cli.main import moziplus
from console.cli.spec import document

HEAD = """\
# Commands

Every command of both programs. This page is written by `python -m tests.commands_page > docs/commands.md`; a test holds
it to what the commands say of themselves.

Every command takes `--home DIR` (else `MOZIPLUS_HOME`, the parent of `BLACKBOARD_ROOT`, the current folder where it is a
home, `~/.moziplus`) and `--json`: one object, or one object a line, on stdout and nothing else there. Field names are
stable; moments are UTC ISO 8601 with milliseconds. Errors are one line on stderr that says what to do.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | the input is wrong; nothing was changed |
| 3 | no such home, project, task, review, session or alert |
| 4 | the state refuses it: claimed by another, stale fence, held, archived, paused |
| 5 | cannot be reached now: database locked, read-only, damaged or missing, gateway down; or stderr names what was left out |

What is done ends with 0, also where the word on it could not be written (a closed pipe, a full disk); what only prints
ends with 1 or 5 then. What an encoding lacks is escaped. The same verdict, submit, release, hold or cancel once more
changes nothing; another one ends with 4 and says what stands.

A task is `12` with `--project P`, or `quant#12`; reviews and alerts likewise. Without either, the project is
`MOZIPLUS_PROJECT`, or the only one of the home. The beginning of a session's id names it. WHEN is `18:00`, `tomorrow 9:00`,
`明天 18:00`, `2026-11-30`, `2026-11-30T18:00` (this machine's time), or `30m`, `4h`, `2d`, `1w` from now. Where TEXT is `-`,
it is read from stdin. In text moments are this machine's, with their offset from UTC.

Your shell completes commands, options, and the ids of projects, tasks, agents, sessions, schedules and skills after one line:

```sh
eval "$(_MOZIPLUS_COMPLETE=bash_source moziplus)"     # in ~/.bashrc
eval "$(_MOZIPLUS_COMPLETE=zsh_source moziplus)"      # in ~/.zshrc, behind `autoload -Uz compinit && compinit`
_MOZIPLUS_COMPLETE=fish_source moziplus | source      # in ~/.config/fish/config.fish
```

All of it speaks Chinese with `MOZIPLUS_LANGUAGE=zh` (else `LC_ALL`, `LC_MESSAGES`, `LANG` say it); JSON stays the same.

`moziplus man | man -l -` shows all of this as a manual page; `moziplus man > DIR/man1/moziplus.1` puts it on your MANPATH. A
word that other tools have (`task delete`, `project remove`, `status --watch`) ends with 2 and says what to type here.
"""

AGENTS = """\
## blackboard

The agents' tool. Home, project, task or review, seat, agent, session and fence come from the shim in the session's
folder, from `MOZIPLUS_HOME _PROJECT _TASK _REVIEW _SEAT _AGENT _SESSION _FENCE`, or from `--home --project --task --review
--seat --agent --session --fence` with any command. What is written passes the filters for secrets and control characters. A
write under a claim that has ended is refused with 4 and the name of the present holder: stop working then.
`MOZIPLUS_LOCK_PATIENCE` has the seconds to wait for a locked blackboard (10).

An output lies in the task's folder and is taken as it is, or in the folder that the agent works in and is copied into
`outputs/`; any other needs `--copy`. Links that leave, devices, pipes, folders, empty files and databases are refused.
"""

SHAPES = """\
## What --json prints

The structs that the fields above are of, and those within them. `moziplus spec --json` has the same for programs, with a JSON
Schema for each. Moments are text, UTC ISO 8601; what is null is not known, or does not apply.
"""

JSON = {
    "read": "`read` of a task: project, task, depends_on, outputs, comments, decisions, reviews, attempts, review (the one to"
    " give), changes (as `moziplus review show`). Without a task, one a line: id, title, status, priority, assignee, role,"
    " needs, tags, blocked and the rest of `moziplus task show` up to applied_at, without body",
    "create": "project, task, title, status, parent, reviews",
    "claim": "project, task, seat, agent, session, fence, backend, status, attempt, lease_until",
    "renew": "as `blackboard claim`",
    "release": "project, task, status, attempts, counted",
    "output": "project, task, path, kind, version, round, size, sha256, copied",
    "submit": "project, task, status",
    "ask": "project, task, ask, status (open, answered, expired), choice (the option), answer (words), by, how (person,"
    " decision, rule, lead, default), parked",
    "answer": "project, ask, task, status, answer",
    "pass": "project, ask, task, status",
    "comment": "project, task, comment, type",
    "decide": "project, task, decision, title",
    "observe": "project, task, observation (null where an alert of that cause is open already), level",
    "review": "project, review, task, round, verdict, status",
    "experience": "project, task, experience, title, tags",
    "mcp": "JSON-RPC, one message a line: protocol 2026-07-28, and 2025-11-25 after its handshake",
    "permission": "behavior (allow, deny), updatedInput (what it was given) or message; --json changes nothing",
    "usage": "project, session, tokens, cost",
}
"""Of each command of `blackboard`; those of `moziplus` say it in their help."""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## moziplus\n"]
    for name in MOZIPLUS:
        try:
            command = moziplus.get_command(click.Context(moziplus), name)
        except (ModuleNotFoundError, AttributeError):
            continue  # a command whose file is not there yet
        assert command is not None
        parts += sections(f"moziplus {name}", command)
    parts.append(AGENTS)
    parts += [agent_section(name) for name in blackboard.COMMANDS]
    parts.append(SHAPES)
    parts += [shape_section(name, schema) for name, schema in document().schemas.items() if "properties" in schema]
    return "\n".join(parts)


def sections(name: str, command: click.Command) -> list[str]:
    """A section for a command, or for each command of a group."""
    if command.hidden:
        return []
    own = [section(name, command)]
    if not isinstance(command, click.Group):
        return own
    context = click.Context(command, info_name=name)
    found = [(child, command.get_command(context, child)) for child in command.list_commands(context)]
    return own + [text for child, below in found if below for text in sections(f"{name} {child}", below)]


def section(name: str, command: click.Command) -> str:
    """One command of moziplus."""
    arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
    title = " ".join([name, *arguments])
    text = inspect.cleandoc((command.help or "").replace("\f", ""))
    text = "\n\n".join(part for part in (text, fields_of(command)) if part)
    options = [
        p for p in command.params if isinstance(p, click.Option) and p.opts[0] not in ("--home", "--json", "--help")
    ]
    lines = [f"### `{title}`", "", text, ""]
    lines += [f"- `{_flags(option)}` {option.help or ''}".rstrip() for option in options if not option.hidden]
    return "\n".join(lines).rstrip() + "\n"


def agent_section(name: str) -> str:
    """One command of blackboard."""
    parser = blackboard.parser_of(name)
    shared = {
        "--home",
        "--project",
        "--task",
        "--review",
        "--seat",
        "--agent",
        "--session",
        "--fence",
        "--json",
        "--help",
    }
    positional = [str(a.metavar) for a in parser._actions if not a.option_strings]
    own = [
        a for a in parser._actions if a.option_strings and (a.option_strings[0] not in shared or a.dest == "protocol")
    ]
    lines = [
        f"### `{' '.join(['blackboard', name, *positional])}`",
        "",
        blackboard.COMMANDS[name],
        f"JSON: {JSON[name]}.",
        "",
    ]
    lines += [f"- `{_agent_flags(action)}` {(action.help or '') % _choices(action)}".rstrip() for action in own]
    return "\n".join(lines).rstrip() + "\n"


def shape_section(name: str, schema: dict[str, Any]) -> str:
    """One struct."""
    fields = [f"- `{field}` {told.get('description', '')}" for field, told in schema["properties"].items()]
    return "\n".join([f"### {name}", "", schema.get("description", ""), "", *fields, ""])


def _flags(option: click.Option) -> str:
    flags = ", ".join([*option.opts, *option.secondary_opts])
    return (
        flags if option.is_flag or option.count else f"{flags} {option.make_metavar(click.Context(click.Command('x')))}"
    )


def _agent_flags(action: argparse.Action) -> str:
    flag = action.option_strings[0]
    if isinstance(action, argparse._StoreTrueAction):
        return flag
    return f"{flag} {action.metavar or '|'.join(map(str, action.choices or ()))}"


def _choices(action: argparse.Action) -> dict[str, str]:
    return {"choices": ", ".join(map(str, action.choices or ()))}


if __name__ == "__main__":
    importlib.import_module("sys").stdout.write(page())
