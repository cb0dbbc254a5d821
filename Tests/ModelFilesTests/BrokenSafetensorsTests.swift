// Model folders whose weights file is broken or hostile: each is refused with the right error and its evidence.

import JSONText
import ModelFiles
import Testing

@Suite struct BrokenSafetensorsTests {
    private let weights = "model.safetensors"

    /// The error for the example folder with this weights file.
    private func refusal(_ change: (inout SafetensorsMaker) -> Void) -> ModelFileError? {
        var maker = SafetensorsMaker.example
        change(&maker)
        var folder = FolderMaker.example
        folder.files[weights] = maker.bytes
        return folder.refusal
    }

    /// The error for a weights file whose whole header is `header`, with `dataBytes` bytes behind it.
    private func refusal(header: String, dataBytes: Int = 8) -> ModelFileError? {
        refusal { maker in
            maker = SafetensorsMaker()
            maker.tensors = [.init("x", "F32", [], begin: 0, data: [UInt8](repeating: 0, count: dataBytes))]
            maker.header = header
        }
    }

    private func tensor(_ body: String) -> String { "{\"t\":{\(body)}}" }

    private func folder(_ change: (inout FolderMaker) -> Void) -> ModelFileError? {
        var folder = FolderMaker.example
        change(&folder)
        return folder.refusal
    }

