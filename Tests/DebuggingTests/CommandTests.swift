// The commands that people know from other debuggers, as values: what stops, where, and what is done there.
import Debugging
import Phrases
import Testing
import TraceSamples
import Traces

@Suite struct CommandTests {
    private func lines(_ debugger: Debugger, _ script: String) throws -> [Outcome] {
        try script.split(separator: "\n").map { try debugger.execute(line: String($0)) }
    }

    private func text(_ outcome: Outcome) -> String {
        TextRenderer(width: 200).lines(outcome).joined(separator: "\n")
    }

    /// The steps at which `continue` stops, from the prompt on.
    private func stops(_ debugger: Debugger) throws -> [Int] {
        _ = try debugger.execute(.runTo(Debugger.prompt))
        var found: [Int] = []
        while case .stopped(let stop) = try debugger.execute(.continue), let step = stop.place.step {
            switch stop.reason {
            case .breakpoints, .changed: found.append(step)
            default: return found
            }
        }
        return found
    }

    private var debugger: Debugger { Debugger(sampleTrace(SampleShape { $0.steps = 30 })) }

    @Test func aShortFormStandsForOneCommand() {
        let words = CommandName.allCases.flatMap { [$0.rawValue] + $0.aliases }
        #expect(Set(words).count == words.count, "\(words.sorted())")
    }

    @Test func aStepAndAConditionTogether() throws {
        let here = debugger
        _ = try lines(here, "break 3 if entropy(raw) >= 0\nbreak 4 if entropy(raw) < 0\nbreak if step == 7")
        #expect(try stops(here) == [3, 7])
        #expect(throws: DebuggingError.self) { try here.execute(line: "break 3 if") }
        #expect(throws: DebuggingError.self) { try here.execute(line: "break 3 if entropy") }
    }

    @Test func ignoredTimesPassAndCount() throws {
        let here = debugger
        _ = try lines(here, "break step >= 5\nignore 1 3")
        #expect(try stops(here).first == 8)
        #expect(here.currentBreakpoints[0].hits == 25 && here.currentBreakpoints[0].ignoring == 0)
        _ = try lines(here, "run to start\nignore 1 2\nignore 1 0")
        #expect(try stops(here).first == 5)
        for wrong in ["ignore", "ignore 9 1", "ignore 1 -2", "ignore 1 2 3", "ignore x 1"] {
            #expect(throws: DebuggingError.self, "\(wrong)") { try here.execute(line: wrong) }
        }
    }

    /// A word as long as a text is no name, and is compared with none; a line ends.
    @Test(.timeLimit(.minutes(20))) func endlessLines() throws {
        let debugger = Debugger([sampleTrace()])
        for word in ["f", "\u{1100}", "\u{1F469}\u{200D}", "\u{1F1F9}", "e\u{301}\u{323}"] {
            let long = String(repeating: word, count: 60_000 / word.utf8.count)
            for line in [long, "help \(long)", "set \(long) 3", "info \(long)", "print \(long)"] {
                #expect(throws: DebuggingError.self, "\(line.prefix(20))") { try debugger.execute(line: line) }
            }
            let whole = String(repeating: word, count: 3_000_000 / word.utf8.count)
            for line in [whole, "help \(whole)", "set \(whole) 3"] {
                do {
                    _ = try debugger.execute(line: line)
                    Issue.record("carried out")
                } catch { #expect("\(error)".contains("a command has 65536 at most"), "\("\(error)".prefix(200))") }
            }
        }
    }

    /// A line whose accents cost too much is compared with nothing, wherever it is typed.
    @Test(arguments: ["", "x", "print ", "set ", "break entropy > 2 ", "\t"]) func linesOfAccents(_ before: String)
        throws
    {
        let line = before + String(repeating: "\u{301}\u{316}", count: 1_025)
        let says = Phrase("the line: a character has thousands of accents", "這一行：有一個字元帶了數千個附加符號")
        let here = debugger
        #expect(throws: DebuggingError.command(says)) { try here.execute(line: line) }
        #expect(here.completions(of: line).candidates.isEmpty)
        _ = try lines(here, "break 3\ncommands 1")
        #expect(throws: DebuggingError.command(says)) { try here.execute(line: line) }
    }

    @Test func commandsAreDoneAtEachStop() throws {
        let here = debugger
        _ = try lines(
            here,
            "break 3\nbreak 6\ncommands 1\nprint step\ncontinue\nprint 99\nend\ncommands\nsilent\nprint step * 2\nend")
        #expect(!here.isCollecting)
        guard case .several(let outcomes) = try here.execute(.run) else { throw Wrong() }
        let said = outcomes.map(text)
        // The first stop with its answer, then the second one without: what stands behind a movement is not done.
        #expect(
            said.count == 3 && said[0].contains("breakpoint 1") && said[1] == "step = 3" && said[2] == "step * 2 = 12")
        #expect(here.place.step == 6)
        // A line that is no command is refused, and the others stay; nothing at all takes them back.
        _ = try here.execute(line: "commands 1")
        #expect(throws: DebuggingError.self) { try here.execute(line: "prnt 3") }
        #expect(throws: DebuggingError.self) { try here.execute(line: "commands 2") }
        _ = try here.execute(line: "end")
        #expect(here.currentBreakpoints[0].commands.isEmpty && here.currentBreakpoints[1].commands.count == 2)
        #expect(throws: DebuggingError.self) { try here.execute(line: "end") }
        #expect(throws: DebuggingError.self) { try here.execute(line: "commands 7") }
    }

