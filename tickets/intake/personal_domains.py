"""Mail services for private persons. Mail from them is never accepted for a school (Rule T5)."""

PERSONAL_DOMAINS = frozenset(
    """
    aim.com aol.co.uk aol.com blueyonder.co.uk btinternet.com btopenworld.com fastmail.com fastmail.fm gmail.com
    gmx.co.uk gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.fr hushmail.com
    icloud.com inbox.com live.co.uk live.com mac.com mail.com mail.ru me.com msn.com ntlworld.com orange.net
    outlook.co.uk outlook.com outlook.fr outlook.ie plus.com plusnet.com pm.me proton.me protonmail.ch protonmail.com
    qq.com rocketmail.com sky.com talk21.com talktalk.co.uk talktalk.net tiscali.co.uk tuta.io tutanota.com
    virgin.net virginmedia.com web.de yahoo.co.uk yahoo.com yahoo.fr yahoo.ie yandex.com yandex.ru ymail.com
    zoho.com 163.com 126.com
    """.split()  # noqa: SIM905 - a list of words reads better than a list of strings
)
