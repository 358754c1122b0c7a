"""Reading an account's list of voice files at its provider, page by page. Never inside a transaction."""

from collections.abc import Iterator

from providers.accounts.models import Account
from providers.calllog import services as calllog
from providers.contract.files import FilePage, FilesAnswer
from providers.contract.http import HttpClient
from providers.contract.words import Words, gettext_noop

OPERATION = "list_files"
MOST_PAGES = 1000
"""More than anybody has; a list without an end must not be read for ever."""

TOO_LONG = Words(gettext_noop("The provider's list has more than 1,000 pages, so it was not read to its end."))
SHRANK = Words(gettext_noop("Files were deleted at the provider while its list was read, so one may have been missed."))


def raw_of(answer: object) -> str:
    """The provider's own words and code, as far as the answer has them."""
    raw, code = getattr(answer, "raw", ""), getattr(answer, "code", "")
    return f"{raw} ({code})" if raw and code else raw or code


class Reading:
    """One reading of the list; ``problem`` and ``raw`` say why it was not complete, once :meth:`pages` has ended.

    Files that come in while it is read move others to later pages, which are read too. Files that go away move others
    to pages that were read already: then nobody may say that something is not there.
    """

    def __init__(self, account: Account, http: HttpClient) -> None:
        self.account = account
        self.http = http
        self.problem: Words | None = None
        self.raw = ""
        self.page = 0
        self.last = 1
        self.shrank = False

    def pages(self) -> Iterator[FilePage]:
        """Page after page, until the last one or an answer that is none."""
        gateway, access, total = self.account.gateway, self.account.access(), 0
        while self.page < min(self.last, MOST_PAGES):
            answer = gateway.list_files(self.page + 1, access, self.http)
            self._log(answer)
            if not isinstance(answer, FilePage):
                self.problem, self.raw = answer.words, raw_of(answer)
                return
            self.page, self.last = self.page + 1, answer.pages
            self.shrank = self.shrank or answer.total < total
            total = answer.total
            yield answer
        if self.last > MOST_PAGES:
            self.problem = TOO_LONG
        elif self.shrank:
            self.problem = SHRANK

    def _log(self, answer: FilesAnswer) -> None:
        # One line for a list of a thousand pages, and one for what went wrong.
        if not self.page or not isinstance(answer, FilePage):
            calllog.record(self.account.pk, OPERATION, answer)
