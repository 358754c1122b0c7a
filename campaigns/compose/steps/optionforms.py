"""The form of a request's options, as the account's provider declares them."""

from collections.abc import Iterator
from typing import Any

from django import forms

from campaigns.models import Campaign
from campaigns.text.messages import sample_message
from notifyadmin.web.words import in_words
from providers import fieldforms
from providers.contract.fields import Field
from providers.contract.gateway import KindFacts

OPTION = "option_"


class OptionsForm(forms.Form):
    """Every documented option of the campaign's kind. What is left empty is not sent."""

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.gateway = campaign.account.gateway
        self.facts: KindFacts = self.gateway.kinds[campaign.ability]
        for option in self.facts.options:
            value = campaign.options.get(option.name)
            self.fields[OPTION + option.name] = fieldforms.form_field(option, value)

    def usual_options(self) -> list[forms.BoundField]:
        return list(self._options(advanced=False))

    def advanced_options(self) -> list[forms.BoundField]:
        return list(self._options(advanced=True))

    @property
    def advanced_shown(self) -> bool:
        """Whether an advanced option has a value or an error, so that folding it away would hide something."""
        return any(field.errors or field.value() not in (None, "") for field in self.advanced_options())

    def chosen_options(self) -> dict[str, Any]:
        """The options that were filled in, by their documented names, as they are stored and sent."""
        values = {option.name: self._option_value(option) for option in self.facts.options}
        return {name: value for name, value in values.items() if value is not None}

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self._add_provider_problems()
        return self.cleaned_data

    def _options(self, *, advanced: bool) -> Iterator[forms.BoundField]:
        return (self[OPTION + option.name] for option in self.facts.options if option.advanced == advanced)

    def _option_value(self, option: Field) -> Any:
        return fieldforms.stored_value(option, self.cleaned_data.get(OPTION + option.name))

    def _add_provider_problems(self) -> None:
        """What the provider forbids about options together; texts are judged with real recipients in the check."""
        message = sample_message(self.campaign, self.chosen_options())
        for problem in self.gateway.check(message, self.campaign.account.access()):
            if OPTION + problem.field in self.fields:
                self.add_error(OPTION + problem.field, in_words(problem.words))
