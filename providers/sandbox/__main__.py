"""``python -m providers.sandbox``: the sandbox without Django."""

import argparse
import sys

from .server import add_options, run_from

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="sandbox", description="Rehearse with providers that ring nobody.")
    add_options(parser)
    sys.exit(run_from(parser.parse_args()))
