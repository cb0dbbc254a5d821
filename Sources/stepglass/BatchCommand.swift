// Many prompts with one loading of the model: a record for each line of a file, and an index of them. What was interrupted
// goes on where it was; many processes may share the work.
internal import ArgumentParser
internal import Generation
internal import Phrases
internal import Traces

struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Run many prompts from a file, resumably, each into a record of its own.",
        discussion: """
            Example:
              stepglass batch prompts.jsonl -o Output/batch --greedy --max-tokens 16
              stepglass batch prompts.jsonl -o Output/shards --shard 2/4
              stepglass batch p.jsonl -o big --engine http://127.0.0.1:8000 --model gemma3
            A line is a JSON object: prompt (a text) or messages (a chat), and where wanted id, tools, seed, and settings as \
            in trace.json, which stand above the options given here; blank lines are passed over. Each record lies in a folder of its own, and index.jsonl \
            (index-2-of-4.jsonl for a shard) has one line for each that is complete. The same command again does what is \
            not in the index yet, whatever ended the one before. A line that cannot be run is named, the others go on, \
            and the exit code is 1. Shards may run at once, on one machine or on many that share the folder: docs/batch.md.
            """)

    @Argument(help: ArgumentHelp("The file of prompts, one JSON object a line.", valueName: "prompts.jsonl"))
    var prompts: String
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var options: RunOptions
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder of the records and their index.", valueName: "folder"))
    var output: String
    @Option(help: ArgumentHelp("Do this part of the lines: 1/4 is every fourth, from the first on.", valueName: "i/n"))
    var shard = Shard.whole
    @OptionGroup(title: "Another engine") var engineOptions: EngineOptions
    @Flag(help: "Also write trace.html and attention.png for each record.")
    var pages = false
    @Flag(help: "Also write tensors.safetensors with what --record names.")
    var tensors = false
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print no messages, only the records' folders.")
    var quiet = false

    mutating func run() throws {
        if options.conversation.messages != nil || options.conversation.tools != nil {
            throw ValidationError(
                Phrase(
                    "--messages and --tools are of one run; in a batch they stand in the lines",
                    "--messages 與 --tools 屬於單次執行；批次時請寫在各行裡"))
        }
        var base = try options.settings()
        try reportingTyped {
            let file = try BatchFile(prompts)
            let address = engineOptions.engine
            if address != nil && tensors {
                throw Failure("--tensors needs the model here: leave out --engine", "--tensors 需要在這裡執行模型：請不要加 --engine")
            }
            let model = try address == nil ? loadModel(modelOptions) : loadWords(modelOptions)
            for note in try options.sampling.applyTexts(to: &base, of: model) where !quiet { printNote(note) }
            let index = try BatchIndex(output, shard)
            let reader = try BatchReader(file: file, base: base, model: model.info)
            Interruption.begin()
            let elsewhere = try address.map { try engineOptions.connect($0, model, base) }
            var runner = BatchRunner(
                model: model, engine: modelOptions.engine(model.compute), index: index, elsewhere: elsewhere,
                pages: pages, tensors: tensors)
            let outcome = try work(reader, index, &runner)
            index.close()
            if !quiet { printError(outcome.phrase(in: output)) }
            Interruption.endIfAsked()
            if outcome.failed > 0 { throw ExitCode(1) }
        }
    }

    /// What came of the lines.
    private struct Outcome {
        var made = 0
        var found = 0
        var failed = 0
        /// Whether lines were left undone because somebody ended it.
        var isCut = false

        func phrase(in folder: String) -> Phrase {
            Phrase("\(made) made", "完成 \(made) 份")
                + (found > 0 ? Phrase(", \(found) were there", "，已有 \(found) 份") : Phrase("", ""))
                + (failed > 0
                    ? Phrase(", \(failed) failed (run it again once they are mended)", "，失敗 \(failed) 份（修正後再執行一次）")
                    : Phrase("", ""))
                + Phrase(": \(folder)", "：\(folder)")
                + (isCut
                    ? Phrase("; ended on the way, the same command goes on", "；中途結束，同一個指令會接著做") : Phrase("", ""))
        }
    }

    private func work(_ reader: BatchReader, _ index: BatchIndex, _ runner: inout BatchRunner) throws -> Outcome {
        var outcome = Outcome()
        let mine = reader.file.lines.filter { shard.has($0.place) }
        let progress = Progress(Phrase("running", "執行"))
        defer { progress.finish() }
        for (done, line) in mine.enumerated() {
            if Interruption.isAsked {
                outcome.isCut = true
                break
            }
            progress.update(done, of: mine.count, unit: Phrase("prompts", "個提示"))
            do {
                var item = try reader.item(line)
                if let entry = index.entry(of: item.id) {
                    try entry.checkIsOf(item)
                    if pages { try index.check(entry, has: "trace.html") }
                    if tensors { try index.check(entry, has: "tensors.safetensors") }
                    outcome.found += 1
                    continue
                }
                item.folder = index.freeFolder(item.folder)
                if let entry = try runner.run(item) {
                    try index.append(entry)
                    outcome.made += 1
                    progress.finish()
                    printOut(output + "/" + entry.folder)
                } else {
                    outcome.isCut = true
                }
            } catch let error as BatchStop {
                throw error.failure
            } catch {
                outcome.failed += 1
                progress.finish()
                let place = Phrase("\(prompts) line \(line.number): ", "\(prompts) 第 \(line.number) 行：")
                printError(Stepglass.oneLine(place + words(of: error)))
            }
        }
        return outcome
    }
}

/// What ends the whole batch: nothing can be written any more.
struct BatchStop: Error {
    let failure: Failure
}

/// A part of the lines: number `i` of `n`.
struct Shard: ExpressibleByArgument, Equatable {
    let number: Int
    let count: Int

    static let whole = Shard(number: 1, count: 1)
    /// What is said of a value that is none.
    static let taken = Phrase("it takes I/N, part I of N, as 1/4 to 4/4", "要寫 I/N，N 份中的第 I 份，例如 1/4 到 4/4")

    private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], (1...65536).contains(count),
            (1...count).contains(number)
        else { return nil }
        self.init(number: number, count: count)
    }

    var defaultValueDescription: String { "\(number)/\(count)" }

    /// Whether a line is of this part; `place` counts the lines that hold something, from 0.
    func has(_ place: Int) -> Bool { place % count == number - 1 }

    /// The index of this part.
    var indexName: String { count == 1 ? "index.jsonl" : "index-\(number)-of-\(count).jsonl" }
}
