"""Back-up and restore of a whole installation: the database, the files, and a manifest that proves both (Rule T7)."""

from concero_desk.backups.making import backup_make
from concero_desk.backups.manifest import BackupError, Manifest, manifest_read
from concero_desk.backups.restoring import backup_restore

__all__ = ["BackupError", "Manifest", "backup_make", "backup_restore", "manifest_read"]
