"""What machines write where a person would write: subjects, names and first words, in languages that mail comes in.

Each pattern is asked of a bounded piece of text and takes linear time. A colon or nothing must follow the subject of an
automatic reply: 'Out of office message does not work' is a request.
"""

import re

AWAY = re.compile(
    r"[\W_]{0,5}"
    r"(auto(mati[ck]|mated)?[ -]?(reply|response)|auto|out[ -]of[ -](the[ -])?office([ -]auto[ -]?reply)?"
    r"|vacation[ -](auto[ -]?)?reply|automatische (antwort|beantwortung)"
    r"|abwesenheits(notiz|nachricht|meldung|assistent|benachrichtigung)|abwesen(d|heit)|nicht im büro"
    r"|réponse automatique|message automatique|absence du bureau|absente? du bureau|respuesta automática"
    r"|fuera de (la )?oficina|ausente|resposta automática|fora do escritório|risposta automatica"
    r"|fuori (sede|ufficio)|automatisch antwoord|afwezig(heid(smelding|sbericht)?)?|niet aanwezig|autosvar"
    r"|automatiskt? svar|frånvaro(meddelande)?|fravær(ende)?|automaattinen vastaus|poissa"
    r"|automatická odpověď|automatyczna odpowiedź|nieobecność|poza biurem|automatikus válasz|răspuns automat"
    r"|αυτόματη απάντηση|автоматический ответ|автоответ|автоматична відповідь|otomatik (yanıt|cevap)"
    r"|自動(応答|返信|回覆)|自动(答复|回复)|자동 ?(회신|응답)|ymateb awtomatig|allan o'r swyddfa)"
    r"\W{0,3}([:：]|$)",
    re.IGNORECASE,
)
# Notes (Lotus) writes whole sentences: 'Rita Roe is out of the office (returning 23/11/2026)'.
AWAY_SENTENCE = re.compile(
    r".{1,80}\bis (currently )?out of (the )?office\b\s{0,3}([.(!:]|until\b|from\b|returning\b|$)",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"[\W_]{0,5}"
    r"(undeliver(able|ed)"
    r"|(e-?mail|mail|message) (delivery )?(failed|failure|subsystem|system|error|warning|problem|delayed)"
    r"|(e-?mail|mail|message) (could not be delivered|undeliverable|not delivered)|mail delivery status"
    r"|(permanent |temporary )?delivery (status|failure|failed|error|delayed|problem|unsuccessful"
    r"|has failed|notif|report)"
    r"|returned (e-?mail|mail|to sender)|failure (notice|notification|delivery)|failed delivery"
    r"|non[- ]?delivery|(message|mail) (you sent )?(could not|was not) (be )?delivered"
    r"|warning: (message|could not send|.{1,80}user unknown)|unable to deliver|recipient not found"
    r"|user unknown|mail error|(rejected|ndn|dsn):|unzustellbar|nicht zustellbar|zustell(ung|bericht)"
    r"|fehler bei der zustellung|non remis|échec de (la )?(remise|distribution|livraison)"
    r"|message non (remis|distribué|délivré)|no se (puede|pudo|ha podido) entregar|no entregado"
    r"|mensaje (devuelto|no entregado)|error de entrega|mancat[ao] (recapito|consegna)|non recapitabile"
    r"|messaggio non (recapitato|consegnato)|onbestelbaar|niet (te bezorgen|bezorgd)|não (foi )?entregue"
    r"|não é possível entregar|mensagem não entregue|kunde inte levereras|kan ikke leveres"
    r"|nie można dostarczyć|niedostarcz|nedoručiteln|недоставлен|не удалось доставить|配信不能|未送達|无法投递|退信"
    r"|methu danfon)",
    re.IGNORECASE,
)
# The same anywhere in the subject: 'RE: Broken projector: non remis (delivery failed)'.
FAILED_SOMEWHERE = re.compile(
    r"\b(undeliver(able|ed)|delivery (failed|failure|error)|non remis|unzustellbar|returned mail|failure notice"
    r"|could not be delivered|onbestelbaar|no entregado)\b",
    re.IGNORECASE,
)
# First words of reports on delivery. A person who asks about one writes words of their own above it.
REPORT_BEGINS = re.compile(
    r"[\W_]{0,200}"
    r"(hi\. this is the|this is the (mail system|mail delivery|postfix|qmail)"
    r"|this (message|report|e-?mail) (was|is|has been) ((created|generated|sent) )?automatically"
    r"|this is an (automat|advisory)|i'm (sorry|afraid)|i am sorry to (have to )?inform"
    r"|your (message|mail|e-?mail)\b.{0,200}?(could not|couldn't|cannot|can't|was not|wasn't|has not|did not)"
    r"|(the following|these) (addresses|recipients|message|user)"
    r"|delivery (has failed|to the following|of (the|your|e-?mail|this))"
    r"|(could not|unable to|failed to) (deliver|be delivered)"
    r"|message from .{1,60}(security|gateway|server|suite)|failed recipients"
    r"|the (original )?message (you sent|was)|a message (that )?you sent|sorry, (we|i) (were|was)"
    r"|message (could not|not) (be )?deliver|user unknown|votre message|diese nachricht wurde automatisch"
    r"|ihre nachricht (konnte|wurde)|su mensaje|il (tuo|suo) messaggio|uw bericht|sua mensagem)",
    re.IGNORECASE | re.DOTALL,
)
READ = re.compile(
    r"\W{0,5}"
    r"(read|not read|read receipt|return receipt( \(displayed\))?|(un)?gelesen|lu|non lu|leído|letto|gelezen"
    r"|läst|darllenwyd)"
    r"\s?:",
    re.IGNORECASE,
)
WAS_READ = re.compile(
    r"(was (read|displayed|deleted without being read|opened)"
    r"|wurde (gelesen|ungelesen gelöscht|am .{1,40} gelesen)|a été lu|fue leído|è stato letto|is gelezen"
    r"|foi lida|return receipt)",
    re.IGNORECASE,
)

