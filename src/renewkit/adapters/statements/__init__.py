"""Bank statements: readers that turn a file into entries, and every bad line into a problem.

May import `values` and the standard library; must never raise for what a bank wrote. See also: camt.053, CSV, 對帳單.
"""

from renewkit.adapters.statements.camt import read_camt
from renewkit.adapters.statements.delimited import COLUMNS, REQUIRED, Flaw, Numbering, read_csv
from renewkit.adapters.statements.formats import read_statement

__all__ = ["COLUMNS", "REQUIRED", "Flaw", "Numbering", "read_camt", "read_csv", "read_statement"]
