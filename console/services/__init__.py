"""The files with which launchd, systemd and PM2 run the scheduler headless, and what these managers say of them.

Nothing here needs root, and nothing here starts or stops anything unless it is told to.
"""
