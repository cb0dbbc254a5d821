// Why the system refused, in both languages: for every message about a file, a folder, a pipe or a port.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What the system says of the last failure.
func systemReason() -> Phrase { systemReason(errno) }

/// What the system says of a failure; in its own words where we have no others.
func systemReason(_ code: Int32) -> Phrase {
    let english = String(cString: strerror(code))
    return Phrase(english, chineseReasons[code] ?? english)
}

private let chineseReasons: [Int32: String] = [
    EPERM: "不允許這個動作", ENOENT: "沒有這個檔案或資料夾", EIO: "輸入或輸出錯誤", EBADF: "檔案沒有開啟", EAGAIN: "資源暫時無法使用",
    ENOMEM: "記憶體不足", EACCES: "沒有權限", EBUSY: "裝置或資源使用中", EEXIST: "檔案已存在", EXDEV: "在不同的檔案系統上",
    ENOTDIR: "不是資料夾", EISDIR: "是資料夾", EINVAL: "引數無效", ENFILE: "系統開啟的檔案太多", EMFILE: "開啟的檔案太多",
    ETXTBSY: "程式檔使用中", EFBIG: "檔案太大", ENOSPC: "磁碟空間不足", EROFS: "檔案系統唯讀", EPIPE: "管線已關閉",
    ENAMETOOLONG: "檔名太長", ENOTEMPTY: "資料夾不是空的", ELOOP: "符號連結層數太多", EDQUOT: "超過磁碟配額", EADDRINUSE: "位址使用中",
    EADDRNOTAVAIL: "沒有這個位址", ENOEXEC: "不是可以執行的檔案", ENODEV: "沒有這個裝置", ENXIO: "沒有這個裝置或位址",
]