    @Test func cutAnywhere() {
        let bytes = SafetensorsMaker.example.bytes
        for count in 0..<bytes.count {
            let error = folder { $0.files[weights] = Array(bytes.prefix(count)) }
            #expect(error != nil, "cut to \(count) bytes")
        }
        #expect(
            folder { $0.files[weights] = [] }
                == .truncated(file: weights, what: "the length of the header", offset: 0, needs: 8, has: 0))
        #expect(
            folder { $0.files[weights] = Array(bytes.prefix(20)) }
                == .truncated(
                    file: weights, what: "the header", offset: 8,
                    needs: UInt64(bytes.count - 8 - SafetensorsMaker.example.tensors.map(\.data.count).reduce(0, +)),
                    has: 12))
        #expect(
            folder { $0.files[weights] = Array(bytes.dropLast()) }
                == .badRange(file: weights, tensor: "scalar", begin: 45, end: 49, available: 48))
    }

    @Test(arguments: [200_000_000, 100_000_001, UInt64.max, 1 << 63])
    func headerTooLong(bytes: UInt64) {
        #expect(
            refusal { $0.headerLength = bytes }
                == .headerTooLong(file: weights, bytes: bytes, limit: 100_000_000))
    }

    @Test func headerLongerThanTheFile() {
        guard case .truncated(weights, "the header", 8, 100_000_000, _) = refusal({ $0.headerLength = 100_000_000 })
        else {
            Issue.record("believed the length of the header")
            return
        }
    }

    @Test(arguments: ["", " {}", "[]", "\u{FEFF}{}", "null", "PK"])
    func headerThatIsNoObject(header: String) {
        #expect(refusal(header: header) == .notSafetensors(file: weights))
    }

    @Test func headerThatIsNotJSON() {
        for header in ["{", "{\"a\":}", "{} x", "{'a':1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}"] {
            guard case .json(weights, .unexpected) = refusal(header: header) else {
                Issue.record("took \(header)")
                continue
            }
        }
        let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
        guard case .json(weights, .tooDeep) = refusal(header: deep) else {
            Issue.record("took a header of 100,000 brackets")
            return
        }
        var bytes = SafetensorsMaker.example.bytes
        bytes[10] = 0xFF
        guard case .json(weights, .invalidUTF8) = folder({ $0.files[weights] = bytes }) else {
            Issue.record("took a key that is not UTF-8")
            return
        }
    }

    @Test func duplicateKeys() {
        let error = refusal { $0.tensors[1].name = "wte.weight" }
        guard case .json(weights, .duplicateKey("wte.weight", _)) = error else {
            Issue.record("took two tensors of one name")
            return
        }
        let twice = tensor(#""dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]"#)
        guard case .json(weights, .duplicateKey("dtype", _)) = refusal(header: twice) else {
            Issue.record("took two types of one tensor")
            return
        }
        let escaped = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{}}"#
        guard case .json(weights, .duplicateKey("a", _)) = refusal(header: escaped) else {
            Issue.record("took one name in two spellings")
            return
        }
    }

    @Test(arguments: ["dtype", "shape", "data_offsets"])
    func missingMembers(member: String) {
        let members = ["dtype": #""F32""#, "shape": "[2]", "data_offsets": "[0,8]"].filter { $0.key != member }
        let body = members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        #expect(refusal(header: tensor(body)) == .missingKey(file: weights, key: "t.\(member)"))
    }

    @Test func membersOfAnotherKind() {
        func kind(_ header: String) -> String? {
            guard case .wrongType(weights, let key, _, _) = refusal(header: header) else { return nil }
            return key
        }
        #expect(kind(#"{"t":3}"#) == "t")
        #expect(kind(#"{"t":null}"#) == "t")
        #expect(kind(#"{"__metadata__":[]}"#) == "__metadata__")
        #expect(kind(#"{"__metadata__":{"a":1}}"#) == "__metadata__.a")
        #expect(kind(tensor(#""dtype":4,"shape":[2],"data_offsets":[0,8]"#)) == "t.dtype")
        #expect(kind(tensor(#""dtype":"F32","shape":2,"data_offsets":[0,8]"#)) == "t.shape")
        #expect(kind(tensor(#""dtype":"F32","shape":[-2],"data_offsets":[0,8]"#)) == "t.shape")
        #expect(kind(tensor(#""dtype":"F32","shape":[2.0],"data_offsets":[0,8]"#)) == "t.shape")
        #expect(kind(tensor(#""dtype":"F32","shape":["2"],"data_offsets":[0,8]"#)) == "t.shape")
        #expect(kind(tensor(#""dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]"#)) == "t.shape")
        #expect(kind(tensor(#""dtype":"F32","shape":[2],"data_offsets":8"#)) == "t.data_offsets")
        #expect(kind(tensor(#""dtype":"F32","shape":[2],"data_offsets":[0]"#)) == "t.data_offsets")
        #expect(kind(tensor(#""dtype":"F32","shape":[2],"data_offsets":[0,8,8]"#)) == "t.data_offsets")
        #expect(kind(tensor(#""dtype":"F32","shape":[2],"data_offsets":[-8,0]"#)) == "t.data_offsets")
        #expect(kind(tensor(#""dtype":"F32","shape":[2],"data_offsets":[0,8e0]"#)) == "t.data_offsets")
    }

    @Test(arguments: [(0, 9), (8, 0), (9, 9), (4, 1 << 40), (0, Int.max), (Int.max, Int.max)])
    func rangesOutsideTheFile(begin: Int, end: Int) {
        let header = tensor(#""dtype":"F32","shape":[2],"data_offsets":\#([begin, end])"#)
        #expect(
            refusal(header: header)
                == .badRange(file: weights, tensor: "t", begin: begin, end: end, available: 8))
    }

    @Test(arguments: [("F32", [1]), ("F32", [3]), ("F32", [0]), ("F32", []), ("F16", [2]), ("F64", [2]), ("BOOL", [2])])
    func shapesOfAnotherSize(type: String, shape: [Int]) {
        let size = ["F32": 4, "F16": 2, "F64": 8, "BOOL": 1][type]! * shape.reduce(1, *)
        #expect(
            refusal(header: tensor(#""dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,8]"#))
                == .sizeMismatch(file: weights, tensor: "t", shape: shape, type: type, needs: size, has: 8))
    }

    @Test(arguments: [
        [Int.max], [1 << 62], [1 << 61, 2], [1 << 32, 1 << 32], [1 << 31, 1 << 31, 4], [1 << 40, 1 << 40, 0],
        [(1 << 62) + 2],
    ])
    func shapesThatOverflow(shape: [Int]) {
        #expect(
            refusal(header: tensor(#""dtype":"F32","shape":\#(shape),"data_offsets":[0,8]"#))
                == .shapeOverflow(file: weights, tensor: "t", shape: shape.map { UInt64($0) }))
    }

    @Test func rangesThatOverlap() {
        func pair(_ a: [Int], _ b: [Int]) -> ModelFileError? {
            refusal(
                header: """
                    {"a":{"dtype":"F32","shape":[\((a[1] - a[0]) / 4)],"data_offsets":\(a)},\
                    "b":{"dtype":"F32","shape":[\((b[1] - b[0]) / 4)],"data_offsets":\(b)}}
                    """, dataBytes: 16)
        }
        #expect(pair([0, 8], [4, 16]) == .overlappingTensors(file: weights, first: "a", second: "b"))
        #expect(pair([4, 16], [0, 8]) == .overlappingTensors(file: weights, first: "b", second: "a"))
        #expect(pair([0, 16], [4, 8]) == .overlappingTensors(file: weights, first: "a", second: "b"))
        #expect(pair([0, 16], [0, 16]) == .overlappingTensors(file: weights, first: "a", second: "b"))
        #expect(pair([0, 4], [8, 16]) == .unusedBytes(file: weights, offset: 4, count: 4))
        #expect(pair([4, 8], [8, 16]) == .unusedBytes(file: weights, offset: 0, count: 4))
        #expect(pair([0, 4], [4, 12]) == .unusedBytes(file: weights, offset: 12, count: 4))
        #expect(pair([0, 4], [4, 16]) == nil)
        #expect(refusal(header: "{}") == .unusedBytes(file: weights, offset: 0, count: 8))
    }
}
