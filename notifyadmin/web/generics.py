"""Classes of Django that the checker wants with type arguments and Django itself does not take them for.

At run time the brackets are dropped: ``FormView[LoginForm]`` is ``FormView``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import ModelChoiceField, ModelForm
    from django.views.generic import DetailView, FormView, ListView
    from django.views.generic.detail import SingleObjectMixin
    from django.views.generic.edit import FormMixin
else:
    from django import forms
    from django.views import generic
    from django.views.generic import detail, edit

    def _bracketed(base: type) -> type:
        drop = classmethod(lambda cls, _arguments: cls)
        return type(base)(base.__name__, (base,), {"__class_getitem__": drop, "__module__": __name__})

    ModelChoiceField, ModelForm = _bracketed(forms.ModelChoiceField), _bracketed(forms.ModelForm)
    DetailView, ListView = _bracketed(generic.DetailView), _bracketed(generic.ListView)
    FormView, FormMixin = _bracketed(generic.FormView), _bracketed(edit.FormMixin)
    SingleObjectMixin = _bracketed(detail.SingleObjectMixin)

__all__ = ["DetailView", "FormMixin", "FormView", "ListView", "ModelChoiceField", "ModelForm", "SingleObjectMixin"]
