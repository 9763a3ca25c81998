"""Scheduled work. A job is a plain function of the registry; Huey only wakes it, `running.py` makes it run once at a time."""
