"""The index behind the search: FTS5 over trigrams on SQLite, pg_trgm GIN on PostgreSQL. The migration runs the same strings.

On SQLite the index is an external-content table without triggers: `search.index_product` keeps it in step.
"""

from sqlalchemy import DDL, Connection, event, text

from shop.catalog.models import ProductSearch

SQLITE_UP = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS product_search_fts USING fts5("
    "jamo, choseong, content='product_search', content_rowid='product_id', tokenize='trigram case_sensitive 1')",
)
SQLITE_DOWN = ("DROP TABLE IF EXISTS product_search_fts",)
POSTGRESQL_UP = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS ix__product_search__jamo ON product_search USING gin (jamo gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS ix__product_search__choseong ON product_search USING gin (choseong gin_trgm_ops)",
)
POSTGRESQL_DOWN = (
    "DROP INDEX IF EXISTS ix__product_search__choseong",
    "DROP INDEX IF EXISTS ix__product_search__jamo",
)

for _dialect, _statements in (("sqlite", SQLITE_UP), ("postgresql", POSTGRESQL_UP)):
    for _statement in _statements:
        event.listen(ProductSearch.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect))
for _statement in SQLITE_DOWN:
    event.listen(ProductSearch.__table__, "before_drop", DDL(_statement).execute_if(dialect="sqlite"))


class SearchBroken(RuntimeError):
    """This database cannot search Korean; the message says why and what to do."""


def check_search(connection: Connection) -> None:
    """Prove on a live connection that a two-syllable Hangul word is found.

    Raises:
        SearchBroken: the trigram tokenizer of SQLite, or the character type of the PostgreSQL database, does not know Hangul.
    """
    if connection.dialect.name == "sqlite":
        _check_sqlite(connection)
    else:
        _check_postgresql(connection)


def _check_sqlite(connection: Connection) -> None:
    connection.execute(text("CREATE VIRTUAL TABLE temp.search_proof USING fts5(jamo, tokenize='trigram case_sensitive 1')"))
    try:
        connection.execute(text("INSERT INTO temp.search_proof (jamo) VALUES ('ㅈㅓㄴㅈㅜ_ㅎㅏㄴㅈㅣ_')"))
        found = connection.scalar(text("SELECT count(*) FROM temp.search_proof WHERE search_proof MATCH '\"ㅎㅏㄴㅈㅣ_\"'"))
    finally:
        connection.execute(text("DROP TABLE temp.search_proof"))
    if found != 1:
        raise SearchBroken("SQLite's trigram index does not find a Korean word; use SQLite 3.42 or newer (pysqlite3-binary)")


def _check_postgresql(connection: Connection) -> None:
    if not connection.scalar(text("SELECT cardinality(show_trgm('ㅎㅏㄴㅈㅣ'))")):
        raise SearchBroken("pg_trgm sees no letters in Korean: the database has LC_CTYPE C; create it with C.UTF-8")
