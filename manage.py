#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from uep.env import Missing
from uep.postgres.server import NotStarted

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    try:
        execute_from_command_line(sys.argv)
    except (Missing, NotStarted) as reason:
        sys.exit(str(reason))
