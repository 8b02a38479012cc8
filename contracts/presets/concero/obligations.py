"""What Concero's agreement asks of every school (section 'What we request from you')."""

from contracts.presets.data import ObligationPreset

OBLIGATIONS = (
    ObligationPreset(
        "Owner of the relationship",
        "Appoint a member of staff to own the relationship with us, with the authority to act for the school:"
        " purchasing decisions, contract signatures and the like.",
    ),
    ObligationPreset(
        "Named contacts",
        "Identify your business manager, your IT lead and your preferred finance contact.",
    ),
    ObligationPreset(
        "Changes by third parties are reported",
        "Report any changes made by third parties to systems we support, as quickly as possible.",
    ),
    ObligationPreset(
        "Changes are recorded",
        "Record any changes made by you or third parties to systems we support.",
    ),
    ObligationPreset(
        "Basic IT familiarity of staff",
        "Ensure that staff who use systems managed by us have at least a basic familiarity with IT. We can recommend"
        " or provide training.",
    ),
    ObligationPreset("Notice of moves", "Give us reasonable notice if building or staff moves are required."),
    ObligationPreset(
        "Acceptable use policy",
        "Maintain and enforce an acceptable use policy for all users of the system. We can provide examples.",
    ),
    ObligationPreset(
        "Physical security of servers and network equipment",
        "Ensure that servers and networking equipment are only accessible by our staff, not located in shared spaces,"
        " and ideally locked in an environmentally controlled area.",
    ),
    ObligationPreset(
        "Warranties",
        "Maintain third-party warranty agreements and operate equipment in accordance with the manufacturers'"
        " guidance.",
    ),
    ObligationPreset(
        "Backup media off site or in a fireproof safe",
        "Ensure that backup media under your control is stored off site, in a secure location and only accessible by"
        " nominated staff. Media that is stored on site must be kept in a fireproof safe.",
    ),
    ObligationPreset(
        "Software licences",
        "Maintain licensing agreements for all software you use, and do not exceed the number of licences purchased.",
    ),
    ObligationPreset(
        "Following guidance",
        "Follow guidance provided by our staff on the resolution of issues without undue delay. We may reject a request"
        " if previous guidance has not been followed.",
    ),
    ObligationPreset(
        "Raising issues promptly",
        "Raise issues with us as soon as they occur: we have a much better chance of fixing them if we can track them"
        " from the start.",
    ),
)
