"""Forms of what is done to many recipients."""

from django import forms


class NothingMore(forms.Form):
    """A question that is answered by going on."""
