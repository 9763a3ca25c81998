"""The shop's own server settings without the shop."""

from pathlib import Path

_settings: dict[str, object] = {}
exec(compile((Path(__file__).resolve().parent.parent / "gunicorn.conf.py").read_text(), "gunicorn.conf.py", "exec"), _settings)
_SHOPS_OWN = ("os", "gc", "when_ready", "post_fork")
globals().update({key: value for key, value in _settings.items() if not key.startswith("_") and key not in _SHOPS_OWN})
