"""`renewkit reconcile`: statements against the open invoices of a book, as tables, a document and a page.

`command` reads, books and tells; `findings` is what it found, `document` that as JSON, `page` as HTML.
"""

from renewkit.cli.reconciliation.command import Options, reconcile_statements
from renewkit.cli.reconciliation.findings import Findings, Outcome
from renewkit.cli.reconciliation.page import render_findings

__all__ = ["Findings", "Options", "Outcome", "reconcile_statements", "render_findings"]
