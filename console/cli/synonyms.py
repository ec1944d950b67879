"""Owns the words that people try because other tools have them, and where each leads here. One table; it runs nothing.

Loaded only for a mistake. A word that is a command of its own is never looked up here.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ("OPTIONS", "WORDS", "lead")

_CREATE = ("add", "create", "new", "make")
_DELETE = ("delete", "remove", "rm", "del", "destroy", "drop")
_LIST = ("ls", "all", "index")
_SHOW = ("view", "get", "info", "describe", "inspect", "cat", "open")
_EDIT = ("update", "set", "change", "modify", "rename")
_AGENTS = (
    "`moziplus agent add claude|codex|…`; other programs stand in the file that `moziplus config path` names,"
    " then `moziplus agent check`"
)


def _all(words: Iterable[str], lead: str) -> dict[str, str]:
    return dict.fromkeys(words, lead)


WORDS: dict[str, dict[str, str]] = {
    "": {
        **_all(("start", "serve", "up", "daemon", "scheduler"), "`moziplus run`, or `moziplus service install`"),
        **_all(("stop", "down", "quit", "exit", "shutdown"), "`moziplus drain`, in an emergency `moziplus estop`"),
        **_all(("kill", "abort", "halt"), "`moziplus estop`, or `moziplus session stop SESSION`"),
        **_all((*_CREATE, "todo"), "`moziplus task create --title …`, or `moziplus project create --id …`"),
        **_all(_DELETE, "`moziplus task cancel N`, or `moziplus project archive P`"),
        **_all((*_LIST, "list"), "`moziplus task list`, or `moziplus project list`"),
        **_all((*_SHOW, "show"), "`moziplus task show N`, or `moziplus status`"),
        **_all(("tui", "ui", "console", "dashboard", "gui", "top"), "`moziplus` alone opens the console"),
        **_all(("approve", "accept"), "`moziplus review approve N`"),
        **_all(("reject", "deny"), "`moziplus review reject N --comment …`"),
        **_all(("ps", "jobs", "running"), "`moziplus session list`"),
        **_all(("watch", "follow", "tail"), "`moziplus events --follow`"),
        **_all(("help", "?"), "`moziplus --help`"),
        **_all(("version",), "`moziplus --version`"),
        **_all(("ask", "answer", "todo-list", "needs-you"), "`moziplus` alone: its list of what needs you"),
        **_all(("merge",), "`moziplus task merge N`"),
        **_all(("explain", "why"), "`moziplus task explain N`"),
        **_all(
            ("restart",), "`moziplus drain`, then `moziplus run`; a service: `moziplus service install MANAGER --now`"
        ),
        **_all(("queue", "backlog"), "`moziplus task list`"),
        **_all(("attach",), "`moziplus session log SESSION --follow`"),
        **_all(("undo", "revert"), "`moziplus review reopen N`"),
        **_all(("comment", "note", "say"), "`moziplus task comment N TEXT`"),
        **_all(
            ("login", "auth", "signin"), "agents sign in by their own programs; `moziplus agent check` says who has to"
        ),
        **_all(
            ("update", "upgrade"),
            "`git pull` where it was installed from, then `pipx install --force .` or `uv tool install --force .`",
        ),
        **_all(("uninstall",), "`moziplus service uninstall launchd|systemd|pm2`, then `pipx uninstall moziplus`"),
        **_all(("install", "setup"), "`moziplus init DIR`, or `moziplus service install launchd|systemd|pm2`"),
        **_all(("settings", "configure"), "`moziplus config show`; `moziplus config path` names the file to edit"),
        **_all(("check", "health", "diagnose", "test"), "`moziplus doctor`, or `moziplus config check`"),
        **_all(("cron", "every", "timer"), "`moziplus schedule add NAME --cron '30 9 * * 1-5'`"),
        **_all(("unpause", "continue", "unstop"), "`moziplus resume`"),
        **_all(("plan",), "`moziplus task plan GOAL`"),
        **_all(("board",), "`moziplus` and key 2, or `moziplus task list`"),
    },
    "task": {
        **_all(_CREATE, "`moziplus task create --title …`"),
        **_all(
            _DELETE,
            "`moziplus task cancel N` (it stays readable), or for a whole project `moziplus project archive P`",
        ),
        **_all(_LIST, "`moziplus task list`"),
        **_all((*_SHOW, "status", "diff"), "`moziplus task show N`"),
        **_all(_EDIT, "`moziplus task edit N`"),
        **_all(("approve", "accept", "lgtm"), "`moziplus review approve N`"),
        **_all(("reject", "deny"), "`moziplus review reject N --comment …`"),
        **_all(("review",), "`moziplus review show N`"),
        **_all(
            ("start", "run", "begin", "dispatch", "claim", "execute"),
            "the scheduler starts it: `moziplus run`; `moziplus task explain N` says why it does not",
        ),
        **_all(
            ("done", "complete", "finish", "close", "submit", "resolve"),
            "`moziplus review approve N` (what was submitted), or `moziplus task cancel N` (what is not wanted)",
        ),
        **_all(("stop", "kill", "abort", "end"), "`moziplus task cancel N`, or `moziplus session stop SESSION`"),
        **_all(("pause", "block", "suspend"), "`moziplus task hold N --reason …`"),
        **_all(("resume", "unpause", "unhold", "continue", "unblock"), "`moziplus task release N`"),
        **_all(("reopen", "undo"), "`moziplus review reopen N`"),
        **_all(("restart", "rerun", "redo"), "`moziplus task retry N`"),
        **_all(("why",), "`moziplus task explain N`"),
        **_all(
            ("note", "say", "answer", "reply"),
            "`moziplus ask answer N` where its agent asks, else `moziplus task comment N TEXT`; while it works also"
            " `moziplus session send`",
        ),
        **_all(("log", "logs", "output", "tail"), "`moziplus session list`, then `moziplus session log SESSION`"),
        **_all(("depend", "deps", "dependencies", "tree"), "`moziplus task graph`; `task edit N --after M` adds one"),
        **_all(("prioritize", "priority"), "`moziplus task edit N --priority 0`"),
        **_all(("archive",), "`moziplus task cancel N`, or `moziplus project archive P` for a whole project"),
    },
    "project": {
        **_all((*_CREATE, "init"), "`moziplus project create --id ID --agents A,B`"),
        **_all((*_DELETE, "close"), "`moziplus project archive P` (nothing is lost: `moziplus project unarchive P`)"),
        **_all(_LIST, "`moziplus project list`"),
        **_all((*_SHOW, "status"), "`moziplus project show P`"),
        **_all((*_EDIT, "config", "configure"), "`moziplus project edit P`"),
        **_all(("restore", "reopen"), "`moziplus project unarchive P`; from a copy: `moziplus restore P`"),
        **_all(("use", "switch", "select"), "`--project P`, or `export MOZIPLUS_PROJECT=P`"),
        **_all(("pause", "stop"), "`moziplus pause --project P`"),
        **_all(("resume", "start"), "`moziplus resume --project P`"),
    },
    "agent": {
        **_all((*_CREATE, "install", "register", *_DELETE, *_EDIT), _AGENTS),
        **_all(_LIST, "`moziplus agent list`"),
        **_all(_SHOW, "`moziplus agent show A`"),
        **_all(("start", "run", "spawn"), "the scheduler starts agents: `moziplus run`"),
        **_all(("stop", "kill"), "`moziplus session stop SESSION`, all of them: `moziplus estop`"),
        **_all(("test", "ping", "doctor"), "`moziplus agent check`"),
    },
    "review": {
        **_all(("accept", "ok", "pass", "lgtm", "merge"), "`moziplus review approve N`"),
        **_all(("deny", "refuse", "fail"), "`moziplus review reject N --comment …`"),
        **_all(("changes", "request", "rework", "revise"), "`moziplus review request-changes N --finding …`"),
        **_all(_LIST, "`moziplus review list`"),
        **_all(_SHOW, "`moziplus review show N`"),
        **_all((*_CREATE, "start"), "a task gets one by `moziplus task create --review PROTOCOL`"),
        **_all(("undo",), "`moziplus review reopen N`"),
        **_all(("diff", "compare"), "`moziplus review show N --diff`"),
    },
    "session": {
        **_all(("kill", "cancel", "abort", "end", *_DELETE), "`moziplus session stop SESSION`"),
        **_all(("logs", "tail", "attach", "follow", "output", "watch"), "`moziplus session log SESSION --follow`"),
        **_all(("message", "say", "tell", "write"), "`moziplus session send SESSION TEXT`"),
        **_all((*_LIST, "ps"), "`moziplus session list`"),
        **_all(_SHOW, "`moziplus session show SESSION`"),
        **_all((*_CREATE, "start", "run"), "the scheduler starts sessions: `moziplus run`"),
    },
    "ask": {
        **_all(("reply", "respond", "say", "allow", "approve", "resolve"), "`moziplus ask answer N [OPTION|TEXT]`"),
        **_all(("deny", "refuse", "reject"), "`moziplus ask answer N refuse --reason …`"),
        **_all(_LIST, "`moziplus ask list`"),
        **_all(_SHOW, "`moziplus ask show N`"),
        **_all(_CREATE, "agents ask, by `blackboard ask TEXT`"),
    },
    "alert": {
        **_all((*_DELETE, "dismiss", "clear", "close", "resolve", "acknowledge", "done"), "`moziplus alert ack N`"),
        **_all((*_LIST, *_SHOW, "show"), "`moziplus alert list`"),
        **_all(_CREATE, "alerts come by themselves; for agents: `blackboard observe TEXT --level attention`"),
    },
    "schedule": {
        **_all(("create", "new", "make", "set"), "`moziplus schedule add NAME --daily HH:MM`"),
        **_all(("delete", "rm", "del", "destroy", "drop", "cancel"), "`moziplus schedule remove NAME`"),
        **_all((*_LIST, *_SHOW, "show"), "`moziplus schedule list`"),
        **_all(("pause", "off", "stop"), "`moziplus schedule disable NAME`"),
        **_all(("resume", "on", "start"), "`moziplus schedule enable NAME`"),
        **_all(
            ("edit", "update", "change", "modify"),
            "`moziplus schedule remove NAME`, then `moziplus schedule add NAME …`",
        ),
    },
    "skill": {
        **_all(("install", "import", "get", "pull"), "`moziplus skill add FOLDER|ARCHIVE`"),
        **_all(("create", "make", "init"), "`moziplus skill new ID`"),
        **_all(_DELETE, "take its folder away: `moziplus skill show ID` names it"),
        **_all(_LIST, "`moziplus skill list`"),
        **_all(("view", "info", "cat", "open"), "`moziplus skill show ID`"),
        **_all(("validate", "lint", "test"), "`moziplus skill check ID|FOLDER`"),
        **_all((*_EDIT, "edit"), "edit its SKILL.md: `moziplus skill show ID` names its folder"),
    },
    "experience": {
        **_all(("find", "grep", "query"), "`moziplus experience search WORDS`"),
        **_all(_LIST, "`moziplus experience list`"),
        **_all(_SHOW, "`moziplus experience show N`"),
        **_all(_CREATE, "agents write them: `blackboard experience`"),
    },
    "inbox": {
        **_all((*_LIST, "list"), "`moziplus inbox show`"),
        **_all((*_CREATE, "post", "write"), "`moziplus inbox send JSON`"),
        **_all(("requeue", "again"), "`moziplus inbox retry ID`"),
    },
    "config": {
        **_all(
            (*_EDIT, "edit", *_CREATE), "edit the file that `moziplus config path` names, then `moziplus config check`"
        ),
        **_all((*_LIST, "get", "list", "dump", "print"), "`moziplus config show`"),
        **_all(("validate", "lint", "test"), "`moziplus config check`"),
    },
    "service": {
        **_all((*_CREATE, "enable", "start"), "`moziplus service install launchd|systemd|pm2`"),
        **_all((*_DELETE, "disable", "stop"), "`moziplus service uninstall launchd|systemd|pm2`"),
        **_all(("list", "show", *_LIST), "`moziplus service status`"),
        **_all(("restart", "reload"), "`moziplus service install MANAGER --now`, which starts it anew"),
        **_all(("log", "logs"), "`moziplus log --follow`"),
    },
    "runs": {**_all(_LIST, "`moziplus runs list`"), **_all(_SHOW, "`moziplus runs show RUN`")},
}
"""Group → word → what to type instead."""

OPTIONS: dict[str, dict[str, str]] = {
    "": {
        "--project-id": "--project P",
        "-p": "--project P",
        "--config": "--home DIR",
        "--dir": "--home DIR",
        "--format": "--json",
        "--output": "--json",
        "-o": "--json",
        "-j": "--json",
        "--verbose": "`moziplus log --follow`",
        "--debug": "LOG_LEVEL=DEBUG",
        "--yes": "nothing: no command asks back",
        "--lang": "MOZIPLUS_LANGUAGE=zh",
    },
    "status": {**_all(("--watch", "-w", "--follow", "-f"), "`moziplus` alone, or `moziplus events --follow`")},
    "task list": {**_all(("--watch", "-w"), "`moziplus` alone, or `moziplus events --follow`")},
    "task create": {
        **_all(("--name", "--subject"), "--title T"),
        **_all(("--description", "--desc", "--text", "--message", "-m"), "--body B"),
        **_all(("--agent", "--assign", "--to", "--owner"), "--assignee A|@ROLE"),
        **_all(("--depends", "--depends-on", "--needs-task", "--blocked-by"), "--after N"),
        **_all(("--due", "--due-date"), "--deadline WHEN"),
        **_all(("--start", "--at", "--when"), "--not-before WHEN"),
        **_all(("--label", "--tags"), "--tag T"),
        **_all(("--reviewer", "--reviews"), "--review PROTOCOL, in which the reviewers stand: docs/reviews.md"),
    },
    "project create": {
        **_all(("--title",), "--name NAME"),
        **_all(("--agent", "--team", "--members"), "--agents A,B"),
        **_all(("--path", "--dir", "--repo", "--folder"), "--workdir DIR"),
    },
    "review approve": {**_all(("--message", "-m", "--reason"), "--comment TEXT")},
    "review reject": {**_all(("--message", "-m", "--reason"), "--comment TEXT")},
    "session log": {**_all(("-f",), "--follow")},
    "events": {**_all(("-f", "--watch"), "--follow")},
    "log": {**_all(("-f", "--watch", "--tail"), "--follow")},
}
"""Command → option that other tools have → the one to use."""


def lead(path: str, word: str, known: Iterable[str]) -> str:
    """What to type instead of `word` in the group or command `path` (without the program); empty where nothing comes near.

    `known` are the words that it has.
    """
    from difflib import get_close_matches

    names = list(known)
    if word.startswith("-"):
        found = OPTIONS.get(path, {}).get(word) or OPTIONS[""].get(word)
        return found or " or ".join(get_close_matches(word, names, n=2, cutoff=0.7))
    plain = word.casefold()
    if found := WORDS.get(path, {}).get(plain):
        return found
    program = f"moziplus {path}".strip()
    for same in (plain.removesuffix("s"), f"{plain}s", plain.replace("_", "-"), plain):
        if same in names:
            return f"`{program} {same}`"
    return " or ".join(f"`{program} {name}`" for name in get_close_matches(plain, names, n=2, cutoff=0.6))
