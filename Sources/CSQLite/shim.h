// SQLite, and what its header says with macros or a list of arguments without end, which Swift cannot call.
#include <sqlite3.h>

/// Binds a text, which SQLite copies.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const void *bytes, int count) {
    return sqlite3_bind_text(statement, place, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// Binds bytes, which SQLite copies.
static inline int csqlite_bind_bytes(sqlite3_stmt *statement, int place, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, place, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// Whether an extended result code says that something could not be written.
static inline int csqlite_is_of_writing(int code) {
    return code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC
        || code == SQLITE_IOERR_TRUNCATE;
}

/// A file may come from anywhere: its schema calls no functions of ours, and nobody writes the schema by hand.
static inline int csqlite_harden(sqlite3 *database) {
    int on = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    int off = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    // The longest thing that is kept, an answer with what is told of it, is far shorter.
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 8 << 20);
    return on != SQLITE_OK ? on : off;
}
