"""``python -m forgegen``."""

from forgegen.cli.main import run

run()
