"""Panels beside the words of a new request, in the portal's form and where a call is logged.

What somebody has typed so far stands in the form's fields `subject` and `text`.
"""

from accounts.panels import Panels

ASKING_PANELS: Panels[[]] = Panels()
