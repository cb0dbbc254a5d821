// The address that students join by, as a QR code: its squares, which the board draws.
internal import CQRCode
internal import JSONText

/// `{"address", "room", "rows": ["0110…", …]}`: the plain address and the code to type, and the squares of the picture,
/// where 1 is dark; without rows where the address does not fit.
func joiningPicture(_ address: String, shown: String, room: String) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
        json.member("address", shown)
        json.member("room", room)
        json.array("rows") { json in for row in squares(of: address) { json.value(row) } }
    }
    return json.bytes
}

/// The rows of a QR code (ISO/IEC 18004) of medium correction: a tenth of it may be hidden by a head in front.
private func squares(of text: String) -> [String] {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return [] }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    return (0..<width).map { row in
        String((0..<width).map { code.pointee.data[row * width + $0] & 1 == 1 ? "1" : "0" })
    }
}
