"""The contract itself. A gateway package exposes one instance of a subclass as ``gateway``."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from .abilities import KINDS, Ability
from .errors import BalanceAnswer, SubmitAnswer, TemplateAnswer
from .fields import Field, Problem
from .files import FileAnswer, FileRules, FilesAnswer
from .http import HttpClient, HttpFailure, HttpRequest, HttpResponse
from .messages import AccountAccess, Message
from .push import Acknowledgement, PushBody, PushDoor, PushReading
from .records import RecordFacts, RecordsAnswer


@dataclass(frozen=True, slots=True)
class KindFacts:
    """How a gateway sends one kind of campaign.

    ``options`` are the documented optional request fields that staff may set. ``max_callees`` is the documented most
    per request (an account may be set lower, by the setting ``max_callees_<kind>`` where the gateway declares one).
    ``has_text`` says whether each recipient may get a text of their own, ``max_text`` its documented most characters.
    ``groups_texts`` says whether one request may carry several different texts. ``rehearsed`` marks the kinds that
    the demonstration plays. ``reports_keys`` says that receipts name the keys that a callee pressed. ``document`` names
    the vendor's page.
    """

    options: tuple[Field, ...]
    max_callees: int
    has_text: bool
    document: str
    max_text: int | None = None
    groups_texts: bool = False
    rehearsed: bool = False
    reports_keys: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to be made, and how to read what comes of it; any thread may do either."""

    request: HttpRequest
    read: Callable[[HttpResponse | HttpFailure], SubmitAnswer]


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most ``most`` submissions to one number within any ``seconds``. ``name`` is the setting that says so."""

    name: str
    most: int
    seconds: float


class Gateway(ABC):
    """One provider's API.

    No method raises for anything that a provider or a network does: what happened is in the answer. No method
    retries. All methods may be called from several threads.
    """

    slug: ClassVar[str]
    name: ClassVar[str]
    website: ClassVar[str]
    credentials: ClassVar[tuple[Field, ...]]
    """Fields of the account form that are stored encrypted. One named ``base_url`` of kind URL is always there."""
    settings: ClassVar[tuple[Field, ...]]
    """Numbers where documents disagree or accounts differ, with the safe default."""
    kinds: ClassVar[Mapping[Ability, KindFacts]]
    services: ClassVar[frozenset[Ability]]
    """The abilities besides the kinds."""
    doors: ClassVar[tuple[PushDoor, ...]]
    number_words: ClassVar[str]
    """Which numbers this provider takes, in words for staff."""
    timezone: ClassVar[str] = "Asia/Shanghai"
    """The zone of times that the provider writes without one, and of its natural day."""
    template_variable: ClassVar[str] = ""
    """How a variable is written in a voice template, where the gateway reviews templates."""
    file_rules: ClassVar[FileRules | None] = None
    """What is taken where the gateway takes voice files."""
    records: ClassVar[Mapping[Ability, RecordFacts]] = {}
    """The kinds whose records can be asked for, where the gateway pulls receipts."""

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset(self.kinds) | self.services

    def able_to(self, ability: Ability) -> bool:
        return ability in self.abilities

    def able_kinds(self) -> tuple[Ability, ...]:
        return tuple(kind for kind in KINDS if kind in self.kinds)

    def callees_per_request(self, kind: Ability, access: AccountAccess) -> int:
        """The most callees in one request of *kind*: the account's setting, never above the document's limit."""
        documented = self.kinds[kind].max_callees
        chosen = access.settings.get(f"max_callees_{kind}")
        return min(int(chosen), documented) if chosen else documented

    def frequencies(self, access: AccountAccess) -> tuple[Frequency, ...]:
        """How often one number may be submitted, over all campaigns of the account; empty where nobody limits it."""
        return ()

    def longest_variable(self, access: AccountAccess) -> int | None:
        """The most characters of one variable's value in a text for a template; None where no limit is set."""
        return None

    def longest_text(self, kind: Ability, options: Mapping[str, Any], access: AccountAccess) -> int | None:
        """The most characters of a text of *kind* that :meth:`check` lets pass; None where no limit is set.

        *options* may be wrong or missing: they are still being chosen.
        """
        return self.kinds[kind].max_text

    @abstractmethod
    def number_problem(self, number: str, kind: Ability) -> Problem | None:
        """Why this provider would not take *number* (digits with country code, no plus sign), or None."""

    @abstractmethod
    def check(self, message: Message, access: AccountAccess) -> list[Problem]:
        """Everything in *message* that the documents forbid. Nothing is sent; each problem names its field."""

    @abstractmethod
    def prepare(self, message: Message, access: AccountAccess) -> Prepared | SubmitAnswer:
        """The one request of *message*, or at once the answer where nothing may be sent (see :meth:`check`).

        Apart from the sending, so that one process can have hundreds of requests in flight.
        """

    def submit(self, message: Message, access: AccountAccess, http: HttpClient) -> SubmitAnswer:
        """Make the one request and wait for its answer."""
        prepared = self.prepare(message, access)
        return prepared.read(http.send(prepared.request)) if isinstance(prepared, Prepared) else prepared

    @abstractmethod
    def balance(self, access: AccountAccess, http: HttpClient) -> BalanceAnswer:
        """Ask what is left."""

    def add_template(self, text: str, access: AccountAccess, http: HttpClient) -> TemplateAnswer:
        """Hand in a voice template for review."""
        raise NotImplementedError(f"{self.slug} does not review templates")

    def delete_template(self, template_id: str, access: AccountAccess, http: HttpClient) -> TemplateAnswer:
        """Remove a voice template at the provider."""
        raise NotImplementedError(f"{self.slug} does not review templates")

    def upload_file(self, name: str, content: bytes, access: AccountAccess, http: HttpClient) -> FileAnswer:
        """Give a recording to the provider under *name*, which must fit ``file_rules``."""
        raise NotImplementedError(f"{self.slug} does not take voice files")

    def list_files(self, page: int, access: AccountAccess, http: HttpClient) -> FilesAnswer:
        """Ask for one page, counted from 1, of the voice files that the account has."""
        raise NotImplementedError(f"{self.slug} does not take voice files")

    def records_by_id(
        self, kind: Ability, provider_ids: Sequence[str], access: AccountAccess, http: HttpClient
    ) -> RecordsAnswer:
        """Ask for the records with these ids, at most ``max_ids`` of them. Ids that it does not have are left out."""
        raise NotImplementedError(f"{self.slug} cannot be asked for records")

    def records_by_time(
        self, kind: Ability, start: datetime, end: datetime, position: str, access: AccountAccess, http: HttpClient
    ) -> RecordsAnswer:
        """Ask for one page of all records between two times, from *position* on (empty: from the beginning)."""
        raise NotImplementedError(f"{self.slug} cannot be asked for records")

    @abstractmethod
    def read_push(self, push: PushBody) -> PushReading:
        """Read a kept push. Tolerant of form, never guessing a meaning."""

    @abstractmethod
    def acknowledge(self, push: PushBody) -> Acknowledgement:
        """The answer that makes the provider stop pushing this one; also for duplicates and unreadable bodies."""
