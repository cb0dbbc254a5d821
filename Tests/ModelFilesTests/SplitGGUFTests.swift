// Models split over several GGUF files, and tensors in a GGUF file that no weights are stored in.

import ModelFiles
import TestTools
import Testing

@Suite struct SplitGGUFTests {
    /// The parts of a model with the tensors "t0", "t1", …, one in each part.
    private func parts(_ count: UInt32) -> [GGUFMaker] {
        (0..<count).map { number in
            var maker = GGUFMaker()
            maker.pairs = [.u32("split.no", number), .u32("split.count", count), .u32("split.tensors.count", count)]
            if number == 0 { maker.pairs.append(.text("general.architecture", "llama")) }
            maker.tensors = [
                .init(name: "t\(number)", type: 0, dimensions: [2], data: [UInt8](repeating: UInt8(number), count: 8))
            ]
            return maker
        }
    }

    private func name(_ number: Int, of count: Int) -> String { "m-0000\(number)-of-0000\(count).gguf" }

    /// What becomes of the parts, opened by the name of one of them.
    private func opened(_ parts: [GGUFMaker], by number: Int = 1) throws -> GGUFFile {
        let folder = try TemporaryFolder()
        for (place, part) in parts.enumerated() { try folder.write(name(place + 1, of: parts.count), part.bytes) }
        return try GGUFFile(path: folder.path + "/" + name(number, of: parts.count))
    }

    private func refused(_ parts: [GGUFMaker]) throws -> ModelFileError? {
        do {
            _ = try opened(parts)
            return nil
        } catch let error as ModelFileError {
            checkMessage(error)
            return error
        }
    }

    @Test(arguments: 1...3) func anyPartOpensAll(number: Int) throws {
        let file = try opened(parts(3), by: number)
        #expect(file.tensorNames == ["t0", "t1", "t2"])
        #expect(file.files.count == 3)
        #expect(file.name.hasSuffix(name(1, of: 3)))
        for place in 0..<3 { #expect(try file.requiredTensor(named: "t\(place)").bytes[7] == UInt8(place)) }
        #expect(try file.string("general.architecture") == "llama")
    }

    @Test func partsThatDoNotFit() throws {
        func changed(_ change: (inout [GGUFMaker]) -> Void) throws -> ModelFileError? {
            var parts = parts(2)
            change(&parts)
            return try refused(parts)
        }
        guard case .splitMismatch(_, "split.no", 0, 1) = try changed({ $0[1].pairs[0] = .u32("split.no", 0) }),
            case .splitMismatch(_, "split.count", 3, 2) = try changed({ $0[1].pairs[1] = .u32("split.count", 3) }),
            case .splitMismatch(_, "split.tensors.count", 5, 2) = try changed({
                $0[0].pairs[2] = .u32("split.tensors.count", 5)
            }),
            case .missingKey(_, "split.no") = try changed({ $0[1].pairs.removeFirst() }),
            case .tensorInTwoShards("t0", _, _) = try changed({ $0[1].tensors[0].name = Array("t0".utf8) }),
            case .wrongType(_, "split.count", _, _) = try changed({ $0[0].pairs[1] = .u32("split.count", .max) }),
            // A number whose successor is none.
            case .wrongType(_, "split.no", _, _) = try changed({ $0[0].pairs[0] = .u64("split.no", UInt64(Int.max)) })
        else {
            Issue.record("took parts that do not fit, or refused them for another reason")
            return
        }
    }

    @Test func partsThatAreMissingOrRenamed() throws {
        let folder = try TemporaryFolder()
        let parts = parts(3)
        try folder.write(name(1, of: 3), parts[0].bytes)
        let second = folder.path + "/" + name(2, of: 3)
        #expect(throws: ModelFileError.missingShard(file: second, number: 1, count: 3)) {
            try GGUFFile(path: folder.path + "/" + name(1, of: 3))
        }
        let renamed = try folder.write("other.gguf", parts[2].bytes)
        #expect(throws: ModelFileError.splitFileName(file: renamed, number: 2, count: 3)) {
            try GGUFFile(path: renamed)
        }
        #expect(refusal(parts[0]) == .splitFileName(file: "test.gguf", number: 0, count: 3))
        // One of one is whole.
        #expect(refusal(self.parts(1)[0]) == nil)
    }

    /// Tables of integers have no use, and do not keep a file from being read.
    @Test func integersAreListedAndNotRead() throws {
        var maker = GGUFMaker.example
        maker.tensors.insert(
            .init(name: "ids", type: 27, dimensions: [4], data: [UInt8](repeating: 0, count: 32)), at: 0)
        let file = try maker.open()
        #expect(file.tensorNames == ["ids", "embed", "norm", "matrix"])
        #expect(file.tensors.map(\.name) == ["embed", "norm", "matrix"])
        #expect(try file.requiredTensor(named: "matrix").bytes[0] == 3)
        #expect(throws: ModelFileError.unsupportedTensorType(file: "test.gguf", tensor: "ids", type: "I64")) {
            try file.tensor(named: "ids")
        }
        maker.tensors[0].dimensions = [1 << 40]
        guard case .tensorOutsideFile = refusal(maker) else {
            Issue.record("took a table larger than its file")
            return
        }
    }
}
