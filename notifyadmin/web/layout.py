"""Parts of form layouts."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout


class Folded(Fieldset):
    """Fields that few people need, folded away unless one of them has an error."""

    template = "components/folded.html"

    def render(self, form: Any, context: Any, **kwargs: Any) -> Any:
        names = {pointer.name for pointer in self.get_field_names()}
        with context.push(is_open=bool(names & set(form.errors))):
            return super().render(form, context, **kwargs)


def helper(*parts: Any) -> FormHelper:
    """A helper for forms whose page brings the form tag, the token and the buttons."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.include_media = False
    made.use_custom_control = True
    if parts:
        made.layout = Layout(*parts)
    return made
