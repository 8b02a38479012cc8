from django.db import migrations

from accounts.tenancy.wall import RaiseWall

# Drafts are the provider's own business, and nobody of a school writes reports: on top of the wall's policies.
DRAFTS = """
CREATE POLICY drafts_are_for_staff ON reports_quarterlyreport AS RESTRICTIVE FOR SELECT
    USING (state = 'released' OR (SELECT tenancy_all_customers()));
CREATE POLICY staff_add ON reports_quarterlyreport AS RESTRICTIVE FOR INSERT
    WITH CHECK ((SELECT tenancy_all_customers()));
CREATE POLICY staff_change ON reports_quarterlyreport AS RESTRICTIVE FOR UPDATE
    USING ((SELECT tenancy_all_customers()));
CREATE POLICY staff_remove ON reports_quarterlyreport AS RESTRICTIVE FOR DELETE
    USING ((SELECT tenancy_all_customers()));
"""
NO_DRAFTS = """
DROP POLICY drafts_are_for_staff ON reports_quarterlyreport;
DROP POLICY staff_add ON reports_quarterlyreport;
DROP POLICY staff_change ON reports_quarterlyreport;
DROP POLICY staff_remove ON reports_quarterlyreport;
"""
# What a school has been given stays as it was given: also for the tables' owner and for code that forgets to ask.
IMMUTABLE = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The report % of customer % has been released and cannot be changed', OLD.quarter, OLD.customer_id
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER released_reports_stay BEFORE UPDATE OR DELETE ON reports_quarterlyreport
    FOR EACH ROW WHEN (OLD.state = 'released') EXECUTE FUNCTION reports_refuse_change();
ALTER TABLE reports_quarterlyreport ADD CONSTRAINT report_checksum_of_pdf
    CHECK (state <> 'released' OR sha256 = encode(sha256(pdf), 'hex'));
"""
MUTABLE = """
ALTER TABLE reports_quarterlyreport DROP CONSTRAINT report_checksum_of_pdf;
DROP TRIGGER released_reports_stay ON reports_quarterlyreport;
DROP FUNCTION reports_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("accounts", "0002_wall"),
        ("contracts", "0002_wall"),
        ("delivery", "0002_wall"),
        ("sla", "0002_wall"),
        ("tickets", "0002_wall"),
    ]

    operations = [
        RaiseWall("QuarterlyReport"),
        migrations.RunSQL(DRAFTS, NO_DRAFTS),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