    /// Commands that lead to their own breakpoint end by themselves.
    @Test func commandsCannotGoOnForEver() throws {
        let here = debugger
        _ = try lines(here, "break 2\ncommands\nsilent\nrun\nend")
        guard case .fault = try here.execute(.run) else { throw Wrong() }
    }

    @Test func untilGoesAheadOnly() throws {
        let here = debugger
        _ = try here.execute(line: "until 4")
        #expect(here.place.step == 4)
        #expect(throws: DebuggingError.self) { try here.execute(line: "until 4") }
        _ = try lines(here, "tbreak 6\nuntil 9")
        #expect(here.place.step == 6)
        _ = try here.execute(line: "until step == 11")
        #expect(here.place.step == 11)
        _ = try here.execute(line: "until")
        #expect(here.place.step == 12)
        guard case .stopped(let stop) = try here.execute(line: "until step > 99") else { throw Wrong() }
        #expect(stop.reason == .end(.eos) && here.place.step == 29)
    }

    @Test func aWatchCanStopWhereItsValueChanges() throws {
        let here = debugger
        _ = try lines(here, "watch entropy\nwatch stop step >= 10")
        #expect(try stops(here) == [10])
        guard case .stopped(let stop) = try here.execute(.reverseContinue),
            case .changed(let changes, let hits) = stop.reason
        else { throw Wrong() }
        #expect(stop.place.step == 9 && hits.isEmpty && changes.map(\.id) == [2])
        #expect(changes[0].old.value == .boolean(true) && changes[0].new.value == .boolean(false))
        _ = try lines(here, "unwatch 2")
        #expect(try stops(here).isEmpty)
    }

    @Test func listGoesOnAndBack() throws {
        let here = debugger
        let prompt = here.trace.prompt.tokens.count
        func positions(_ line: String) throws -> [Int] {
            guard case .info(.listing(let rows)) = try here.execute(line: line) else { throw Wrong() }
            return rows.map(\.position)
        }
        _ = try here.execute(line: "run to 10")
        let first = try positions("list")
        #expect(first == Array((prompt + 5)..<(prompt + 15)))
        #expect(try positions("list") == first.map { $0 + 10 })
        #expect(try positions("list 10") == first && positions("list -") == first.map { $0 - 10 })
        #expect(try positions("list 2,4") == [prompt + 2, prompt + 3, prompt + 4])
        _ = try here.execute(line: "step")
        #expect(try positions("list") == first.map { $0 + 1 }, "a movement begins anew")
        for wrong in [
            "list x", "list 99", "list \(Int.max)", "list \(Int.max - 5),\(Int.max)", "list 4,2", "list 1,2,3",
        ] {
            #expect(throws: DebuggingError.self, "\(wrong)") { try here.execute(line: wrong) }
        }
    }

    @Test func checkpointsComeBackAndKeepWhatTheyRemember() throws {
        let here = Debugger(SampleMaker(steps: 20))
        _ = try lines(here, "checkpoint start\nset top_k 5\nstep 3\ncheckpoint")
        // At a checkpoint a setting is not changed in place: the checkpoint would be another.
        #expect(here.place.branch == 2 && here.trace.steps.count == 3)
        _ = try here.execute(line: "step in")
        _ = try here.execute(line: "restart start")
        #expect(here.place == Place(branch: 1, step: nil, frames: []))
        _ = try here.execute(line: "restart 2")
        #expect(here.place == Place(branch: 2, step: 2, frames: []))
        for wrong in ["checkpoint start", "checkpoint 7", "restart nowhere", "delete checkpoint 9"] {
            #expect(throws: DebuggingError.self, "\(wrong)") { try here.execute(line: wrong) }
        }
        _ = try here.execute(line: "delete checkpoint 1")
        #expect(throws: DebuggingError.self) { try here.execute(line: "restart 1") }
    }

