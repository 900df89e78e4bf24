"""Storage in SQL databases: SQLite in a file or in memory, and PostgreSQL.

SQLAlchemy and the drivers are imported here and nowhere else; their errors leave as `StorageError`. The schema is
created on first use, its tables are called `renewkit_…`.
"""

from renewkit.adapters.sql.storage import SqlStorage

__all__ = ["SqlStorage"]
