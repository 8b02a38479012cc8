"""What stands on the desk right now: one ticket for each state that the pages tell apart, and some ordinary work."""

from dataclasses import dataclass, field

from demo.course import Course
from demo.words import HIGH, LOW, MEDIUM, URGENT


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket that is not closed yet.

    `used` is the share that is used up of the clock that matters: the reply's, until answered.
    With `hours_ago` it was logged that long ago instead, whatever the desk's hours.
    """

    rank: int
    used: float
    course: Course = field(default_factory=Course)
    school: str = ""
    hours_ago: float | None = None


NEW = Course(response=None, fix=None, is_assigned=False)
TAKEN = Course(response=None, fix=None)
ANSWERED = Course(response=0.3, fix=None)
NOTED = Course(response=0.3, fix=None, has_note=True)
CHASED = Course(response=0.3, fix=None, is_chased=True)
EXPERT = Course(response=0.2, fix=None, to_expert=True)
LATE_REPLY = Course(response=1.3, fix=None, is_chased=True)
FOR_SCHOOL = Course(response=0.2, fix=None, wait=(0.15, None))
FOR_SUPPLIER = Course(response=0.2, fix=None, wait=(0.2, None), waiting_for="third_party")
FIXED = Course(response=0.2, fix=0.5)  # and the school has not agreed yet
EXEMPT = Course(response=0.2, fix=None, apart="exempt")

CONCERO_SCENES = (
    Scene(MEDIUM, 0, NEW, hours_ago=0.2),
    Scene(LOW, 0, NEW, hours_ago=1.6),
    Scene(MEDIUM, 0.35, NEW),
    Scene(LOW, 0.5, NEW),
    Scene(HIGH, 0.86, NEW, "thornwick-grammar"),  # reply due soon, and nobody has it
    Scene(MEDIUM, 0.82, TAKEN),
    Scene(LOW, 0.9, TAKEN),
    Scene(MEDIUM, 1.4, TAKEN, "kestrel-park"),  # reply missed
    Scene(LOW, 1.15, NEW),
    Scene(URGENT, 0.55, ANSWERED, "ottermead-high"),
    Scene(HIGH, 0.3, NOTED),
    Scene(HIGH, 0.88, CHASED, "fallowmere-academy"),  # fix due soon
    Scene(MEDIUM, 0.93, ANSWERED),
    Scene(MEDIUM, 1.12, CHASED, "kestrel-park"),  # fix missed
    Scene(LOW, 1.05, ANSWERED),
    Scene(MEDIUM, 0.4, LATE_REPLY),
    Scene(MEDIUM, 0.5, FOR_SCHOOL, "ottermead-high"),  # its terms let the fix clock stand still
    Scene(LOW, 0.6, FOR_SCHOOL, "tanners-wood"),
    Scene(MEDIUM, 0.7, FOR_SUPPLIER, "tanners-wood"),
    Scene(MEDIUM, 0.6, FOR_SUPPLIER),  # its clock runs on
    Scene(LOW, 0.4, FOR_SCHOOL, "fallowmere-academy"),
    Scene(HIGH, 0.4, EXPERT, "rookswood-college"),
    Scene(MEDIUM, 0.45, EXPERT),
    Scene(MEDIUM, 0.3, EXEMPT),
    Scene(MEDIUM, 0.2, ANSWERED, "highbeck-primary"),  # its school has an INSET day today
    Scene(LOW, 0.1, TAKEN, "highbeck-primary"),
    Scene(MEDIUM, 0.12, ANSWERED),
    Scene(MEDIUM, 0.25, NOTED),
    Scene(LOW, 0.2, ANSWERED),
    Scene(LOW, 0.35, ANSWERED),
    Scene(MEDIUM, 0.6, ANSWERED),
    Scene(LOW, 0.55, NOTED, "bramblegate-primary"),
    Scene(MEDIUM, 0.7, FIXED),
)

PISYS_SCENES = (
    Scene(MEDIUM, 0.3, NEW),
    Scene(HIGH, 0.85, TAKEN),
    Scene(MEDIUM, 1.6, NEW),
    Scene(URGENT, 0.5, ANSWERED, "northmoor-college"),
    Scene(HIGH, 0.88, CHASED),
    Scene(MEDIUM, 0.4, FOR_SCHOOL, "vellacott-federation"),
    Scene(LOW, 0.3, ANSWERED, "ashdown-bridge"),  # its service window is narrower than the desk
    Scene(MEDIUM, 0.4, EXPERT),
    Scene(LOW, 0.2, ANSWERED),
    Scene(LOW, 0.5, FOR_SUPPLIER),
    Scene(LOW, 0.7, FIXED),
)


def scenes_of(slug: str) -> tuple[Scene, ...]:
    """The scenes of a preset."""
    return PISYS_SCENES if slug == "pisys" else CONCERO_SCENES
