"""The operator's repositories: how git is asked, what a task's worktree holds, and what becomes of it."""
