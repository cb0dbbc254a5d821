// A whole class in one file: saved, put back, and deleted without a trace.

extension ClassStore {
    /// Writes the log into the file and empties it: what was deleted is in neither after it.
    func foldLog() throws(ClassError) {
        try use { (database) throws(ClassError) in
            let row = try database.row("PRAGMA wal_checkpoint(TRUNCATE)")
            if row?[0].int != 0 { throw .inUse(file: path) }
        }
    }

    /// Writes a copy of the whole class; the file appears when it is complete and on disk, or not at all.
    ///
    /// - Throws: ``ClassError/exists(file:)`` where a file of that name is.
    public func backUp(to target: String) throws(ClassError) {
        let partial = try partialFile(target)
        do throws(ClassError) {
            try use { (database) throws(ClassError) in try database.copy(to: partial, for: target) }
            try finish(partial, target)
        } catch {
            removeFile(partial)
            throw error
        }
    }

    /// The bytes of such a copy.
    func backup() throws(ClassError) -> [UInt8] {
        let partial = try partialFile(path)
        defer { removeFile(partial) }
        try use { (database) throws(ClassError) in _ = try database.rows("VACUUM INTO ?", .text(partial)) }
        return try fileBytes(partial)
    }

    /// Puts a backup in the place of a class that is not there, after it has been checked wholly.
    public static func restore(_ backup: String, to path: String) throws(ClassError) {
        let partial = try partialFile(path)
        do throws(ClassError) {
            let database = try Database(reading: backup)
            try check(database)
            try database.copy(to: partial, for: path)
            database.close()
            let copy = try Database(partial)
            try check(copy)
            // Whoever made the file could have put a teacher's cookie into it: the address on the terminal makes new ones.
            try copy.rows("DELETE FROM key WHERE student IS NULL")
            copy.close()
            try finish(partial, path)
        } catch {
            removeFile(partial)
            throw error
        }
    }

    /// Deletes the class: every row is overwritten, then the files go, parts of copies that a killed process left among them.
    /// The store is closed by it.
    public func deleteClass() throws(ClassError) {
        try change { (database) throws(ClassError) in
            try database.execute(
                "DELETE FROM student; DELETE FROM key; DELETE FROM reveal; DELETE FROM screen; DELETE FROM class;")
        }
        try foldLog()
        close()
        for ending in ["", "-wal", "-shm", "-journal"] { removeFile(path + ending) }
        removeParts(of: path)
    }
}
