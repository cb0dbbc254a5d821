// Every error there is, with texts in it as nobody should have them: the line that tells it is one, short, and acts on no
// terminal. The sources say which cases there are: one that is missing here fails.
import ChatTemplates
import Classes
import Debugging
import Exports
import Figures
import Foundation
import Generation
import JSONText
import Lessons
import ModelFiles
import Phrases
import Requests
import Serving
import Stages
import TestTools
import Testing
import Tokenizers
import Traces
import Transformers

@testable import stepglass

/// Control bytes, characters that turn a line around, line ends of all kinds, 100 kB.
private let evil =
    "x\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31m\u{7F}\u{202E}\u{2066}\u{61C}\r\n\u{2028}\u{85}\u{FEFF}Z\u{351}\u{36B}\0"
    + String(repeating: "y\n", count: 50_000)
private let words = Phrase(evil, evil)

struct EveryErrorTests {
    /// The cases of an enum that have a text in them, as its source has them.
    private func cases(_ file: String, _ name: String) throws -> Set<String> {
        let path = TestMachine.repository.appendingPathComponent("Sources/" + file)
        let source = try String(contentsOf: path, encoding: .utf8)
        let body = try #require(source.components(separatedBy: "enum \(name):").dropFirst().first)
        let end = try #require(body.range(of: "\n}"))
        let found = body[..<end.lowerBound].matches(of: /\n {4}case (\w+)\(([^\n]*)\)/)
        let texts = ["String", "Phrase", "Error", "Problem", "Fault", "Refusal"]
        return Set(found.filter { match in texts.contains { match.2.contains($0) } }.map { String($0.1) })
    }

