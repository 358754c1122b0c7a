"""Keeps secrets out of log lines."""

import logging
import re

_PUSH_TOKEN = re.compile(r"(/push/+)[^/\s\"']+")


class RedactPushTokens(logging.Filter):
    """Replaces the secret part of push addresses in every line, whoever logs it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/push/" in message:
            record.msg = _PUSH_TOKEN.sub(r"\1•••", message)
            record.args = ()
        return True
