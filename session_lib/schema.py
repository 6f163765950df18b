"""The tables: those of the OpenAI Agents SDK's `SQLiteSession` (version 0.24.0), and no others.

So a file that either has written opens in the other.
"""

import sqlite3

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS agent_sessions (
        session_id TEXT PRIMARY KEY,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS agent_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        message_data TEXT NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (session_id) REFERENCES agent_sessions (session_id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS idx_agent_messages_session_id
    ON agent_messages (session_id, id)
    """,
)


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables that are missing: all of them or, on an error, none.

    Args:
        connection: The database.

    Raises:
        sqlite3.Error: SQLite failed.
    """
    connection.execute("BEGIN")  # which locks nothing if the tables are there
    try:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise
