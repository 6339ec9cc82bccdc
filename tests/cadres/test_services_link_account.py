"""Saying whose an account is: the person's key, and never two of the three administrators in one person."""

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Account
from cadres.services.posts import link_account
from orgs.access import is_same_person
from orgs.models import User
from orgs.scoped_views.refusals import codes_of
from tests.factories import NOW, make_cadre, make_user


@pytest.fixture
def cadre(district):
    return make_cadre(district.top)


def links() -> set[tuple[str, int]]:
    return set(Account.objects.values_list("user__username", "cadre_id"))


def keys() -> dict[str, str]:
    return dict(User.objects.values_list("username", "person_key"))


def refusal(**arguments: object) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        link_account(**arguments, by=None, at=NOW)
    return set(codes_of(refused.value))


def test_accounts_of_one_person_share_the_key(district, cadre):
    one, other = make_user("judge", district.top), make_user("committee_member", district.top)
    stranger = make_user("judge", district.top)
    for user in (one, other):
        link_account(user=user, cadre=cadre, by=None, at=NOW)
    assert is_same_person(one, other)
    assert keys()[one.username] == keys()[other.username] == cadre.person_key != keys()[stranger.username]


def test_separated_roles_do_not_meet_through_a_link(district, cadre):
    auditor, system = make_user("auditor", district.top), make_user("sysadmin", district.top)
    link_account(user=auditor, cadre=cadre, by=None, at=NOW)
    before = links(), keys()
    assert refusal(user=system, cadre=cadre) == {"role.separated"}
    assert (links(), keys()) == before


def test_an_account_is_one_persons(district, cadre):
    user, other = make_user("judge", district.top), make_cadre(district.township_a)
    link_account(user=user, cadre=cadre, by=None, at=NOW)
    before = links(), keys()
    assert refusal(user=user, cadre=other) == {"unique"}
    assert (links(), keys()) == before
