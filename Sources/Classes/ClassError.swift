// The errors of this module: what is wrong with a class's file, and what the rules of a class refuse.
public import Phrases

/// Why something of a class could not be done.
public enum ClassError: Error, Equatable, Sendable, Worded {
    /// The file cannot be opened or written.
    case cannotOpen(file: String, reason: String)
    /// The file is of a later version of this program.
    case newer(file: String, version: Int, known: Int)
    /// The file is of another kind.
    case noClass(file: String)
    /// The file does not pass its integrity check.
    case damaged(file: String, reason: Phrase)
    /// Beside the file lies what SQLite would take for the file's own, and carry out.
    case beside(file: String, other: String)
    /// Another process has the file.
    case inUse(file: String)
    /// A class or a file of that name is there already.
    case exists(file: String)
    /// A copy of a class could not be written; nothing of it is left.
    case noCopy(file: String, reason: String)
    /// The disk is full; what was to be kept last is not, and what was kept before is.
    case full(file: String)
    /// What else SQLite complains of, with its code.
    case database(file: String, code: Int, reason: String)
    /// The rules of the class say no.
    case refused(Refusal)

    /// One line: what, where, what next.
    public var phrase: Phrase {
        switch self {
        case .cannotOpen(let file, let reason):
            Phrase(
                "\(file) cannot be opened: \(reason); check the folder and its permissions",
                "無法開啟 \(file)：\(reason)；請檢查資料夾和權限")
        case .newer(let file, let version, let known):
            Phrase(
                "\(file) was made by a later stepglass (its version is \(version), this one reads up to \(known)); update",
                "\(file) 是較新的 stepglass 做的（版本 \(version)，這一版最多讀到 \(known)）；請更新程式")
        case .noClass(let file):
            Phrase("\(file) is no class of stepglass; choose another file", "\(file) 不是 stepglass 的班級檔；請改選別的檔案")
        case .damaged(let file, let reason):
            Phrase(
                "\(file) is damaged: \(reason.english); put back a backup of the class",
                "\(file) 已損壞：\(reason.chinese)；請從班級的備份還原")
        case .beside(let file, let other):
            Phrase(
                "\(other) lies beside \(file): a whole class or backup has none; where a server is writing there or was killed, start it with that class and let it save one (--backup), else move the file away",
                "\(file) 旁邊有 \(other)：完整的班級檔或備份不會有這個檔案；若伺服器正在寫入或曾被強制結束，請用那個班級啟動後再存一份（--backup），否則請移走它")
        case .inUse(let file):
            Phrase("\(file) is in use by another stepglass; end that one first", "另一個 stepglass 正在使用 \(file)；請先結束它")
        case .exists(let file):
            Phrase("\(file) is there already; choose another name", "\(file) 已經存在；請換個名稱")
        case .noCopy(let file, let reason):
            Phrase(
                "\(file) could not be written: \(reason); nothing of it is left: choose another place, or make room",
                "無法寫入 \(file)：\(reason)；沒有留下任何部分；請改選別的位置，或騰出空間")
        case .full(let file):
            Phrase(
                "the disk is full: \(file) took nothing more, and holds all that was acknowledged; make room and try again",
                "磁碟已滿：\(file) 沒有再寫入，先前確認過的都還在；請騰出空間再試")
        case .database(let file, let code, let reason):
            Phrase(
                "\(file): the database says \(reason) (code \(code)); nothing of this step was kept",
                "\(file)：資料庫回報 \(reason)（代號 \(code)）；這一步沒有存下任何東西")
        case .refused(let refusal): refusal.phrase
        }
    }

    /// What it is called in an answer.
    public var name: String {
        switch self {
        case .refused(let refusal): refusal.name
        case .full: "full"
        default: "file"
        }
    }
}
