"""Documents of a contract come and go; each is audited by name and digest, never by content."""

from django.db import transaction

from accounts.files import UploadedPart, file_store, parts_check
from accounts.services import audit_record
from accounts.tenancy.scope import current_scope
from contracts.models import Contract, ContractDocument


@transaction.atomic
def document_add(*, contract: Contract, title: str, part: UploadedPart) -> ContractDocument:
    """Keep a file with the contract. The school's contacts can read it. Raises FileTooLarge."""
    parts_check([part])
    document = ContractDocument(
        customer_id=contract.customer_id,
        contract=contract,
        title=title,
        added_by_id=current_scope().person_id,
    )
    file_store(document, part)
    audit_record(
        action="contract.document_added", target=contract, changes={document.name: (None, document.sha256)}
    )
    return document


@transaction.atomic
def document_remove(*, document: ContractDocument, reason: str) -> None:
    """Take a file off the contract. Its bytes go once that is committed, unless another row names them."""
    contract, name, sha256 = document.contract, document.name, document.sha256
    path, storage = str(document.file.name), document.file.storage
    document.delete()
    if not ContractDocument.objects.filter(file=path).exists():
        transaction.on_commit(lambda: storage.delete(path))
    audit_record(
        action="contract.document_removed", target=contract, changes={name: (sha256, None)}, reason=reason
    )
