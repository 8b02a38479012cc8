"""Sender to customer and person, inside one provider (rules T2, T4, T5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Customer, CustomerDomain, CustomerMembership, Person, Provider
from accounts.nominating import asking_rows, nominated_only
from accounts.services import contact_create
from tickets.intake.personal_domains import PERSONAL_DOMAINS
from tickets.models import QuarantineReason, Ticket


@dataclass(frozen=True, slots=True)
class SenderMatch:
    """Who wrote and for whom. With a `refusal` the message goes to quarantine and the others are None.

    `others` are further customers for whom the same person may write.
    """

    person: Person | None = None
    customer: Customer | None = None
    refusal: QuarantineReason | None = None
    others: tuple[Customer, ...] = ()


class Senders:
    """What is known of the addresses that messages came from: people, their schools, and whose domains they are.

    Read for many at once, inside one transaction that has locked these senders.
    """

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._people: dict[str, Person] = {}
        self._memberships: dict[int, list[CustomerMembership]] = {}
        self._owners: dict[str, dict[int, Customer]] = {}

    def look_up(self, addresses: Iterable[str]) -> None:
        """Read what is not known yet; addresses in lower case."""
        new = set(addresses) - self._addresses
        if not new:
            return
        self._addresses |= new
        known = Person.objects.filter(email__in=new).select_related("user")  # whether they have signed in
        people = {person.pk: person for person in known}
        for person in people.values():
            self._people[person.email] = person
        rows = CustomerMembership.objects.filter(person__in=people, customer__is_active=True)
        for row in rows.select_related("customer").order_by("id"):
            self._memberships.setdefault(row.person_id, []).append(row)
        self._look_up_domains({_domain(address) for address in new} - self._owners.keys())

    def person(self, address: str) -> Person | None:
        """Who writes from this address."""
        return self._people.get(address)

    def memberships(self, person: Person) -> list[CustomerMembership]:
        """At which schools in use they are, in the order in which they were entered."""
        return self._memberships.get(person.pk, [])

    def owners(self, address: str) -> dict[int, Customer]:
        """The schools in use for whom the address's domain speaks, by id."""
        return self._owners.get(_domain(address), {})

    def is_known(self, address: str) -> bool:
        """Whether mail from this address would speak for a school or for somebody of the staff."""
        person = self.person(address)
        return bool(self.owners(address)) or (person is not None and person.is_staff)

    def changed(self, address: str) -> None:
        """Read this one again: a person was just recorded."""
        self._addresses.discard(address)
        self.look_up([address])

    def _look_up_domains(self, domains: set[str]) -> None:
        self._owners |= {domain: {} for domain in domains}
        rows = CustomerDomain.objects.filter(domain__in=domains, customer__is_active=True)
        for row in rows.select_related("customer"):
            self._owners[row.domain][row.customer_id] = row.customer


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def sender_match(*, address: str, name: str, provider: Provider, senders: Senders) -> SenderMatch:
    """Match a sender's address (lower case) in the open scope; a new person of a school's own domain is recorded.

    A known person decides the customer, since schools of a trust may share a domain. Somebody of several customers
    writes for the one that the domain belongs to; if several remain, for the one of their newest ticket, else the one
    where they were entered first. The mail is never held up for that; staff see a note on the ticket.
    """
    person = senders.person(address)
    if person is not None and person.is_staff:
        if not person.is_active:
            return SenderMatch(refusal=QuarantineReason.UNKNOWN_PERSON)
        return SenderMatch(person=person)
    if _domain(address) in PERSONAL_DOMAINS:
        return SenderMatch(refusal=QuarantineReason.PERSONAL_ADDRESS)
    owners = senders.owners(address)
    if not owners:
        return SenderMatch(refusal=QuarantineReason.UNKNOWN_DOMAIN)
    if person is not None:
        return _known(person, senders.memberships(person), owners, provider)
    match = _unknown(address, name, owners, provider)
    if match.person is not None:
        senders.changed(address)
    return match


def _known(
    person: Person, rows: list[CustomerMembership], owners: dict[int, Customer], provider: Provider
) -> SenderMatch:
    if not person.is_active or not rows:
        return SenderMatch(refusal=QuarantineReason.UNKNOWN_PERSON)
    rows = asking_rows(rows, provider=provider)
    if not rows:
        return SenderMatch(refusal=QuarantineReason.NOT_NOMINATED)
    mine = {row.customer_id: row.customer for row in rows}
    narrowed = {key: customer for key, customer in mine.items() if key in owners} or mine
    chosen = next(iter(narrowed.values()))
    if len(narrowed) > 1:
        newest = Ticket.objects.filter(requester=person, customer_id__in=narrowed).order_by("-id").first()
        chosen = narrowed[newest.customer_id] if newest else chosen
    others = tuple(customer for key, customer in narrowed.items() if key != chosen.pk)
    return SenderMatch(person=person, customer=chosen, others=others)


def _unknown(address: str, name: str, owners: dict[int, Customer], provider: Provider) -> SenderMatch:
    if all(nominated_only(customer, provider=provider) for customer in owners.values()):
        return SenderMatch(refusal=QuarantineReason.NOT_NOMINATED)
    if len(owners) > 1:
        return SenderMatch(refusal=QuarantineReason.UNKNOWN_PERSON)
    (customer,) = owners.values()
    return SenderMatch(person=person_for(customer, address=address, name=name), customer=customer)


def person_for(customer: Customer, *, address: str, name: str) -> Person:
    """A person of the customer with this address.

    Now that they have written they may set a password (Rule T4), but only from a domain of the customer's: a stranger
    whose message a technician has released gains no way into the portal by that.
    """
    is_theirs = CustomerDomain.objects.filter(customer=customer, domain=_domain(address)).exists()
    spoken = name or address.partition("@")[0].replace(".", " ").replace("_", " ").title()
    return contact_create(customer=customer, name=spoken[:120], email=address, may_sign_in=is_theirs)
