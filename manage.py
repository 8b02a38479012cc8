#!/usr/bin/env python3
"""Django's command line. Runs itself with the project's own virtual environment when another Python starts it."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concero_desk.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        if VENV_PYTHON.exists() and Path(sys.executable) != VENV_PYTHON:
            os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606 - the same command, right interpreter
        sys.exit("The packages are not installed yet. Run: make setup")
    from concero_desk.startup import start_servers

    start_servers()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
