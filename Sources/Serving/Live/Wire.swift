// A message as one body: JSON with its length before it, then each attachment with its length before it; lengths are 32
// bits, the lowest byte first.
internal import Requests

extension Message {
    /// The type of such a body.
    static let bodyType = "application/x-stepglass-message"

    /// nil where the lengths do not fit the bytes.
    init?(body: [UInt8]) {
        var parts: [Range<Int>] = []
        var place = 0
        while place < body.count {
            guard body.count - place >= 4 else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(body[place + $1]) << (8 * $1) }
            place += 4
            guard body.count - place >= length else { return nil }
            parts.append(place..<place + length)
            place += length
        }
        guard let json = parts.first else { return nil }
        self.init(json: Array(body[json]), attachments: parts.dropFirst().map { AttachedBytes(Array(body[$0])) })
    }

    /// The message as such a body.
    var body: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(4 * (1 + attachments.count) + json.count + attachments.reduce(0) { $0 + $1.bytes.count })
        func length(_ count: Int) { for byte in 0..<4 { body.append(UInt8(truncatingIfNeeded: count >> (8 * byte))) } }
        length(json.count)
        body += json
        for attachment in attachments {
            length(attachment.bytes.count)
            body += attachment.copied
        }
        return body
    }
}
