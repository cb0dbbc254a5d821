// The tables of a class's file. Each version is one step that is never changed again; a later one adds its own.

/// What a class's file calls itself ("StpC").
let classApplication: Int64 = 0x5374_7043

extension Database {
    /// The step that leads from one version to the next, by the version it starts from.
    static let migrations: [StaticString] = [firstTables]

    /// Brings a file to the newest version, in one transaction.
    func migrate() throws(ClassError) {
        let version = try row("PRAGMA user_version")?[0].int ?? 0
        let newest = Self.migrations.count
        if version < 0 { throw .noClass(file: path) }
        if version > newest { throw .newer(file: path, version: version, known: newest) }
        if version == newest { return }
        try transaction { () throws(ClassError) in
            for step in Self.migrations[version...] { try execute(step) }
        }
    }

    /// What a file's tables are, as their statements stand in it, each with its kind and name.
    func schema() throws(ClassError) -> [[SQLValue]] {
        try rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    }

    /// The same as the steps up to a version make it.
    static func schema(ofVersion version: Int) throws(ClassError) -> [[SQLValue]] {
        let database = try Database(":memory:", makesFile: true)
        for step in migrations[..<version] { try database.execute(step) }
        return try database.schema()
    }

    /// One class, its students and what they did. Times are milliseconds since 1970.
    private static let firstTables: StaticString = """
        CREATE TABLE class (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL,
            course TEXT NOT NULL,
            room TEXT NOT NULL,
            isLocked INTEGER NOT NULL DEFAULT 0,
            hasEnded INTEGER NOT NULL DEFAULT 0,
            made INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE student (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            typed TEXT NOT NULL,
            shown TEXT NOT NULL UNIQUE,
            compared TEXT NOT NULL UNIQUE,
            joined INTEGER NOT NULL,
            removed INTEGER
        ) STRICT;
        CREATE TABLE key (
            hash BLOB PRIMARY KEY,
            kind TEXT NOT NULL,
            student INTEGER REFERENCES student ON DELETE CASCADE,
            made INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX keyOfStudent ON key (student);
        CREATE TABLE answer (
            id INTEGER PRIMARY KEY,
            student INTEGER NOT NULL REFERENCES student ON DELETE CASCADE,
            client TEXT NOT NULL,
            exercise TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            variant TEXT NOT NULL,
            answer TEXT NOT NULL,
            isRight INTEGER NOT NULL,
            points REAL NOT NULL,
            misconception TEXT,
            acknowledgement TEXT NOT NULL,
            given INTEGER NOT NULL,
            UNIQUE (student, client),
            UNIQUE (student, exercise, attempt)
        ) STRICT;
        CREATE INDEX answerToExercise ON answer (exercise);
        CREATE TABLE bet (
            student INTEGER NOT NULL REFERENCES student ON DELETE CASCADE,
            exercise TEXT NOT NULL,
            choice TEXT NOT NULL,
            share REAL NOT NULL,
            PRIMARY KEY (student, exercise, choice)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reveal (exercise TEXT PRIMARY KEY, revealed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE screen (id INTEGER PRIMARY KEY, place TEXT NOT NULL, opened INTEGER NOT NULL) STRICT;
        PRAGMA application_id = 0x53747043;
        PRAGMA user_version = 1;
        """
}
