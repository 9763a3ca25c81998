"""Where Chromium is on this machine and how it is started without reaching for the outside."""

import shutil

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-features=OptimizationHints,MediaRouter"]


def find_chromium() -> str | None:
    """The Chromium program, or None."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
