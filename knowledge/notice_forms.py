"""Forms of service notices (Rule I6)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from knowledge.models import STATES_OF, NoticeAudience, NoticeKind, NoticeState, ServiceNotice
from knowledge.models.notices import NOTICE_TEXT, NOTICE_TITLE
from knowledge.selectors import package_names
from knowledge.services.notices import News, NoticeWords
from tickets.forms.call_backs import moment_field
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField
from tickets.forms.portal import categories, levels


def schools() -> QuerySet[Customer]:
    return Customer.objects.filter(is_active=True).order_by("name", "pk")


class TenantChoicesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not subscriptable when it runs
    """Several of the schools, looked up when a form is made."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "TenantChoicesField":
        own: TenantChoicesField = super().__deepcopy__(memo)
        own.queryset = schools()
        return own


class NoticeForm(forms.Form):
    """What a notice says and to whom. `version` is the newest that the writer has seen."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=NoticeKind.choices,
        initial=NoticeKind.PROBLEM,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=NOTICE_TITLE,
        help_text=_("In a school's words, such as ‘Wi-Fi at Oakfield is slow’."),
    )
    text = forms.CharField(
        label=_("What we know"),
        max_length=NOTICE_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What does not work, what still does, and what schools can do meanwhile."),
    )
    starts_at = moment_field(_("Since, or from"))
    ends_at = moment_field(_("Until"), required=False, help_text=_("For planned maintenance only."))
    next_news_at = moment_field(
        _("Next news by"),
        required=False,
        help_text=_("Schools read it as a promise. You are reminded when the time has come."),
    )
    category = TenantChoiceField(
        categories, label=_("What is it about?"), required=False, empty_label=_("Anything")
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=NoticeAudience.choices,
        initial=NoticeAudience.ALL,
        widget=forms.RadioSelect,
    )
    schools = TenantChoicesField(
        queryset=None,
        label=_("Schools"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where it is for chosen schools."),
    )
    packages = forms.MultipleChoiceField(
        label=_("Packages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where it is for schools with chosen packages."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice: ServiceNotice | None = None, **kwargs: Any) -> None:
        if notice is not None:
            kwargs["initial"] = _initial(notice)
        super().__init__(*args, **kwargs)
        packages: Any = self.fields["packages"]
        packages.choices = list(package_names().items())
        self.told: dict[str, Any] = {}
        if notice is not None and not notice.is_draft:
            self.told = {name: getattr(notice, name) for name in ALREADY_TOLD}
            for name in ALREADY_TOLD:
                del self.fields[name]

    def said(self) -> NoticeWords:
        """What was written. Call it on a valid form."""
        names = [name for name in self.fields if name != "version"]
        return NoticeWords(**self.told, **{name: self.cleaned_data[name] for name in names})


# What only an update changes, once schools have read it.
ALREADY_TOLD = ("kind", "text", "starts_at", "ends_at", "next_news_at")


def _initial(notice: ServiceNotice) -> dict[str, Any]:
    names = (
        "kind",
        "title",
        "text",
        "starts_at",
        "ends_at",
        "next_news_at",
        "audience",
        "packages",
        "version",
    )
    is_named = notice.audience == NoticeAudience.SCHOOLS
    named = list(notice.schools.values_list("customer_id", flat=True)) if is_named else []
    return {name: getattr(notice, name) for name in names} | {
        "category": notice.category_id,
        "schools": named,
    }


class NewsForm(forms.Form):
    """What is new of a notice."""

    state = forms.ChoiceField(label=_("Where it stands now"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is new"), max_length=NOTICE_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_news_at = moment_field(_("Next news by"), required=False)
    starts_at = moment_field(_("From"), required=False)
    ends_at = moment_field(_("Until"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice: ServiceNotice, **kwargs: Any) -> None:
        names = ("state", "version", "starts_at", "ends_at")
        kwargs["initial"] = {name: getattr(notice, name) for name in names}
        kwargs["auto_id"] = "news-%s"  # several forms of the page have a field `text`
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [(one.value, one.label) for one in STATES_OF[notice.kind]]
        if not notice.is_maintenance:
            del self.fields["starts_at"], self.fields["ends_at"]

    def said(self) -> News:
        """Call it on a valid form."""
        return News(**{name: self.cleaned_data[name] for name in self.fields if name != "version"})


class AnswerForm(forms.Form):
    """One answer for linked tickets that are still open."""

    text = forms.CharField(label=_("Your answer to the schools"), widget=forms.Textarea(attrs={"rows": 6}))
    tickets = forms.TypedMultipleChoiceField(
        label=_("Goes to"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    is_fix = forms.BooleanField(label=_("Send it as the fix: the tickets are fixed by it"), required=False)


class NoticeFilterForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All but over")), ("any", _("All")), *NoticeState.choices],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *NoticeKind.choices])
    school = TenantChoiceField(schools, label=_("For the school"), required=False, empty_label=_("All"))
    category = TenantChoiceField(categories, label=_("About"), required=False, empty_label=_("Anything"))


class SameProblemForm(OnceForm):
    """'Yes, this is my problem': what stood in the form of a new request comes along; nothing of it is needed."""

    customer = TenantChoiceField(schools, label=_("School"), empty_label=None)
    subject = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Anything that we should know (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = TenantChoiceField(levels, required=False, widget=forms.HiddenInput)
    attachments = FilesField(label=_("Photos or files"), required=False)
    is_confidential = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = list(schools()[:2])
        if len(own) == 1:
            self.fields["customer"].widget = forms.HiddenInput()
            self.fields["customer"].initial = own[0].pk
