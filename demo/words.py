"""What schools ask for and what the desk answers, by category. `{…}` are filled in by `details`."""

from dataclasses import dataclass
from random import Random
from typing import Final

URGENT, HIGH, MEDIUM, LOW = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of request. `rank` is that of its service level; `often` how often it comes up beside the others."""

    category: str
    rank: int
    subject: str
    text: str
    reply: str
    fix: str
    often: int = 3
    note: str = ""
    question: str = ""  # what we may have to ask the school, with its answer
    answer: str = ""
    supplier: str = ""  # the third party it may have to go to


DETAILS: Final = {
    "room": ("Room 4", "Room 7", "Room 12", "the hall", "the library", "the staff room", "Science 2", "Maths 3",
             "the music room", "the ICT suite", "Year 5 classroom", "Reception class", "the drama studio", "Room 21"),
    "year": ("Year 1", "Year 2", "Year 3", "Year 4", "Year 6", "Year 7", "Year 8", "Year 9", "Year 10", "Year 11"),
    "person": ("Mrs Lacey", "Mr Okafor", "Miss Tindall", "Ms Rahman", "Mr Pritchard", "Mrs Dhillon", "Mr Farrow",
               "Miss Nwosu", "Mrs Whitlock", "Mr Sheldon"),
    "device": ("laptop 14", "laptop 27", "the front office PC", "tablet 9", "the library PC", "laptop 33", "PC 06"),
    "printer": ("the staff room copier", "the office printer", "the library printer", "the copier by the hall"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "thanks": ("Thanks", "Many thanks", "Thank you", "Best wishes", "Thanks in advance", "Kind regards"),
}  # fmt: skip


def details(random: Random) -> dict[str, str]:
    """One choice for each `{…}` of a story."""
    return {name: random.choice(choices) for name, choices in DETAILS.items()}


_AV, _INTERNET, _ACCOUNT, _PRINTER = "classroom-av", "internet", "account", "printer"

CONCERO_STORIES = (
    Story(_AV, MEDIUM, "Projector in {room} will not turn on",
          "Hello,\n\nThe projector in {room} has a red light and will not come on. We have tried the remote and the"
          " switch on the wall. {person} teaches in there all day tomorrow.\n\n{thanks}",
          "Thank you for letting us know. A red light that stays on usually means that it has overheated. Please leave"
          " it off at the wall for half an hour; I am looking at when we can be with you.",
          "The filter was blocked, so the projector shut itself down to cool. I have cleaned the filter and run it for"
          " forty minutes without a fault.", 5, "Filter last cleaned eleven months ago. Add to the AV inspection list.",
          "Is the light steady red or does it flash? And does the fan come on at all?",
          "It is steady red, and the fan runs for about ten seconds."),
    Story(_AV, MEDIUM, "No sound from the interactive screen in {room}",
          "The screen in {room} has stopped playing sound. Picture is fine, volume is up on the laptop.\n\n{thanks}",
          "I will connect to the laptop in {room} and check which output it is using. Is anybody teaching there now?",
          "After last night's update Windows was sending sound to the laptop's own speakers. I have set the screen as"
          " the default again and it plays.", 4),
    Story(_AV, MEDIUM, "Touch is out of line on the board in {room}",
          "When we touch the board in {room} the pointer lands about a hand's width to the left.\n\n{thanks}",
          "That needs aligning again. I can do it remotely with somebody standing at the board: would break time suit?",
          "We aligned the board together with {person}; touch and pointer agree now.", 3),
    Story("bulbs", LOW, "New bulb for the projector in {room}",
          "The projector in {room} says the lamp needs replacing. It still works but it is getting dim.\n\n{thanks}",
          "I have noted the model and asked your customer success manager to confirm the price of the lamp.",
          "The new lamp is in and the hour counter is set back to zero.", 3, supplier="the lamp supplier"),
    Story(_INTERNET, URGENT, "Internet down across the whole school",
          "Nobody can get on to the internet, wired or Wi-Fi. Registers cannot be taken and the phones are affected as"
          " well. Please call the office.",
          "We can see that your line has been down since a few minutes ago and have raised it with the carrier as a"
          " priority fault. Please leave the router switched on. I will call the office every half hour.",
          "The carrier has repaired the fault in the street cabinet. The line has been steady for an hour and all"
          " services answer.", 1, "Carrier reference taken. Failover SIM was not fitted: raise at the next review.",
          supplier="the broadband carrier"),
    Story(_INTERNET, HIGH, "Wi-Fi not working in the {year} corridor",
          "None of the laptops in the {year} corridor can join the Wi-Fi. They see it but say 'cannot connect'. Three"
          " classes are affected.\n\n{thanks}",
          "Two access points in that corridor have stopped answering. I am restarting the switch port they hang on and"
          " will tell you within the hour.",
          "A switch in the {year} cupboard had stopped powering the access points. I have moved them to a spare port"
          " and ordered a replacement.", 3, "Switch is out of warranty. Mention it to the CSM."),
    Story(_INTERNET, MEDIUM, "Wi-Fi keeps dropping in {room}",
          "The Wi-Fi in {room} comes and goes, mostly in the afternoons. It is slowing lessons down.\n\n{thanks}",
          "I have started a recording of the signal in {room} and will look at it after school.",
          "Two access points were on the same channel. I have changed one and yesterday afternoon was free of drops.",
          4, question="Does it happen with phones as well as with the laptops?",
          answer="Phones stay connected, it is only the laptops from the trolley."),
    Story(_INTERNET, MEDIUM, "Website blocked that we need for {year}",
          "The filter blocks a revision site that {year} need this week. Could it be unblocked please?\n\n{thanks}",
          "I have checked the site against your filtering policy and asked your IT lead to approve it.",
          "Approved, and the site opens for {year} now. It may take a browser restart.", 4),
    Story(_ACCOUNT, MEDIUM, "{person} is locked out",
          "{person} cannot log in this morning, it says the account is locked. Please can it be reset?\n\n{thanks}",
          "I am calling {person} on the school's number to confirm who I am speaking to, then I will unlock it.",
          "Identity confirmed by calling back through the office. The account is unlocked and {person} has set a new"
          " password.", 8, "Locked by an old password on a phone. Told them how to update it."),
    Story(_ACCOUNT, LOW, "New starter on {day}: {person}",
          "We have a new teaching assistant, {person}, who starts on {day}. They will need an account, e-mail and"
          " access to the staff drive, the same as the other {year} staff.\n\n{thanks}",
          "Thank you for the notice. I will have the account ready the day before and send the first password to your"
          " business manager.",
          "The account is ready: e-mail, Teams and the staff drive are set as for the other {year} staff. The first"
          " password is with your business manager.", 6,
          question="Do they need access to the pupil records as well?", answer="No, only the shared drive please."),
    Story(_ACCOUNT, LOW, "{person} has left us",
          "{person} left on {day}. Please close the account and give the mailbox to the head of {year}.\n\n{thanks}",
          "I have blocked sign-in straight away and will hand the mailbox over today.",
          "Sign-in is blocked, the licence is free again and the mailbox opens for the head of {year}.", 4),
    Story(_ACCOUNT, LOW, "Move to {year} from next week",
          "{person} moves to {year} from Monday and needs the shared folders of that team.\n\n{thanks}",
          "Noted for Monday. I will add the new folders and take the old ones away after the half term.",
          "{person} is in the {year} group now; the folders appear after signing in again.", 2),
    Story(_PRINTER, MEDIUM, "{printer} jams on every second page",
          "Every second page jams in {printer}. We have opened all the doors and cannot see anything.\n\n{thanks}",
          "It sounds like worn pick-up rollers. I have asked the copier company for a visit and will tell you the time"
          " they give.",
          "The copier company has fitted new rollers; it printed two hundred pages without a jam.", 3,
          supplier="the copier company"),
    Story(_PRINTER, MEDIUM, "Cannot print from {device}",
          "{device} prints nothing. The job disappears and no error comes up.\n\n{thanks}",
          "I will connect to it now. Please leave it switched on.",
          "The print queue pointed at the old copier. It points at {printer} now and a test page has come out.", 5),
    Story(_PRINTER, LOW, "Please add {printer} for {person}",
          "Could {person} print to {printer}? It is nearer than the one they have.\n\n{thanks}",
          "Of course. I will add it this afternoon.", "{printer} is set up and is now the default.", 3),
    Story("computer", MEDIUM, "{device} very slow",
          "{device} takes about ten minutes to start and freezes with more than one window open.\n\n{thanks}",
          "I have started a check of the disk and memory from here and will come back to you with what it finds.",
          "The disk was full of old profiles. With those removed it starts in forty seconds. I recommend more memory"
          " for it this year.", 5, "4 GB RAM. On the list for the refresh."),
    Story("computer", MEDIUM, "Cracked screen on {device}",
          "A pupil dropped {device} and the screen is cracked. It still turns on.\n\n{thanks}",
          "Please keep it away from pupils. I am asking the maker for the price of a panel.",
          "The new screen is fitted and tested. {device} is back in the trolley.", 3,
          supplier="the laptop's maker"),
    Story("computer", HIGH, "Half of the ICT suite will not start",
          "Fifteen PCs in the ICT suite stop at a blue screen. {year} have an assessment in there at eleven.",
          "I can see that they failed on the same driver overnight. I am taking it back on the first ones now.",
          "A graphics driver of last night's update was at fault. It is taken back on all fifteen and held until the"
          " maker corrects it.", 2),
    Story("server", URGENT, "Nobody can log in: server not answering",
          "No one in school can log on, staff or pupils. It says that no log-on server is available.",
          "We are on it. The server is not answering and I am connecting to its management card.",
          "The server had stopped after a power cut and waited for a key press. It is up, all disks are healthy and"
          " staff are logging on.", 1, "UPS battery is flat. Quote to the CSM."),
    Story("server", HIGH, "Staff shared drive missing",
          "The staff drive has disappeared for everyone in the main building. Planning for today is on there.",
          "I can see that the share has gone off-line and am bringing it back.",
          "The disk behind the share had filled up. I have cleared old backups, the drive is back and nothing is lost.",
          3, "Set a warning at 85 %."),
    Story("server", MEDIUM, "Deleted folder on the {year} drive",
          "Somebody deleted the 'Planning' folder on the {year} drive this morning. Can you get it back?\n\n{thanks}",
          "I am restoring the folder from last night's backup.",
          "The folder is back as it was last night. Changes of this morning are in a folder beside it.", 3),
    Story("software", MEDIUM, "{device}: maths program asks for a licence",
          "The maths program on {device} asks for a licence key and closes. It worked last week.\n\n{thanks}",
          "I will check the licence server and come back to you shortly.",
          "The licence had run out on that machine. I have renewed it and checked the others in {room}.", 4,
          supplier="the software's publisher"),
    Story("software", LOW, "Please install the phonics app for {year}",
          "Could the phonics app be put on the {year} tablets by {day}? We have the licence.\n\n{thanks}",
          "Thank you for the licence. It will go out overnight.",
          "The app is on all {year} tablets. Two were switched off and will get it when they next start.", 4),
    Story("software", LOW, "Update for the library system",
          "The library system offers a new version. Please install it when nobody is using it.\n\n{thanks}",
          "I have planned it for after school on {day}.", "The library system is up to date and loans still work.", 2),
    Story("cloud", MEDIUM, "E-mail not arriving from parents",
          "Parents say that they have written to the office but nothing arrives.\n\n{thanks}",
          "I am tracing the messages now. Could you give me one parent's address and the time?",
          "A rule had sent them to a junk folder. I have taken the rule away and moved the messages to the inbox.", 3,
          question="Could you forward one parent's message that did arrive?",
          answer="Here is one from this morning, it came forty minutes late."),
    Story("cloud", LOW, "Team for the {year} trip",
          "Please make a Team for the {year} residential with the staff who are going.\n\n{thanks}",
          "I will make it today. {person} will be its owner.", "The Team is ready and its members have been told.", 3),
    Story("cloud", HIGH, "Nobody can open Teams",
          "Teams shows an error for everyone since first thing. Online parents' evening is tonight.",
          "Microsoft reports trouble in our region. I am watching it and have a second way ready for tonight.",
          "Microsoft has repaired it and Teams opens for everyone. Parents' evening can go ahead as planned.", 1,
          supplier="Microsoft"),
    Story("sims", HIGH, "SIMS will not open in the office",
          "SIMS stops with an error on all three office PCs. We need the attendance codes by ten.",
          "I am looking at the server that SIMS runs on and will call you in a few minutes.",
          "A service had not started after the weekend's update. SIMS opens on all three and I have set it to restart"
          " by itself.", 2),
    Story("sims", MEDIUM, "SIMS update before the census",
          "Please can the SIMS patch be put on before the census next week?\n\n{thanks}",
          "I have booked it for after school on {day}. Everybody needs to be out of SIMS by four.",
          "The patch is on. The version now shows as the one that the census needs.", 2),
    Story("visit", LOW, "Could somebody come and move the office PCs",
          "We are moving the office to the other side of reception and need two PCs and {printer} moved.\n\n{thanks}",
          "We can do that at the next visit. Please check that there are network points on that wall.",
          "Both PCs and {printer} are in their new places and tested.", 2),
    Story("project", LOW, "Ideas for new laptops in {year}",
          "We would like thirty laptops for {year} next year. What would you recommend and what would it cost?",
          "I have passed this to your customer success manager, who will send you a quote with two options.",
          "The quote is with your business manager. I am closing this here; the order will run under its own number.",
          1),
    Story("other", LOW, "Clocks on the classroom phones are wrong",
          "The clocks on the phones have been an hour out since the weekend.\n\n{thanks}",
          "That will be the change of the clocks. I will set the time server on the phone system.",
          "The phones take their time from the network now and show it correctly.", 1),
)  # fmt: skip

ALERTS = (
    Story("server", HIGH, "Backup of last night did not complete",
          "Automatic alert: the nightly backup ended with errors. Job: full, target: local vault.",
          "The job stopped because the vault was full. We are clearing old sets and will run it again at lunchtime.",
          "The backup ran through at midday and was checked by restoring one file."),
    Story("server", MEDIUM, "Drive space below 10 % on the file server",
          "Automatic alert: drive D: has 9 % left.", "We are looking at what has grown since last week.",
          "Old installation files are gone; 34 % is free again."),
)  # fmt: skip

PISYS_STORIES = (
    Story("incident", URGENT, "Virtual desktops unreachable for everybody",
          "No one can reach the virtual desktops since about ten minutes. Both sites are affected.",
          "We have confirmed it and are moving the gateway to the second site. Next update in 30 minutes.",
          "The gateway runs on the second site and all users are back. A full report follows.", 1,
          "Bridge call held with the nominated contact."),
    Story("incident", HIGH, "Remote desktops very slow at both sites",
          "Opening a file takes more than a minute since this morning.\n\n{thanks}",
          "One host carries far more than its share. We are moving machines off it now.",
          "The load is spread again and response times are back to normal.", 3),
    Story("incident", MEDIUM, "One user's desktop session hangs",
          "{person}'s session hangs at the welcome screen.\n\n{thanks}",
          "I am ending the old session; please ask {person} to sign in again in five minutes.",
          "The profile had a lock left on it. Sign-in works again.", 6),
    Story("backup", HIGH, "Nightly backup failed twice running",
          "The portal shows the backup as failed for two nights.\n\n{thanks}",
          "The agent on the file server lost its connection. We are reinstalling it and will run a full set tonight.",
          "Last night's full backup completed and we have proved it with a test restore.", 3),
    Story("restore", MEDIUM, "Please restore the finance folder from {day}",
          "Please restore the folder 'Finance' as of {day} evening into a folder beside it.\n\n{thanks}",
          "We have confirmed the request with your nominated contact and the restore is running.",
          "Restored into 'Finance restored': 4,212 files, no errors. Please check and tell us.", 4,
          question="To the same place, or beside the present folder?", answer="Beside it, so that we can compare."),
    Story("connectivity", HIGH, "Link between the two sites is down",
          "The second site has lost its link since the storm last night.",
          "The carrier sees the fault and has an engineer on the way. Traffic goes over the backup line meanwhile.",
          "The carrier has replaced the damaged fibre and traffic is back on the main link.", 2,
          supplier="the carrier"),
    Story("server", MEDIUM, "Warning lamp on the backup vault",
          "The backup vault in our server room shows an amber lamp.\n\n{thanks}",
          "One disk reports errors. A replacement is on its way under warranty.",
          "The disk is replaced and the array has rebuilt itself.", 2, supplier="the vault's maker"),
    Story("software", LOW, "Security updates for the terminal servers",
          "When will this month's updates be applied?",
          "They are planned for Thursday night after approval. I will confirm the time with you.",
          "All servers are up to date and were restarted before six.", 3),
    Story("account", MEDIUM, "Locked account: {person}",
          "{person} is locked out after the password change.\n\n{thanks}",
          "I am calling you back on the registered number before I unlock it.",
          "Confirmed and unlocked; {person} has signed in.", 6),
    Story("account", LOW, "New nominated user",
          "Please add {person} as a nominated user for our account.",
          "I have sent the form to your relationship owner for approval.",
          "{person} can now call, write and sign in.", 2),
    Story("change", LOW, "Open a port to the finance supplier",
          "The finance supplier needs a secure connection from the application server.",
          "I have written the change request with its back-out plan; it goes to the board on {day}.",
          "Approved and done in the window. The supplier has confirmed that it connects.", 2,
          supplier="the finance supplier"),
    Story("other", LOW, "Question on the monthly figures",
          "How do we read the storage figure in the monthly report?",
          "It is the space taken after compression. I will send a short explanation.",
          "Explanation sent; the report has a footnote for it from now on.", 1),
)  # fmt: skip

NUISANCES = (
    ("Your domain is about to expire", "Dear owner, act now to renew your website listing for ten years."),
    (
        "Partnership opportunity for your school",
        "We place premium advertising in school newsletters. Call us today.",
    ),
)
STILL_BROKEN = ("I am sorry, but it has started again this morning.", "It worked for a day and now it is as before.",
                "This has come back, could you have another look?")  # fmt: skip
CHASERS = (
    "Is there any news on this, please?",
    "Just checking how this is going.",
    "Any idea when this will be done?",
)
WHY = (
    "several schools are affected by the same fault and we are working through them in turn.",
    "the first repair did not hold and we are looking for the real cause.",
    "we are waiting for a part that should have come yesterday.",
)
WHAT_WE_DO = (
    "a second technician has joined, and we will write again by the end of the day.",
    "we have called the supplier again and asked for their duty manager.",
)
MISS_WORDS = {
    "hardware_parts": "The part was on back order and came two days later than promised.",
    "third_party_software": "The publisher's licence service had to be corrected by them first.",
    "workload": "Several schools were affected at once and we took the larger outages first.",
    "misjudged": "It was left in the queue over a change of shift and nobody picked it up.",
    "diagnosis": "The cause showed only intermittently and took several attempts to catch.",
    "waited_for_school": "We waited for an answer about access to the room.",
    "act_of_god": "Flooding closed the road to the school for a day.",
}
