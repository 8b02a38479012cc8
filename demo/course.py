"""One ticket from its first message to its end, as people and the sweeper would have worked on it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from demo import clocks
from demo.records import (
    Agreement,
    ClockRecord,
    EscalationRecord,
    ExplanationRecord,
    MessageRecord,
    ReasonRecord,
    School,
    Somebody,
    TicketRecord,
)
from demo.words import CHASERS, MISS_WORDS, STILL_BROKEN, WHAT_WE_DO, WHY, Story, details
from sla.working_time import NeverOpens, Timeline

STAGES = {2: "Level 2", 3: "Customer success manager and technical lead", 4: "Senior management"}
WAITING = {
    "customer": ("waiting_customer", "Waiting for the school"),
    "third_party": ("waiting_third_party", "Waiting for a third party"),
}
MINUTE = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)  # after every `now`


@dataclass(frozen=True, slots=True)
class Course:
    """How a ticket goes. Shares are of the allowance of its clock; None: it does not happen.

    `wait` is from which share of the fix to which (None: still waiting) we wait, and for whom.
    """

    response: float | None = 0.3
    fix: float | None = 0.4
    wait: tuple[float, float | None] | None = None
    waiting_for: str = "customer"
    is_assigned: bool = True
    to_expert: bool = False
    apart: str = ""
    closed_as: str = "fixed"
    reopens: bool = False
    has_note: bool = False
    is_chased: bool = False


class Teller:
    """Tells tickets up to `now`: what would come later has not happened yet."""

    def __init__(self, random: Random, now: datetime, categories: dict[str, int]) -> None:
        self.random = random
        self.now = now
        self.categories = categories

    def tell(
        self,
        logged_at: datetime,
        school: School,
        agreement: Agreement,
        story: Story,
        channel: str,
        course: Course,
        requester: Somebody,
    ) -> TicketRecord:
        """The ticket with its clocks, messages and steps."""
        told = _Told(self, logged_at, school, agreement, story, channel, course, requester)
        told.run()
        return told.ticket


class _Told:
    def __init__(
        self,
        teller: Teller,
        logged_at: datetime,
        school: School,
        agreement: Agreement,
        story: Story,
        channel: str,
        course: Course,
        requester: Somebody,
    ) -> None:
        self.now, self.random = teller.now, teller.random
        self.course, self.story = course, story
        self.words = details(self.random)
        self.terms = agreement.terms[story.rank]
        self.timeline: Timeline = self.terms.timeline
        common = {"customer_id": school.customer_id, "terms": self.terms, "at": logged_at}
        apart = course.apart if course.apart == "monitoring" else ""
        response = clocks.start(kind="response", apart=apart, **common)  # type: ignore[arg-type]
        fix = clocks.start(kind="fix", apart=apart, **common)  # type: ignore[arg-type]
        self.ticket = TicketRecord(
            school=school,
            agreement=agreement,
            requester=requester,
            subject=self.fill(story.subject),
            channel=channel,
            category_id=teller.categories.get(story.category),
            level_id=self.terms.level_id,
            logged_at=logged_at,
            assignee=self.random.choice(school.technicians) if course.is_assigned else None,
            response=response,
            fix=fix,
            promise_at=response.due_at,
            clocks=[response, fix],
        )
        self.say("in", channel, requester, logged_at, story.text)

    @property
    def worker(self) -> Somebody:
        return self.ticket.assignee or self.ticket.school.technicians[0]

    def run(self) -> None:
        if self.course.closed_as in {"withdrawn", "spam"}:
            self.take_out()
        elif self.answer():
            self.work()
        self.advance(self.now)
        for clock in self.ticket.clocks:
            clocks.settle(clock, self.now)
        for explanation in self.ticket.explanations:
            self.conclude(explanation)
        self.ticket.messages.sort(key=lambda one: one.at)
        self.ticket.version = len(self.ticket.messages)

    # ---- what happens
    def answer(self) -> bool:
        """The first answer by a person. Whether it has happened."""
        at = self.at_share(self.course.response, self.ticket.response)
        if at is None:
            return False
        self.advance(at)
        channel = "phone" if self.ticket.channel == "phone" else "email"
        message = self.say("out", channel, self.worker, at, self.story.reply)
        message.is_first_response = True
        clocks.stop(self.ticket.response, at, cause="First answer", actor_id=self.worker.person_id)
        self.ticket.state = "open"
        self.answered_at = at
        if self.course.apart in {"exempt", "callout"}:
            self.set_apart(at + MINUTE)
        return True

    def work(self) -> None:
        course, fix = self.course, self.ticket.fix
        if course.has_note and self.story.note:
            self.later("note", "portal", self.worker, self.answered_at + 7 * MINUTE, self.story.note)
        if course.to_expert:
            self.escalate_to_expert()
        if course.wait is not None and not self.wait(*course.wait):
            return
        if course.is_chased:
            self.chase()
        at = self.at_share(course.fix, fix)
        if at is None:
            return
        earliest = self.after(max(self.answered_at, self.last_at()), 9 * MINUTE)
        at = max(at, earliest)
        if at >= self.now:
            return
        self.finish(at)
        if course.reopens and self.reopen(at):
            return
        self.close()

    def finish(self, at: datetime) -> None:
        self.advance(at)
        ticket = self.ticket
        channel = "phone" if ticket.channel == "phone" and self.random.random() < 0.5 else "email"
        self.say("out", channel, self.worker, at, self.story.fix)
        clocks.stop(ticket.fix, at, cause="Fixed", actor_id=self.worker.person_id)
        ticket.state, ticket.fixed_at, ticket.waiting_reason = "fixed", at, ""
        self.say("event", "portal", self.worker, at, "Fixed")

    def reopen(self, fixed_at: datetime) -> bool:
        """The school writes again and a new fix clock starts. Whether the story stops there for now."""
        at = self.after(fixed_at, timedelta(minutes=self.random.randrange(60, 900)))
        if at >= self.now:
            return False
        ticket = self.ticket
        self.say("in", "email", ticket.requester, at, self.random.choice(STILL_BROKEN))
        self.say("event", "portal", None, at, f"Reopened: {ticket.requester.name} wrote again.")
        old = ticket.fix
        ticket.fix = clocks.start(
            customer_id=old.customer_id, kind="fix", terms=self.terms, at=at, apart=old.apart, previous=old
        )
        ticket.clocks.append(ticket.fix)
        ticket.state, ticket.fixed_at = "open", None
        again = self.at_share(self.random.uniform(0.05, 0.4), ticket.fix)
        if again is None:
            return True
        self.finish(again)
        return False

    def wait(self, begins: float, ends: float | None) -> bool:
        """We wait for somebody. Whether that is over."""
        ticket, course = self.ticket, self.course
        at = self.at_share(begins, ticket.fix)
        if at is None:
            return True
        at = max(at, self.after(self.answered_at, 3 * MINUTE))
        if at >= self.now:
            return True
        self.advance(at)
        for_school = course.waiting_for == "customer"
        reason = (
            "Asked the school a question" if for_school else f"Raised with {self.fill(self.story.supplier)}"
        )
        if for_school:
            self.say(
                "out",
                "email",
                self.worker,
                at,
                self.story.question or "When can we get into the room, please?",
            )
        ticket.state, label = WAITING[course.waiting_for]
        ticket.waiting_reason = reason
        self.say("event", "portal", self.worker, at, f"{label}: {reason}")
        is_paused = clocks.pause(
            ticket.fix, at, waiting_for=course.waiting_for, reason=reason, actor_id=self.worker.person_id
        )
        over = None if ends is None else max(self.after(at, self.allowance_share(ends - begins)), at + MINUTE)
        if over is None or over >= self.now:
            return False
        self.advance(over)
        if for_school:
            self.say(
                "in", "email", ticket.requester, over, self.story.answer or "Any time after half past three."
            )
        else:
            self.say("event", "portal", self.worker, over, "Work goes on")
        if is_paused:
            clocks.resume(ticket.fix, over, actor_id=None if for_school else self.worker.person_id)
        ticket.state, ticket.waiting_reason = "open", ""
        return True

    def chase(self) -> None:
        at = self.after(self.answered_at, timedelta(minutes=self.random.randrange(60, 300)))
        self.later("in", "email", self.ticket.requester, at, self.random.choice(CHASERS))

    def escalate_to_expert(self) -> None:
        at = self.after(self.answered_at, timedelta(minutes=self.random.randrange(10, 50)))
        if at >= self.now or not self.ticket.school.experts:
            return
        self.advance(at)
        by = self.worker
        self.escalate(2, "technician", "Needs somebody who knows this system better", at, by)
        self.ticket.assignee = self.random.choice(self.ticket.school.experts)

    def close(self) -> None:
        ticket = self.ticket
        if ticket.fixed_at is None:
            return
        at = self.after(ticket.fixed_at, timedelta(minutes=self.random.randrange(1200, 2400)))
        for clock in ticket.clocks:
            if clock.state == "missed":
                self.give_reason(clock)
        if at >= self.now:
            return
        ticket.state, ticket.closed_at, ticket.closed_as = "closed", at, "fixed"
        self.say("event", "portal", self.worker, at, "Closed: Fixed")

    def take_out(self) -> None:
        """Spam, or withdrawn by the school: in no figure."""
        ticket = self.ticket
        at = self.after(ticket.logged_at, timedelta(minutes=self.random.randrange(2, 40)))
        if at >= self.now:
            return
        self.advance(at)
        label = "Spam" if self.course.closed_as == "spam" else "Withdrawn by the school"
        for clock in ticket.clocks:
            clocks.void(clock, at, cause=label, actor_id=self.worker.person_id)
        ticket.state, ticket.closed_at, ticket.closed_as = "closed", at, self.course.closed_as
        self.say("event", "portal", self.worker, at, f"Closed: {label}")

    def set_apart(self, at: datetime) -> None:
        label = {"exempt": "Exempt", "callout": "Emergency callout"}[self.course.apart]
        reason = "Agreed with the school" if self.course.apart == "exempt" else "An engineer went out at once"
        for clock in self.ticket.clocks:
            clocks.set_apart(
                clock, at, apart=self.course.apart, cause=reason, actor_id=self.ticket.school.lead.person_id
            )
        self.say("event", "portal", self.ticket.school.lead, at, f"Reported apart: {label}. {reason}")

    # ---- steps of the clocks, and what follows from them
    def advance(self, until: datetime) -> None:
        for clock in self.ticket.clocks:
            for step in clocks.advance(clock, until):
                self.stepped(clock, step)

    def stepped(self, clock: ClockRecord, step: str) -> None:
        at = clock.warned_at if step == "warned" else clock.breached_at
        assert at is not None
        if all(one.clock is not clock for one in self.ticket.explanations):
            self.ticket.explanations.append(ExplanationRecord(clock, self.draft(clock), at))
        if step == "breached" and self.ticket.escalation_level < 3:
            assert clock.due_at is not None
            what = "Reply" if clock.kind == "response" else "Fix"
            reason = f"{what} was due {self.clock_time(clock.due_at)} and has not happened"
            self.escalate(3, "time", reason, at, None)

    def conclude(self, explanation: ExplanationRecord) -> None:
        """A person sent the explanation, or dismissed it because the promise was kept after all (Rule S11)."""
        ended = explanation.clock.ended_at
        if ended is None:
            return  # still a draft that waits for somebody
        at = self.after(explanation.created_at, timedelta(minutes=self.random.randrange(5, 40)))
        if explanation.clock.state != "missed" or at >= ended:
            explanation.dismissed_at = ended
            return
        words = explanation.draft.replace("Why: \n", f"Why: {self.random.choice(WHY)}\n").strip()
        lead = self.ticket.school.lead
        explanation.message = self.say("out", "email", lead, at, f"{words} {self.random.choice(WHAT_WE_DO)}")
        explanation.confirmed_by_id = lead.person_id

    def escalate(self, stage: int, trigger: str, reason: str, at: datetime, by: Somebody | None) -> None:
        ticket = self.ticket
        actor_id = by.person_id if by else None
        ticket.escalations.append(
            EscalationRecord(ticket.escalation_level, stage, trigger, reason, actor_id, at)
        )
        ticket.escalation_level = stage
        self.say("event", "portal", by, at, f"Escalated to {STAGES[stage]}: {reason}")

    def give_reason(self, clock: ClockRecord) -> None:
        assert clock.ended_at is not None
        causes = list(MISS_WORDS)
        if self.story.supplier:
            causes = [
                "hardware_parts" if "maker" in self.story.supplier else "third_party_software",
                "workload",
            ]
        cause = self.random.choice(causes)
        at = clock.ended_at + 20 * MINUTE
        if at < self.now:
            self.ticket.reasons.append(
                ReasonRecord(clock, cause, MISS_WORDS[cause], self.worker.person_id, at)
            )

    # ---- words and times
    def draft(self, clock: ClockRecord) -> str:
        promised = "reply" if clock.kind == "response" else "have this fixed"
        said = f"We have too few visits booked to say by when we will {promised}."
        if clock.due_at:
            said = f"We said that we would {promised} by {self.clock_time(clock.due_at)}, and we may not manage it."
        return f"{said}\n\nWhy: \nWhat we are doing about it: \n"

    def clock_time(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.timeline.spec.time_zone))
        return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"

    def fill(self, text: str) -> str:
        filled = text.format_map(self.words)
        return filled[:1].upper() + filled[1:]

    def say(
        self, direction: str, channel: str, author: Somebody | None, at: datetime, text: str
    ) -> MessageRecord:
        message = MessageRecord(
            direction, channel, author.person_id if author else None, at, self.fill(text), author is None
        )
        self.ticket.messages.append(message)
        return message

    def later(self, direction: str, channel: str, author: Somebody, at: datetime, text: str) -> None:
        """Say it only if that time has come."""
        if at < self.now:
            self.say(direction, channel, author, at, text)

    def last_at(self) -> datetime:
        return max(one.at for one in self.ticket.messages)

    def after(self, at: datetime, working: timedelta) -> datetime:
        """When that much working time has passed; NEVER where no visit is booked any more to work in (Rule S7)."""
        try:
            return self.timeline.add(at, working)
        except NeverOpens:
            return NEVER

    def allowance_share(self, share: float) -> timedelta:
        return timedelta(seconds=int(self.ticket.fix.allowance_minutes * 60 * share))

    def at_share(self, share: float | None, clock: ClockRecord) -> datetime | None:
        """When that share of the allowance is used up, without pauses; None if that lies ahead or never comes."""
        if share is None:
            return None
        at = self.after(clock.started_at, timedelta(seconds=int(clock.allowance_minutes * 60 * share)))
        for one in clock.pauses:
            if one.ends_at is not None and one.starts_at < at < self.now:
                at = self.after(at, self.timeline.elapsed(one.starts_at, one.ends_at))
        return at if at < self.now else None
