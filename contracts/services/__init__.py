"""Writes of this app: contracts and what belongs to them, and the installation of a provider from a preset."""

from contracts.services.agreements import contract_change, contract_create, contract_end, contract_renew
from contracts.services.clauses import clause_set, condition_add, condition_change, condition_remove
from contracts.services.documents import document_add, document_remove
from contracts.services.installation import provider_install
from contracts.services.obligations import obligation_change, obligation_create, obligation_review
from contracts.services.variations import variation_add, variation_withdraw

__all__ = [
    "clause_set",
    "condition_add",
    "condition_change",
    "condition_remove",
    "contract_change",
    "contract_create",
    "contract_end",
    "contract_renew",
    "document_add",
    "document_remove",
    "obligation_change",
    "obligation_create",
    "obligation_review",
    "provider_install",
    "variation_add",
    "variation_withdraw",
]
