// What goes in and out: JSON, and bytes beside it that are too many for JSON.

/// Bytes beside a message, which stay where they are for as long as anybody holds this object.
public final class AttachedBytes: @unchecked Sendable {
    /// The bytes; they never change. They are there as long as this object is: whoever reads them holds on to it.
    public let bytes: UnsafeRawBufferPointer
    /// A copy, for whoever does not.
    public var copied: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }
    private let giveBack: @Sendable () -> Void

    /// Bytes that the caller hands over.
    ///
    /// - Parameter giveBack: called once when nobody needs the bytes any longer.
    public init(_ bytes: UnsafeRawBufferPointer, giveBack: @escaping @Sendable () -> Void) {
        self.bytes = bytes
        self.giveBack = giveBack
    }

    /// A copy of an array.
    public convenience init(_ array: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(array.count, 1), alignment: 64)
        array.withUnsafeBytes { copy.copyMemory(from: $0) }
        let address = UInt(bitPattern: copy.baseAddress!)
        self.init(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy)[..<array.count])) {
            UnsafeMutableRawPointer(bitPattern: address)!.deallocate()
        }
    }

    deinit { giveBack() }
}

/// A request or its answer.
public struct Message: Sendable {
    /// One JSON object in UTF-8.
    public var json: [UInt8]
    /// The bytes that the JSON speaks of by their places here, from 0.
    public var attachments: [AttachedBytes]

    /// JSON with what belongs to it.
    public init(json: [UInt8], attachments: [AttachedBytes] = []) {
        self.json = json
        self.attachments = attachments
    }
}
