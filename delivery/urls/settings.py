"""Addresses of the outbox, below /<provider>/settings/."""

from django.urls import path

from delivery.views import outbox, words

urlpatterns = [
    path("mail/", outbox.outbox, name="outbox"),
    path("mail/<int:pk>/retry/", outbox.outbox_retry, name="outbox_retry"),
    path("words/", words.words, name="words"),
    path("words/<slug:mail>/", words.words_edit, name="words_edit"),
    path("words/<slug:mail>/standard/", words.words_restore, name="words_restore"),
    path("words/<slug:mail>/frame/", words.words_frame, name="words_frame"),
]
