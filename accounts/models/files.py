"""Files that people hand in. Each kind of file says where its bytes lie."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class KeptFile(models.Model):
    """What is known of a file that is kept, whoever owns it. Its model adds the field `file`."""

    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class StoredFile(KeptFile, CustomerOwned):
    """A file of a customer. Always served as a download, whatever it claims to be."""

    class Meta:
        abstract = True
