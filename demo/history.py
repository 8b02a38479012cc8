"""A year of one provider's desk, from a seed: what schools asked, how it went, and what is open now. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from demo.course import Course, Teller
from demo.records import Agreement, School, Somebody, TicketRecord
from demo.rhythm import Deck, arrivals, before, last_quarter
from demo.scenes import Scene, scenes_of
from demo.words import NUISANCES, Story
from sla.working_time import NeverOpens

DAYS = 365


@dataclass(frozen=True, slots=True)
class Desk:
    """A provider as the history sees it."""

    slug: str
    time_zone: str
    schools: tuple[School, ...]
    categories: dict[str, int]
    stories: tuple[Story, ...]
    alerts: tuple[Story, ...] = ()
    night_share: float = 0.02


# Fixes and replies in time, of a thousand: about 96.5 per cent (Rule S6 asks for 95).
MISSED_REPLIES, MISSED_FIXES, OF = 22, 38, 1000
ROUGH_REPLIES, ROUGH_FIXES, OF_ROUGH = 2, 5, 20
# Hours of an engineer who stands in the room go further than those of the desk.
FIX_IN_VISITS = 0.25


@dataclass(frozen=True, slots=True)
class _Arrival:
    logged_at: datetime
    school: School
    agreement: Agreement


class History:
    """Tickets of a desk in the order in which they were logged."""

    def __init__(self, desk: Desk, *, seed: int, now: datetime) -> None:
        self.desk = desk
        self.now = now.replace(microsecond=0)
        self.random = Random(f"{seed}:{desk.slug}")  # noqa: S311 - a demo that can be repeated
        self.teller = Teller(self.random, self.now, desk.categories)
        self.zone = ZoneInfo(desk.time_zone)
        self.last_quarter = last_quarter(self.now.astimezone(self.zone).date())
        self._shares = list(accumulate(school.share for school in desk.schools))
        self._often = list(accumulate(story.often for story in desk.stories))
        self._taken_out = Deck(self.random, 2, 130)
        self._late_reply = Deck(self.random, MISSED_REPLIES, OF)
        self._late_fix = Deck(self.random, MISSED_FIXES, OF)
        self._rough_reply = Deck(self.random, ROUGH_REPLIES, OF_ROUGH)
        self._rough_fix = Deck(self.random, ROUGH_FIXES, OF_ROUGH)

    def past(self, count: int) -> Iterator[TicketRecord]:
        """`count` tickets of the last year; the newest may still be open."""
        came_in = arrivals(
            self.random,
            count,
            now=self.now,
            days=DAYS,
            zone=self.desk.time_zone,
            night_share=self.desk.night_share,
        )
        for arrival in sorted(map(self._arrival, came_in), key=lambda one: one.logged_at):
            yield self._past_ticket(arrival.logged_at, arrival.school, arrival.agreement)

    def present(self, count: int | None) -> list[TicketRecord]:
        """`count` tickets that are open now, in every state a clock can be in; None: what stands in the scenes."""
        scenes = list(scenes_of(self.desk.slug))
        if count is not None:
            scenes = [scene for scene in scenes if scene.course.fix is None][:count]
            scenes += [self._ordinary_scene() for _ in range(count - len(scenes))]
        return [self._scene(scene) for scene in scenes]

    def _arrival(self, at: datetime) -> "_Arrival":
        """Who asks. A school without the desk mostly waits for the technician's next visit to ask (Rule I9)."""
        school, agreement = self._school_at(at)
        if agreement.runs_in_visits and self.random.random() < 0.85:
            minutes = timedelta(minutes=self.random.randrange(1, 100))
            try:
                asked = agreement.terms[1].timeline.add(at, minutes)
            except NeverOpens:
                asked = at
            if asked < self.now and agreement.holds_on(asked.astimezone(self.zone).date()):
                at = asked
        return _Arrival(at, school, agreement)

    def _past_ticket(self, logged_at: datetime, school: School, agreement: Agreement) -> TicketRecord:
        if self.desk.alerts and self.random.random() < 0.015:
            return self._alert(logged_at, school, agreement)
        story = self._story()
        channel = self._channel(agreement, story.rank, logged_at)
        course = self._course(school, agreement, story, channel, logged_at)
        if course.closed_as == "spam":
            subject, text = self.random.choice(NUISANCES)
            story, channel = replace(story, subject=subject, text=text, rank=3), "email"
        return self.teller.tell(logged_at, school, agreement, story, channel, course, self._requester(school))

    def _alert(self, logged_at: datetime, school: School, agreement: Agreement) -> TicketRecord:
        course = Course(
            response=self.random.uniform(0.1, 0.7), fix=self.random.uniform(0.2, 0.8), apart="monitoring"
        )
        story = self.random.choice(self.desk.alerts)
        return self.teller.tell(logged_at, school, agreement, story, "monitoring", course, school.people[0])

    def _course(
        self, school: School, agreement: Agreement, story: Story, channel: str, logged_at: datetime
    ) -> Course:
        draw = self.random.random
        if self._taken_out.draw():
            return Course(closed_as="spam" if draw() < 0.5 else "withdrawn")
        first, last = self.last_quarter
        is_rough = school.rough_quarter and first <= logged_at.astimezone(self.zone).date() <= last
        late_reply = (self._rough_reply if is_rough else self._late_reply).draw()
        late_fix = (self._rough_fix if is_rough else self._late_fix).draw()
        response = self.random.uniform(1.05, 1.9) if late_reply else 0.94 * self.random.betavariate(1.3, 3.2)
        if channel in {"phone", "chat", "on_site"}:
            response = self.random.uniform(0.01, 0.06)
        waits = draw() < 0.12 and not late_fix
        fix = self.random.uniform(1.04, 1.5) if late_fix else 0.93 * self.random.betavariate(1.2, 3.0)
        if agreement.runs_in_visits and not late_fix:
            fix *= FIX_IN_VISITS
        return Course(
            response=max(response, 0.01),
            fix=fix,
            wait=(fix * 0.3, fix * 0.8) if waits else None,
            waiting_for="third_party" if story.supplier and draw() < 0.7 else "customer",
            to_expert=draw() < 0.05,
            apart=self._apart(agreement, story, draw()),
            reopens=draw() < 0.03,
            has_note=draw() < 0.5,
            is_chased=late_fix or draw() < 0.04,
        )

    def _apart(self, agreement: Agreement, story: Story, dice: float) -> str:
        if agreement.has_callouts and story.rank <= 2 and dice < 0.03:
            return "callout"
        return "exempt" if dice > 0.995 else ""

    def _scene(self, scene: Scene) -> TicketRecord:
        school = self._school_of(scene)
        agreement = school.agreement_on(self.now.astimezone(self.zone).date())
        assert agreement is not None
        story = self._story(rank=scene.rank, with_supplier=scene.course.waiting_for == "third_party")
        terms = agreement.terms[story.rank]
        minutes = terms.response_minutes if scene.course.response is None else terms.fix_minutes
        if scene.hours_ago is None:
            logged_at = before(terms.timeline, self.now, timedelta(seconds=int(scene.used * minutes * 60)))
        else:
            logged_at = self.now - timedelta(minutes=int(scene.hours_ago * 60))
        channel = "portal" if scene.hours_ago is not None else self._channel(agreement, story.rank, logged_at)
        course = scene.course
        if channel in {"phone", "chat", "on_site"} and course.response is not None:
            course = replace(course, response=0.03)
        # The same person asks in each scene of a school, so that their own portal shows something.
        requester = school.people[2] if scene.school else self._requester(school)
        return self.teller.tell(logged_at, school, agreement, story, channel, course, requester)

    def _ordinary_scene(self) -> Scene:
        dice = self.random.random()
        rank = self.random.choices((1, 2, 3, 4), (1, 8, 56, 35))[0]
        if dice < 0.12:
            course = Course(response=None, fix=None, is_assigned=self.random.random() < 0.4)
            return Scene(rank, self.random.uniform(0.05, 0.7), course)
        return Scene(rank, self.random.uniform(0.1, 0.74), Course(response=0.05, fix=None))

    # ---- choices
    def _school_at(self, logged_at: datetime) -> tuple[School, Agreement]:
        day = logged_at.astimezone(self.zone).date()
        while True:
            school = self._any_school()
            agreement = school.agreement_on(day)
            if agreement is not None:
                return school, agreement

    def _school_of(self, scene: Scene) -> School:
        if scene.school:
            return next(one for one in self.desk.schools if one.slug == scene.school)
        # What happens on the desk; a school without it asks in its visits.
        today = self.now.astimezone(self.zone).date()
        while True:
            school = self._any_school()
            agreement = school.agreement_on(today)
            if agreement is not None and agreement.has_desk_access:
                return school

    def _any_school(self) -> School:
        return self.random.choices(self.desk.schools, cum_weights=self._shares)[0]

    def _story(self, *, rank: int | None = None, with_supplier: bool = False) -> Story:
        if rank is None:
            return self.random.choices(self.desk.stories, cum_weights=self._often)[0]
        fitting: Sequence[Story] = [one for one in self.desk.stories if one.rank == rank]
        if with_supplier:
            fitting = [one for one in fitting if one.supplier] or fitting
        return self.random.choice(fitting)

    def _requester(self, school: School) -> Somebody:
        return self.random.choice(school.people)

    def _channel(self, agreement: Agreement, rank: int, at: datetime) -> str:
        is_open = agreement.terms[rank].timeline.is_open(at)
        if not agreement.has_desk_access:
            return "on_site" if is_open and self.random.random() < 0.85 else "email"
        if not is_open:
            return self.random.choice(("portal", "email"))
        if rank == 1:
            return self.random.choice(("phone", "phone", "phone", "portal"))
        return self.random.choices(("email", "portal", "phone", "chat", "on_site"), (46, 26, 20, 5, 3))[0]
