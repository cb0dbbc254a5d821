// Takes the attention weights out of a trace's JSON, so that a page can be used before they are unpacked.

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// A trace.json whose attention stands apart: `trace` has null in its place.
///
/// The weights inside are compressed and in base64 already: unpacking the whole file first, only to find them packed
/// once more, would cost a page of 640 positions a second. `attention` is empty where there is none to take out.
struct SplitTrace {
    var trace: [UInt8]
    /// A part of the file's own memory: it can be most of the file.
    var attention: ArraySlice<UInt8>

    /// Splits what `TraceWriter` wrote: members stand on lines of their own, and no string holds a raw line end, so a
    /// line that begins with `"attention":{` is that member. Any other text is left whole; the page reads both.
    init(_ json: [UInt8]) {
        let head = Array("\"attention\":".utf8)
        guard let line = json.firstLineEnd(before: head + Array("{".utf8), from: 0),
            let end = ["\"metrics\":", "\"parent\":"]
                .compactMap({ json.firstLineEnd(before: Array($0.utf8), from: line + 1) }).min(),
            json[end - 1] == UInt8(ascii: ",")
        else {
            trace = json
            attention = []
            return
        }
        let start = line + 1 + head.count
        let value = json[start..<(end - 1)]
        // What goes into the page as it stands must not be able to end its element.
        guard !value.contains(UInt8(ascii: "<")) else {
            trace = json
            attention = []
            return
        }
        attention = value
        trace = json[..<start] + Array("null".utf8) + json[(end - 1)...]
    }
}

extension [UInt8] {
    /// The first place of a line end that is followed by `text`, from `from` on; nil when there is none.
    fileprivate func firstLineEnd(before text: [UInt8], from: Int) -> Int? {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var place = from
            while place < bytes.count, let found = memchr(base + place, 0x0A, bytes.count - place) {
                place = UnsafeRawPointer(found) - base + 1
                if bytes.count - place >= text.count, memcmp(base + place, text, text.count) == 0 { return place - 1 }
            }
            return nil
        }
    }
}