# Parts of addresses before the @, in lower case, and names.
DAEMON = re.compile(
    r"ndr|imss|.{0,20}smtp_mail_service|symantec_antivirus.{0,40}|"
    r"(mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mail[-_.]?delivery([-_.]?(system|subsystem|service))?"
    r"|microsoftexchange[0-9a-f]{32}|returned[-_.]?mail)"
    r"([-+_.].{0,100})?"
)
DAEMON_NAME = re.compile(
    r"\W{0,3}(internet )?mail delivery ?(system|subsystem|service)?\W{0,3}|.{0,30}\bmailer[- ]daemon\b\W{0,3}",
    re.IGNORECASE,
)
# Addresses and names that people have too, and bounces more often.
OFFICE = re.compile(
    r"(postmaster|mail(master|admin|srv)?|system|admin(istrator)?|bounces?|errors?)([-+_.=\\].{0,100})?"
)
OFFICE_NAME = re.compile(
    r"\W{0,3}(system administrator|mail (system|administrator|deliverer)|microsoft outlook|postmaster)\W{0,3}",
    re.IGNORECASE,
)
ANSWERING = re.compile(
    r"(auto[-_.]?(reply|responder|response|respond|mailer|answer)|vacation|out[-_.]?of[-_.]?office)([-+_.].{0,100})?"
)
NO_REPLY = re.compile(
    r"(.{0,60}[-_.+])?"
    r"(do[-_.]?not[-_.]?(reply|respond)|dont[-_.]?reply|no[-_.]?(reply|replies|response|respond)"
    r"|ne[-_.]?pas[-_.]?repondre|no[-_.]?(responder|contestar|responda)|nao[-_.]?responda|keine[-_.]?antwort"
    r"|nicht[-_.]?antworten|geen[-_.]?antwoord|non[-_.]?rispondere)"
    r"([-_.+].{0,60})?"
)