    @Test func forceChangesTheStepOfTheCursor() throws {
        let here = Debugger(SampleMaker(steps: 10))
        _ = try here.execute(line: "run to 4")
        let old = here.trace
        let wanted = old.steps[4].candidates[2]
        guard case .several(let outcomes) = try here.execute(line: "force #\(wanted.id)") else { throw Wrong() }
        #expect(here.place.step == 4 && here.place.branch == 2 && here.currentStep?.token.id == wanted.id)
        #expect(text(outcomes[0]).contains("step 4") && text(outcomes[0]).contains(quoted(old.steps[4].token.bytes)))
        #expect(here.trace.steps[..<4].elementsEqual(old.steps[..<4]))
        _ = try here.execute(line: "force next #\(wanted.id)")
        #expect(here.place.step == 5 && here.currentStep?.token.id == wanted.id)
        _ = try here.execute(line: "force top(2)")
        #expect(here.place.step == 5, "asked of the step itself")
    }

    private struct Wrong: Error {}
}

@Suite struct SpellingTests {
    private let trace = sampleTrace()

    private func answer(_ source: String, at step: Int = 3) throws -> QuestionValue {
        try Question(source, in: QuestionScope(trace)).value(at: step, in: TraceReader(trace))
    }

    @Test(arguments: [
        "kept(top_k)", "kept(top-k)", "kept(\"top-k\")", "kept(\"top_k\")", "kept(topK)", "kept(stage: top-k)",
    ]) func stagesInEverySpelling(_ source: String) throws {
        #expect(try answer(source) == answer("kept(top_k)"))
        #expect(try answer(source + " - 1") == answer("kept(top_k) - 1"))
    }

    @Test func namesOnEitherSide() throws {
        for name in ["top-p", "top_p", "\"top-p\"", "\"top_p\"", "topP"] {
            #expect(try answer("by(top(2)) == \(name)") == answer("by(top(2)) == top_p"), "\(name)")
            #expect(try answer("\(name) == by(top(2))") == answer("by(top(2)) == top_p"), "\(name)")
            #expect(try answer("parameter(\(name), p)") == answer("parameter(top_p)"), "\(name)")
            #expect(try answer("parameter(\(name), \(name))") == answer("parameter(top_p)"), "\(name)")
        }
        #expect(try answer("finish == \"none\"").isTrue && answer("\"none\" == finish").isTrue)
        #expect(try answer("logSumExp") == answer("logsumexp") && answer("entropy(\"raw\")") == answer("entropy(raw)"))
        // What subtracts still does.
        #expect(try answer("step-position") == .number(Double(3 - trace.steps[3].position)))
        #expect(throws: DebuggingError.self) { try answer("kept(top-q)") }
        #expect(throws: DebuggingError.self) { try answer("kept(\"top q\")") }
    }

    @Test func setsAreAnyOfTheirMembers() throws {
        let own = quoted(trace.steps[3].token.bytes)
        #expect(try answer("token in {\" nowhere\", \(own)}").isTrue)
        #expect(try answer("token not in {\" nowhere\", \(own)}") == .boolean(false))
        #expect(try answer("token in {#\(trace.steps[3].token.id)}").isTrue)
        #expect(try answer("step in {1, 3, 5}").isTrue && answer("step in {1, 5}") == .boolean(false))
        #expect(
            try answer("finish in {eos, none}").isTrue && answer("by(top(2)) in {top-k, \"top_p\", min_p, none}").isTrue
        )
        #expect(try answer("not step in {1} and step in {3}").isTrue)
        if case .unknown = try answer("rank(\"no such token\") in {1, 2}") {} else { Issue.record("known") }
        for wrong in [
            "token in {}", "token in {1}", "step in {\"a\"}", "{1} == step", "token in {\" a\"", "entropy in {raw}",
        ] {
            #expect(throws: DebuggingError.self, "\(wrong)") { try answer(wrong) }
        }
    }

    @Test func aForgottenBlankIsTold() throws {
        let debugger = Debugger(trace)
        let place = try #require(trace.steps.firstIndex { $0.token.bytes.first == 0x20 && $0.token.bytes.count > 3 })
        let bare = quoted(Array(trace.steps[place].token.bytes.dropFirst()))
        let full = quoted(trace.steps[place].token.bytes)
        _ = try debugger.execute(.runTo(place))
        let say = { (line: String) in
            TextRenderer(width: 200).lines(try debugger.execute(line: line)).joined(separator: "\n")
        }
        for line in [
            "print token == \(bare)", "print token in {\(bare)}", "print p(\(bare))", "break token == \(bare)",
            "assert token == \(bare)", "why \(bare)", "watch rank(\(bare))", "display p(\(bare))",
            "print \(bare) in candidates",
        ] {
            let answer = try say(line)
            #expect(answer.contains(full) && answer.contains("leading blank"), "\(line): \(answer)")
        }
        for line in [
            "print token == \(full)", "break token == \(full)", "print text contains \(bare)", "print p(\(full))",
        ] {
            #expect(try !say(line).contains("leading blank"), "\(line)")
        }
    }
}
