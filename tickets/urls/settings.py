"""Addresses of the settings of mailboxes, forms, third parties, owners and safeguarding, /<provider>/settings/."""

from django.urls import path

from tickets.views import attention, mailboxes, referrals, request_forms, safeguarding

urlpatterns = [
    path("forms/", request_forms.form_list, name="request_forms"),
    path("forms/new/", request_forms.form_new, name="request_form_new"),
    path("forms/<int:pk>/", request_forms.form_page, name="request_form"),
    path("forms/<int:pk>/questions/new/", request_forms.question_new, name="question_new"),
    path("forms/questions/<int:pk>/", request_forms.question_edit, name="question_edit"),
    path("forms/questions/<int:pk>/move/", request_forms.question_moved, name="question_move"),
    path("forms/questions/<int:pk>/remove/", request_forms.question_removal, name="question_remove"),
    path("owners-and-updates/", attention.attention, name="attention"),
    path("safeguarding/", safeguarding.safeguarding, name="safeguarding"),
    path("mailboxes/", mailboxes.mailbox_list, name="mailboxes"),
    path("mailboxes/new/", mailboxes.mailbox_edit, name="mailbox_new"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox_edit, name="mailbox_edit"),
    path("mailboxes/<int:pk>/test/", mailboxes.mailbox_test, name="mailbox_test"),
    path("mailboxes/<int:pk>/switch/", mailboxes.mailbox_switched, name="mailbox_switch"),
    path("third-parties/", referrals.supplier_list, name="suppliers"),
    path("third-parties/new/", referrals.supplier_edit, name="supplier_new"),
    path("third-parties/<int:pk>/", referrals.supplier_edit, name="supplier_edit"),
]
