from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue

# Whether any technician of the scope's provider takes chats, for people who may not know who is there.
SOMEBODY = """
CREATE FUNCTION chat_somebody_there(seen_after timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM chat_chatpresence c JOIN accounts_person p ON p.id = c.person_id
        WHERE c.provider_id = tenancy_provider() AND c.takes_chats AND c.seen_at > seen_after AND p.is_active
    )
$$;
REVOKE ALL ON FUNCTION chat_somebody_there(timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0001_initial"),
        ("accounts", "0002_wall"),
        ("tickets", "0002_wall"),
    ]

    operations = [
        RaiseWall("ChatProof"),
        RaiseWall("Chat"),
        RaiseWall("ChatMessage", append_only=True),
        RaiseWall("ChatPresence"),
        RaiseWall("CannedAnswer"),
        # Whether there is a chat, and on which sites, is asked before anybody has said who they are.
        RaiseWall("ChatSettings", portal_reads="true"),
        ClaimDue("Chat"),
        migrations.RunSQL(SOMEBODY, "DROP FUNCTION chat_somebody_there(timestamptz)"),
        migrations.RunSQL(
            f"GRANT EXECUTE ON FUNCTION chat_somebody_there(timestamptz) TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
