"""The contract as the package makes it."""

from romekit.cloud.openapi.document import document
from romekit.core.model import MODERN
from tests import contract


class Contract(contract.Contract):
    def __init__(self, profile=MODERN, status_monitor=False):
        super().__init__(document(profile, status_monitor))
