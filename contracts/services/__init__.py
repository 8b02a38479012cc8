"""Writes of this app: contracts, and the installation of a provider from a preset."""

from contracts.services.agreements import contract_change, contract_create, contract_end, contract_renew
from contracts.services.installation import provider_install

__all__ = ["contract_change", "contract_create", "contract_end", "contract_renew", "provider_install"]
