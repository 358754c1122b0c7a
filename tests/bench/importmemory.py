"""What an import needs in memory, told by a process that does nothing else: python -m tests.bench.importmemory."""

import json
import sys
import tempfile
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from campaigns.models import Campaign

    from .imports import csv_file, ours

    path, (warming, campaign) = Path(sys.argv[1]), [Campaign.objects.get(pk=key) for key in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as folder:
        ours(warming, csv_file(Path(folder) / "small.csv", 10))
    # From here on the highest mark is counted anew.
    Path("/proc/self/clear_refs").write_text("5")
    idle = _megabytes("VmRSS")
    seconds = ours(campaign, path)
    print(json.dumps({"idle": idle, "above": _megabytes("VmHWM") - idle, "seconds": seconds}))


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
