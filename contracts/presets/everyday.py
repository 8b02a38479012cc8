"""The everyday requests of schools and the few questions that matter for a category (Rule I10).

Neither agreement lists them: they are what the field expects (F). A category has three questions at most, none of which
must be answered: whoever cannot work is not held up.
"""

from collections.abc import Iterable

from accounts.models.people import CustomerRole
from contracts.presets.data import CategoryPreset, FormPreset, QuestionPreset

MANAGERS = (CustomerRole.RELATIONSHIP_OWNER, CustomerRole.BUSINESS_MANAGER)
LEADS = (*MANAGERS, CustomerRole.IT_LEAD)

SYSTEMS = ("E-mail", "Shared files", "The management information system", "Safeguarding records", "Printing")
COPY_OF = QuestionPreset(
    "person", "Like whose account?", "The same groups, shared files and programs as this person has."
)


def everyday_forms(*, level: str, account: str, goods: str, move: str) -> tuple[FormPreset, ...]:
    """The six everyday requests, with a preset's own level and categories."""
    return (
        FormPreset(
            kind="starter",
            title="New starter",
            icon="user-round-plus",
            intro="Somebody new joins the school and needs an account, and perhaps a device.",
            category=account,
            level=level,
            approvers=LEADS,
            asks_needed_by=True,
            changes_account=True,
            questions=(
                QuestionPreset("short", "Full name", "As it is to be shown in e-mail.", True),
                QuestionPreset("short", "Role at the school", "For example: Year 4 teacher.", True),
                QuestionPreset("date", "First working day", is_required=True),
                QuestionPreset("choices", "What do they need?", choices=SYSTEMS),
                COPY_OF,
                QuestionPreset("yes_no", "Do they need a laptop?"),
            ),
        ),
        FormPreset(
            kind="leaver",
            title="Leaver",
            icon="user-round-minus",
            intro="Somebody leaves the school. Their account is closed on the day that you name.",
            category=account,
            level=level,
            approvers=LEADS,
            asks_needed_by=True,
            changes_account=True,
            questions=(
                QuestionPreset("person", "Who is leaving?", is_required=True),
                QuestionPreset("date", "Last working day", is_required=True),
                QuestionPreset("person", "Who takes over their files and e-mail?"),
                QuestionPreset(
                    "long", "Which equipment comes back?", "Laptop, telephone, keys to cupboards."
                ),
            ),
        ),
        FormPreset(
            kind="mover",
            title="Mover or change of role",
            icon="user-round-cog",
            intro="Somebody changes their role, name or class and needs other access.",
            category=account,
            level=level,
            approvers=LEADS,
            asks_needed_by=True,
            changes_account=True,
            questions=(
                QuestionPreset("person", "Who changes?", is_required=True),
                QuestionPreset("short", "New role, name or class", is_required=True),
                QuestionPreset("choices", "What do they need from then on?", choices=SYSTEMS),
                QuestionPreset("long", "What do they no longer need?"),
            ),
        ),
        FormPreset(
            kind="equipment",
            title="New equipment",
            icon="laptop",
            intro="Something to be bought or set up. Goods are quoted before anything is ordered.",
            category=goods,
            level=level,
            approvers=MANAGERS,
            asks_needed_by=True,
            questions=(
                QuestionPreset("short", "What is needed?", "For example: a laptop for the office.", True),
                QuestionPreset("number", "How many?", is_required=True),
                QuestionPreset("short", "For which room or person?"),
                QuestionPreset("long", "What will it be used for?"),
            ),
        ),
        FormPreset(
            kind="password",
            title="Password reset",
            icon="key-round",
            intro="Somebody cannot sign in. Never send us a password.",
            category=account,
            level=level,
            changes_account=True,
            questions=(
                QuestionPreset("person", "Whose password?", is_required=True),
                QuestionPreset(
                    "choice",
                    "For what?",
                    is_required=True,
                    choices=(
                        "Signing in to the computer and e-mail",
                        "The management information system",
                        "Something else",
                    ),
                ),
                QuestionPreset(
                    "short", "On which number do we reach that person?", "A number that the school knows."
                ),
            ),
        ),
        FormPreset(
            kind="room_move",
            title="Room move",
            icon="truck",
            intro="Computers, printers or screens move to another room.",
            category=move,
            level=level,
            approvers=MANAGERS,
            asks_needed_by=True,
            questions=(
                QuestionPreset("short", "From which room?", is_required=True),
                QuestionPreset("short", "To which room?", is_required=True),
                QuestionPreset("long", "What moves?", "Each device with its number, if it has one.", True),
                QuestionPreset("yes_no", "Are there network points in the new room?"),
            ),
        ),
    )


ROOM = QuestionPreset("short", "Which room?")
DEVICE = QuestionPreset("short", "Which device?", "The number on its label, if it has one.")
SINCE = QuestionPreset("date", "Since when?")
BY_CATEGORY: dict[str, tuple[QuestionPreset, ...]] = {
    "computer": (ROOM, DEVICE, SINCE),
    "printer": (
        ROOM,
        QuestionPreset("short", "Which printer?", "Its name or the number on its label."),
        QuestionPreset("short", "What does its display say?"),
    ),
    "classroom-av": (
        ROOM,
        QuestionPreset("yes_no", "Is there a picture or sound at all?"),
        QuestionPreset("date", "When is the room needed next?"),
    ),
    "bulbs": (ROOM, QuestionPreset("short", "Which model?", "It stands on the back or underneath.")),
    "internet": (
        QuestionPreset("choice", "Where?", choices=("Everywhere", "Some rooms", "One device")),
        QuestionPreset("short", "Which rooms or devices?"),
        QuestionPreset("choice", "By cable or Wi-Fi?", choices=("Cable", "Wi-Fi", "Both", "I do not know")),
    ),
    "connectivity": (
        QuestionPreset("short", "Which link or network?"),
        SINCE,
    ),
    "server": (QuestionPreset("short", "Which server or shared folder?"), SINCE),
    "software": (
        QuestionPreset("short", "Which program?"),
        DEVICE,
        QuestionPreset("short", "What does the message say?", "Word for word, or send a photo."),
    ),
    "account": (
        QuestionPreset("person", "Whose account?"),
        QuestionPreset("short", "Which program or site?"),
    ),
    "cloud": (
        QuestionPreset("person", "Who is affected?"),
        QuestionPreset("short", "What does the message say?", "Word for word, or send a photo."),
    ),
    "sims": (
        QuestionPreset("short", "Which part of SIMS?"),
        QuestionPreset("short", "What does the message say?", "Word for word, or send a photo."),
    ),
    "backup": (QuestionPreset("short", "Which backup?"), SINCE),
    "restore": (
        QuestionPreset("short", "What is to be restored?"),
        QuestionPreset("date", "As it was on which day?"),
    ),
}


def category_questions(categories: Iterable[CategoryPreset]) -> tuple[FormPreset, ...]:
    """The questions of those of these categories that have any."""
    return tuple(
        FormPreset(
            kind="category",
            title=one.name,
            icon=one.icon,
            category=one.key,
            questions=BY_CATEGORY[one.key],
        )
        for one in categories
        if one.key in BY_CATEGORY
    )
