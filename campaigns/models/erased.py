"""What stands where a number was: the recipient's position between two signs that no number has.

So nobody is lost from a campaign, two erased numbers of it stay two, and the last digits of a number do not find them.
"""

from notifyadmin.web.phones import ERASED

PLACEHOLDER = f"'{ERASED}' || position || '{ERASED}'"
"""As SQL, of a row of recipients."""

KEPT = f"number NOT LIKE '{ERASED}%%'"
"""As SQL with parameters, whether a row's number is still there."""

MASK = b"*" * 7
"""What stands at least in the body of a push where the digits of a number were; no number is shorter."""

QUOTING = """LIKE '{"text"%%'"""
"""As SQL with parameters, whether packed words name values, which may be what somebody wrote or a number."""
