"""Forms of articles (Rule Y5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import Article, ArticleState, Audience
from knowledge.models.articles import BODY_LENGTH, SHORT_LENGTH, TITLE_LENGTH, WORDS_LENGTH
from knowledge.selectors import package_names
from knowledge.services.articles import Words
from tickets.forms.desk import owners
from tickets.forms.fields import TenantChoiceField
from tickets.forms.portal import categories


class ArticleForm(forms.Form):
    """What an article says and to whom. `version` is the newest that the writer has seen."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        help_text=_("The question as a school asks it, such as ‘The projector shows no picture’."),
    )
    short_answer = forms.CharField(
        label=_("Short answer"),
        max_length=SHORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Schools read it while they type, technicians while they log a call."),
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Leave a line empty between paragraphs. **bold**, - list, 1. steps, [words](address)."),
    )
    words = forms.CharField(
        label=_("Search words"),
        required=False,
        max_length=WORDS_LENGTH,
        help_text=_("Other words that people use for it, such as ‘beamer, smartboard’."),
    )
    category = TenantChoiceField(
        categories, label=_("What is it about?"), required=False, empty_label=_("Anything")
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"), choices=Audience.choices, initial=Audience.ALL, widget=forms.RadioSelect
    )
    packages = forms.MultipleChoiceField(
        label=_("Packages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where it is for schools with chosen packages."),
    )
    owner = TenantChoiceField(
        owners, label=_("Looked after by"), required=False, empty_label=_("Nobody in particular")
    )
    review_by = forms.DateField(
        label=_("Look at it again by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packages: Any = self.fields["packages"]
        packages.choices = list(package_names().items())

    @staticmethod
    def initial_of(article: Article) -> dict[str, Any]:
        """What the form starts with for an article that is there."""
        names = ("title", "short_answer", "body", "words", "audience", "packages", "review_by", "version")
        keys = {"category": article.category_id, "owner": article.owner_id}
        return {name: getattr(article, name) for name in names} | keys

    def said(self) -> Words:
        """What was written. Call it on a valid form."""
        return Words(**{name: self.cleaned_data[name] for name in self.fields if name != "version"})


class ArticleFilterForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All but retired")), *ArticleState.choices]
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"), required=False, choices=[("", _("All")), *Audience.choices]
    )
    category = TenantChoiceField(categories, label=_("About"), required=False, empty_label=_("Anything"))
    due = forms.BooleanField(label=_("To be looked at again"), required=False)


class FindForm(forms.Form):
    """What a school looks for. It is posted, so that the words stand in no address and no log."""

    words = forms.CharField(
        label=_("What are you looking for?"),
        max_length=200,
        widget=forms.SearchInput,
        help_text=_("A few words, such as ‘printer paper jam’. Nobody keeps what you type here."),
    )
