"""``python -m include.local``."""

from include.local.cli import app

app()
