"""Whose tickets the world holds, and the words that mark what belongs to whom."""

from dataclasses import dataclass

Number = int


@dataclass(frozen=True)
class Place:
    """Somebody's ticket at some school, and the words that stand in it."""

    name: str
    provider: str
    school: str
    requester: str
    technician: str

    @property
    def word(self) -> str:
        """Stands in everything that this requester may read."""
        return f"zq{self.name}"

    @property
    def secret(self) -> str:
        """Stands in what only the provider's staff may read."""
        return f"zqnote{self.name}"


PLACES = {
    one.name: one
    for one in (
        Place("rita", "alder", "oakfield", "rita", "tess"),
        Place("remy", "alder", "oakfield", "remy", "theo"),
        Place("hugo", "alder", "hillside", "hugo", "tess"),
        Place("rose", "birch", "riverside", "rose", "tim"),
    )
}
# Words in rows that belong to a provider or to a school as a whole.
PROVIDER_WORDS = {"alder": "zqalder", "birch": "zqbirch"}
SCHOOL_WORDS = {"oakfield": "zqoakfield", "hillside": "zqhillside", "riverside": "zqriverside"}