    private func check(_ errors: [any Error], _ file: String, _ name: String) throws {
        let told = Set(errors.compactMap { Mirror(reflecting: $0).children.first?.label })
        let all = try cases(file, name)
        #expect(!all.isEmpty && all.subtracting(told).isEmpty, "\(name): \(all.subtracting(told)) are missing")
        for error in errors {
            let phrase = Stepglass.oneLine(
                Phrase("stepglass: ", "stepglass：") + ((error as? DebuggingError)?.phrase ?? Failure(error).phrase))
            for text in [phrase.english, phrase.chinese] {
                #expect(text.unicodeScalars.count <= 300, "\(name): \(text.count)")
                let bad = text.unicodeScalars.first { scalar in
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                        || (0x2028...0x202E).contains(scalar.value)
                        || (0x2066...0x2069).contains(scalar.value) || [0x61C, 0xFEFF].contains(scalar.value)
                }
                #expect(
                    bad == nil,
                    "\(name): U+\(String(bad?.value ?? 0, radix: 16)) in \(text.prefix(200).debugDescription)")
            }
        }
    }

    @Test func filesOfModels() throws {
        let json: [JSONError] = [
            .unexpected(found: evil, expected: evil, offset: 1), .duplicateKey(evil, offset: 2),
        ]
        try check(json, "JSONText/JSONParser.swift", "JSONError")
        let file: [ModelFileError] = [
            .cannotOpen(file: evil, reason: evil), .notARegularFile(file: evil),
            .truncated(file: evil, what: evil, offset: 1, needs: .max, has: 2),
            .tooMany(file: evil, what: evil, count: .max, limit: 1, offset: 1),
            .overBudget(file: evil, what: evil, limit: 1),
            .badLength(file: evil, what: evil, length: .max, allowed: 1...2, offset: 1),
            .invalidUTF8(file: evil, what: evil, offset: 1), .duplicateKey(file: evil, key: evil),
            .missingKey(file: evil, key: evil), .wrongType(file: evil, key: evil, found: evil, expected: evil),
            .json(file: evil, json[0]), .notGGUF(file: evil, found: 7), .unsupportedVersion(file: evil, version: .max),
            .unknownValueType(file: evil, key: evil, type: 99),
            .invalidBool(file: evil, key: evil, value: 3, offset: 1),
            .nestedTooDeep(file: evil, key: evil, limit: 4), .badAlignment(file: evil, alignment: 3),
            .splitFileName(file: evil, number: 1, count: 2), .missingShard(file: evil, number: 1, count: 2),
            .splitMismatch(file: evil, key: evil, found: 1, expected: 2), .duplicateTensor(file: evil, tensor: evil),
            .unsupportedTensorType(file: evil, tensor: evil, type: evil),
            .badDimensionCount(file: evil, tensor: evil, count: 9),
            .zeroDimension(file: evil, tensor: evil, shape: [0]),
            .shapeOverflow(file: evil, tensor: evil, shape: [UInt64](repeating: .max, count: 10_000)),
            .rowNotInBlocks(file: evil, tensor: evil, columns: 3, type: .q4_0),
            .misalignedTensor(file: evil, tensor: evil, offset: 3, alignment: 32),
            .tensorOutsideFile(file: evil, tensor: evil, offset: .max, bytes: 1, available: 0),
            .overlappingTensors(file: evil, first: evil, second: evil), .missingTensor(file: evil, tensor: evil),
            .wrongShape(file: evil, tensor: evil, shape: [1], expected: [2]), .notSafetensors(file: evil),
            .headerTooLong(file: evil, bytes: .max, limit: 1),
            .badRange(file: evil, tensor: evil, begin: 1, end: 0, available: 0),
            .sizeMismatch(file: evil, tensor: evil, shape: [1], type: evil, needs: 1, has: 2),
            .unusedBytes(file: evil, offset: 1, count: 2), .notAFolder(folder: evil),
            .missingFile(folder: evil, file: evil),
            .pickledWeights(folder: evil), .badShardName(file: evil, tensor: evil, shard: evil),
            .tensorInTwoShards(tensor: evil, first: evil, second: evil),
        ]
        try check(file, "ModelFiles/ModelFileError.swift", "ModelFileError")
        let tokenizer: [TokenizerError] = [
            .wrongCount(what: evil, count: 1, expected: 2), .duplicateToken(text: evil, first: 1, second: 2),
            .badMerge(rank: 1, text: evil), .unknownInMerge(rank: 1, text: evil, part: evil),
            .idOutOfRange(what: evil, id: 1, count: 1), .duplicateId(id: 1, first: evil, second: evil),
            .malformed(place: evil, expected: evil), .none(supported: evil), .file(file[0]),
            .unsupported(what: evil, value: evil, supported: evil), .tooMuchWork(what: evil, most: .max, bytes: .max),
        ]
        try check(tokenizer, "Tokenizers/TokenizerError.swift", "TokenizerError")
        let transformer: [TransformerError] = [
            .file(file[3]), .unknownArchitecture(file: evil, name: evil), .unsupported(file: evil, what: evil),
            .missingSetting(file: evil, name: evil), .unknownSetting(file: evil, key: evil, value: evil, known: [evil]),
            .sizeOutOfRange(file: evil, name: evil, value: 1, range: 2...3),
            .headsDoNotDivide(file: evil, heads: 3, keyValueHeads: 2),
            .hiddenSizeDoesNotDivide(file: evil, hiddenSize: 3, heads: 2), .oddHeadSize(file: evil, headSize: 3),
            .badNumber(file: evil, name: evil, value: .infinity), .vocabularyMismatch(file: evil, tokens: 1, rows: 2),
        ]
        try check(transformer, "Transformers/TransformerError.swift", "TransformerError")
        let template: [ChatTemplateError] = [
            .syntax(line: 1, found: evil, expected: evil), .unsupported(line: 1, what: evil, supported: evil),
            .wrongValue(line: 1, what: evil), .raised(line: 1, message: evil), .tooMuch(line: 1, what: evil),
        ]
        try check(template, "ChatTemplates/ChatTemplateError.swift", "ChatTemplateError")
        let settings: [SettingsError] = [
            .outOfRange(option: evil, value: evil, range: .seed, suggestion: .value(evil)),
            .unknownStage(name: evil, known: [evil]), .duplicateStage(name: evil),
            .unknownExtra(name: evil, known: [evil]),
            .tokenOutOfRange(option: evil, id: 1, vocabularySize: 1),
        ]
        try check(settings, "Stages/Pipeline/SettingsError.swift", "SettingsError")
        let choice: [ChoiceError] = [.nothingLeft(step: 1, stage: evil), .overflow(step: 1, stage: evil)]
        try check(choice, "Stages/Pipeline/ChoiceError.swift", "ChoiceError")
        let generation: [GenerationError] = [
            .settings(settings[0]), .choice(choice[0]), .tokenBeyondEmbedding(id: 1, text: evil, rows: 1),
            .noChatTemplate(model: evil), .chatTemplate(template[0]), .model(transformer[1]),
            .tokenizer(tokenizer[0], file: evil), .encoder(model: evil), .decoder(model: evil), .noMask(evil),
            .noMaskToken(model: evil), .noHead(model: evil), .noResidual(model: evil),
            .badAblation(evil, layers: 1, heads: 1), .trace(.field(path: evil, problem: evil)),
            .replay(.otherModel(recorded: evil, hash: evil, here: evil, hereHash: evil)),
            .replay(.otherShape(field: evil, recorded: 1, here: 2)),
        ]
        try check(generation, "Generation/GenerationError.swift", "GenerationError")
    }

    @Test func recordsAndWhatShowsThem() throws {
        let trace: [TraceError] = [
            .notJSON(evil), .notATrace(found: evil), .field(path: evil, problem: evil), .compression(evil),
        ]
        try check(trace, "Traces/TraceError.swift", "TraceError")
        let figure: [FigureError] = [
            .fontLibrary(function: evil, code: 1), .fontFile(path: evil, code: 1), .fontHasNoOutlines(path: evil),
            .png(evil),
        ]
        try check(figure, "Figures/FigureError.swift", "FigureError")
        let exports: [ExportsError] = [.notBuilt(format: evil, instead: words), .maker(words)]
        try check(exports, "Exports/Export.swift", "ExportsError")
        let problems: [QuestionProblem] = [
            .unexpectedCharacter(evil), .bareText(evil), .writeInstead(found: evil, write: evil), .badEscape(evil),
            .expected(words, found: evil), .unknownName(evil, expected: words, nearest: evil),
            .needsArguments(name: evil, example: evil), .takesNoArguments(name: evil),
            .missingArgument(name: evil, label: evil, example: evil), .tooManyArguments(name: evil, limit: 1),
            .unknownLabel(evil, name: evil, nearest: evil), .repeatedLabel(evil),
            .wrongType(expected: words, found: words),
            .outOfRange(what: words, value: 1, low: 2, high: 3), .noAnswer(words),
        ]
        let debugging: [DebuggingError] =
            problems.map { .question(source: evil, span: 0..<3, problem: $0) } + [.command(words), .maker(words)]
        try check(debugging, "Debugging/DebuggingError.swift", "DebuggingError")
        let request: [RequestError] = [.request(words), .model(words), .run(words), .debugger(debugging[0])]
        try check(request, "Requests/RequestError.swift", "RequestError")
    }

    @Test func theCourseAndItsServer() throws {
        let lesson: [LessonError] = [
            .broken(path: evil, words), .answer(words), .unknown(words), .run(words),
            .noVariant(exercise: evil, tries: 1), .costlyGuard(exercise: evil, runs: 1),
        ]
        try check(lesson, "Lessons/LessonError.swift", "LessonError")
        let classes: [ClassError] = [
            .cannotOpen(file: evil, reason: evil), .newer(file: evil, version: 2, known: 1), .noClass(file: evil),
            .damaged(file: evil, reason: words), .inUse(file: evil), .beside(file: evil, other: evil),
            .exists(file: evil), .full(file: evil), .noCopy(file: evil, reason: evil),
            .database(file: evil, code: 1, reason: evil), .refused(.malformed(words)),
            .refused(.notAllowed(command: evil)),
            .refused(.lesson(words)),
        ]
        try check(classes, "Classes/ClassError.swift", "ClassError")
        let serving: [ServingError] = [
            .address(evil, port: 1, isTaken: true, reason: evil), .address(evil, port: 1, isTaken: false, reason: evil),
            .secrets(.noCertificate),
        ]
        try check(serving, "Serving/Serving.swift", "ServingError")
    }
}
