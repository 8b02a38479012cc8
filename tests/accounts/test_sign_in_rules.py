"""What a provider asks of a sign-in, and that the strictest rule among several providers wins."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Provider, User
from accounts.tenancy.scope import open_scope
from tests.cast import PASSWORD, Cast

SignIn = Callable[[str], Client]
HOME = {"tess": "/alder/desk/", "rita": "/alder/portal/"}


def let_provider(cast: Cast, slug: str = "alder", **switches: object) -> None:
    with open_scope(cast.staff_scope(slug)):
        Provider.objects.update(**switches)


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    ("switch", "asked"), [("two_factor_for_staff", "tess"), ("two_factor_for_customers", "rita")]
)
def test_two_factors_are_asked_of_those_whom_the_provider_names(
    cast: Cast, signed_in: SignIn, switch: str, asked: str
) -> None:
    let_provider(cast, "alder", **{switch: True})
    for name, home in HOME.items():
        answer = signed_in(name).get(home)
        if name == asked:
            assert answer.status_code == 302
            assert answer["Location"] == reverse("mfa_index")
        else:
            assert answer.status_code == 200


@pytest.mark.rule("T4")
def test_with_a_second_factor_the_way_is_free(cast: Cast, signed_in: SignIn) -> None:
    let_provider(cast, two_factor_for_staff=True)
    Authenticator.objects.create(user=cast.user("tess"), type=Authenticator.Type.TOTP, data={})
    assert signed_in("tess").get("/alder/desk/").status_code == 200


@pytest.mark.rule("T4")
def test_an_old_password_has_to_be_changed(cast: Cast, signed_in: SignIn) -> None:
    let_provider(cast, password_max_age_days=90)
    tess = signed_in("tess")
    assert tess.get("/alder/desk/").status_code == 200
    User.objects.filter(pk=cast.user("tess").pk).update(
        password_changed_at=timezone.now() - timedelta(days=91)
    )
    answer = tess.get("/alder/desk/")
    assert answer["Location"] == reverse("account_change_password")
    new = "another long enough password"
    tess.post(answer["Location"], {"oldpassword": PASSWORD, "password1": new, "password2": new})
    again = signed_in("tess").get("/alder/desk/")
    assert again.status_code == 200


@pytest.mark.rule("T4")
def test_a_password_that_somebody_else_set_is_changed_at_the_first_sign_in(
    cast: Cast, signed_in: SignIn
) -> None:
    User.objects.filter(pk=cast.user("tess").pk).update(must_change_password=True)
    assert signed_in("tess").get("/alder/desk/")["Location"] == reverse("account_change_password")
    user = cast.user("tess")
    user.set_password(PASSWORD)
    user.save()
    assert signed_in("tess").get("/alder/desk/").status_code == 200


@pytest.mark.rule("T3")
def test_the_strictest_rule_among_several_providers_wins(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope("birch")):
        Person.objects.create(name="Tess", email="tess@alder.example", is_staff=True, user=cast.user("tess"))
    let_provider(cast, "birch", two_factor_for_staff=True)
    assert signed_in("tess").get("/alder/desk/")["Location"] == reverse("mfa_index")
