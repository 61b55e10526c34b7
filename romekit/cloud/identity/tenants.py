"""The tenants that the identity provider answers for, and whose accounts each serves (dossier 9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from romekit.cloud.engine.people import CONSUMERS, CONTOSO
from romekit.cloud.identity.problems import refuse


@dataclass(frozen=True, slots=True)
class Tenant:
    """One authority: the name in its addresses, whose accounts it serves, and what its issuer calls it."""

    name: str
    audience: str
    issuer: str

    def issuer_at(self, base: str) -> str:
        return f"{base}/{self.issuer}/v2.0"


TENANTS: Final = {
    tenant.name: tenant
    for tenant in (
        Tenant("consumers", "personal", CONSUMERS),
        Tenant(CONSUMERS, "personal", CONSUMERS),
        Tenant("common", "any", "{tenantid}"),
        Tenant("organizations", "work", "{tenantid}"),
        Tenant(CONTOSO, "work", CONTOSO),
        Tenant("contoso.example", "work", CONTOSO),
    )
}


def tenant_of(name: str) -> Tenant:
    """The tenant a path names, refused when there is none."""
    tenant = TENANTS.get(name.lower())
    if tenant is None:
        raise refuse("no_tenant", tenant=name)
    return tenant
