"""A process of its own: campaigns against a provider that answers oddly, sent by the real workers.

Prints one JSON object at its end: by case, what was seen before and after a person resumed. Its argument names the
stack.
"""

import json
import os
import sys

import django

from tests.chaos.stacks import built


def main(name: str) -> None:
    with built(name) as stack:
        os.environ.update(stack.environment)
        django.setup()
        from .odd_play import play

        told = play(stack)
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
