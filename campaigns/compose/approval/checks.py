"""Django's own check of the settings of approvals: a limit that cannot be read is found before anything starts."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from campaigns.lifecycle.approval.limits import cost_limits


@register()
def limits_can_be_read(**options: Any) -> list[CheckMessage]:
    """An error where ``APPROVAL_COST`` is not written as amounts with currencies."""
    try:
        cost_limits()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="campaigns.E001")]
    return []
