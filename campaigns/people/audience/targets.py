"""Where lists go. One target is one place that takes lists, with the pages on which people bring them there.

To let people bring lists to another place:

1. Write a :class:`Target`: its purpose, permissions, where its pages stand and what surrounds them.
2. Make its addresses: ``urlpatterns = list_urls(MyTarget)`` and include them in an application namespace. The page
   that takes lists is named ``<name>``, the others ``<name>_columns``, ``<name>_list`` and so on.
3. Write the destination of its rows and name it in ``destinations``.
4. Give it a template that extends ``campaigns/people/audience/page.html`` and fills ``{% block before_upload %}``,
   ``{% block beside_upload %}`` and ``{% block empty %}`` with what only this place has, or take it as it is.

The pages themselves, in ``views``, ask the target whenever they need to know what is special about a place.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import ListFile, ListPurpose
from notifyadmin.web.views import Crumb

from .mapping import Uses


class Target(ABC):
    """A place that takes lists, as one request sees it."""

    purpose: ClassVar[ListPurpose]
    view_permission: ClassVar[str]
    change_permission: ClassVar[str]
    name: ClassVar[str]
    """Full name of the page that takes lists, with the namespace: ``campaigns:audience``."""

    layout: ClassVar[str] = "campaigns/people/audience/plain.html"
    """The template that all pages extend; besides those of ``base.html`` it has the block ``lists``."""

    page_template: ClassVar[str] = "campaigns/people/audience/page.html"
    good_label: ClassVar[Any] = _("Added")
    keeps_values: ClassVar[bool] = True
    """Whether the other columns are of use here, under names of their own."""

    roles: ClassVar[Sequence[tuple[str, Any]]] = ()
    """Further things that a column may be here, (name, label): such a column is kept under this name."""

    @classmethod
    @abstractmethod
    def of(cls, **address: Any) -> "Target":
        """The place that the parts of an address name. Raises Http404."""

    @property
    def address(self) -> Sequence[Any]:
        """The parts of the address that name this place, in order."""
        return ()

    @property
    def uses(self) -> Uses:
        """What columns are good for here."""
        return Uses(self.purpose, self.keeps_values, tuple(self.roles))

    @abstractmethod
    def new_values(self) -> dict[str, Any]:
        """Columns of a new ListFile besides what is known of its content."""

    @abstractmethod
    def lists(self) -> QuerySet[ListFile]:
        """The lists that were brought here."""

    @abstractmethod
    def remove(self, list_file: ListFile, user: Any = None) -> Any:
        """Take what came with the list out again and forget the list, for *user*. Returns words for people.

        Raises Refusal.
        """

    @abstractmethod
    def get_title(self) -> Any: ...

    @abstractmethod
    def get_crumbs(self) -> Sequence[Crumb]: ...

    def closed_url(self) -> str:
        """Where people are sent who come although nothing may be changed here any more; empty while it may."""
        return ""

    def changed_by(self, user: Any) -> None:  # noqa: B027 - not every place has to know
        """Told after a request of *user* that may have changed what is here."""

    def home(self) -> str:
        """The country of numbers without country code where nobody says another."""
        return ""

    def warnings(self, list_file: ListFile) -> Sequence[Any]:
        """Words about a list that just came in."""
        return ()

    def context(self) -> dict[str, Any]:
        """What the templates around the pages need."""
        return {}

    def page_context(self) -> dict[str, Any]:
        """What the page that takes lists shows besides."""
        return {}

    def url(self, page: str = "", list_file: ListFile | None = None) -> str:
        """The address of one of the pages; without a name that of the page that takes lists."""
        arguments = [*self.address, *([list_file.pk] if list_file else [])]
        return reverse(f"{self.name}_{page}" if page else self.name, args=arguments)
