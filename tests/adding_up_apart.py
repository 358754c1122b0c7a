"""The counters and all pages that show numbers, held against the recipients of the installation in the environment.

    python -m tests.adding_up_apart

Ends with 1, and says where they differ, if they do.
"""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifyadmin.settings")
    django.setup()
    from django.core.management import call_command

    from tests.adding_up import disagreements_of_a_bare_process

    call_command("audit_counts")
    found = disagreements_of_a_bare_process()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
