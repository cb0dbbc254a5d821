// Parquet, which this command does not write: Arrow's C++ library is no package of Debian's, and a writer of our own would be
// one more thing to be wrong. The notebook module writes it with PyArrow.
internal import Phrases

extension Export {
    /// Said, with what to do instead.
    public static let parquet = Export(
        name: "parquet", suffix: ".parquet",
        title: Phrase(
            "not in this build; python3 -m stepglass to-parquet writes it",
            "這個程式不含；由 python3 -m stepglass to-parquet 寫出"),
        takes: [.table],
        make: { (_, _) throws(ExportsError) in
            throw .notBuilt(
                format: "Parquet",
                instead: Phrase(
                    "Debian has no package of Arrow's C++ library; write it with the notebook module (pip install './python[parquet]', then python3 -m stepglass to-parquet TRACE -o FOLDER), or take --to csv",
                    "Debian 沒有 Arrow C++ 函式庫的套件；請用筆記本模組寫出（pip install './python[parquet]'，再 python3 -m stepglass to-parquet TRACE -o FOLDER），或改用 --to csv"
                ))
        })
}
