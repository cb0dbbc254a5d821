// Records are never replaced in silence, and a run that is ended early keeps what it made.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct RecordTests {
    private let short = ["--model", "tiny", "--max-tokens", "2", "--record", "none", "--temperature", "0.9"]

    private func seeds(_ place: Workplace, _ folders: [String]) throws -> [Int?] {
        try folders.map { try place.json("\($0)/trace.json")["settings"]?["seed"]?.int }
    }

    @Test func aSecondRunTakesTheNextFolder() throws {
        let place = try Workplace()
        for seed in ["1", "2", "3"] {
            let run = try place.stepglass(["trace", "Hi there", "--seed", seed] + short)
            #expect(run.status == 0)
            #expect(run.errors.contains("is taken") == (seed != "1"), "\(run.errors)")
        }
        #expect(place.names("Output") == ["hi-there", "hi-there-2", "hi-there-3"])
        #expect(try seeds(place, ["Output/hi-there", "Output/hi-there-2", "Output/hi-there-3"]) == [1, 2, 3])
    }

    @Test func aNamedFolderIsRefused() throws {
        let place = try Workplace()
        #expect(try place.stepglass(["trace", "One", "--seed", "1", "-o", "run"] + short).status == 0)
        let second = try place.stepglass(["trace", "Two", "--seed", "2", "-o", "run"] + short)
        second.expectOneLine(1, "a folder with a record")
        #expect(second.errors.contains("--force"))
        #expect(try seeds(place, ["run"]) == [1])
        #expect(try place.stepglass(["trace", "Two", "--seed", "2", "-o", "run", "--force"] + short).status == 0)
        #expect(try seeds(place, ["run"]) == [2])
        // An empty folder is as good as none.
        try FileManager.default.createDirectory(atPath: place.path + "/empty", withIntermediateDirectories: true)
        #expect(try place.stepglass(["trace", "One", "-o", "empty"] + short).status == 0)
    }

    @Test func promptsWithoutLettersHaveFoldersOfTheirOwn() throws {
        let place = try Workplace()
        for prompt in ["?", "🙂"] { #expect(try place.stepglass(["trace", prompt] + short).status == 0) }
        #expect(place.names("Output") == ["u1f642", "u3f"])
    }

    @Test func picturesAndSavedRuns() throws {
        let place = try Workplace()
        let made = try place.stepglass("trace", "One", "--model", "tiny", "--max-tokens", "2", "-o", "run")
        #expect(made.status == 0, "\(made.errors)")
        // The same picture is there already; another one takes the next name.
        #expect(try place.stepglass("heatmap", "run").text == "run/attention.png\n")
        #expect(try place.stepglass("heatmap", "run", "--theme", "dark").text == "run/attention-2.png\n")
        let refused = try place.stepglass("heatmap", "run", "--scale", "1", "-o", "run/attention.png")
        refused.expectOneLine(1, "another picture of that name")
        #expect(refused.errors.contains("--force"))
        #expect(try place.stepglass("heatmap", "run", "--scale", "1", "-o", "run/attention.png", "--force").status == 0)
        let saved = try place.stepglass(
            "debug", "--trace", "run", "-e", "save a.json", "-e", "save a.json", "-e", "step", "-e", "export json",
            "-e", "export json")
        #expect(saved.status == 0 && place.names().contains("a.json"), "\(saved.text) \(saved.errors)")
        try place.write("a.json", Array("mine".utf8))
        let kept = try place.stepglass("debug", "--trace", "run", "-e", "save a.json")
        #expect((kept.text + kept.errors).contains("--force"))
        #expect(try place.bytes("a.json") == Array("mine".utf8))
        _ = try place.stepglass("debug", "--trace", "run", "-e", "save a.json --force")
        #expect(try place.json("a.json")["format"] != nil)
    }

    /// A stage that leaves nothing: the steps before it are the record, and it says so.
    @Test func aStepThatFailsKeepsTheOthers() throws {
        let place = try Workplace()
        let banned = (0..<2040).map(String.init).joined(separator: ",")
        let run = try place.stepglass(
            "trace", "1 2 3", "--model", "tiny", "--max-tokens", "100", "--no-repeat-n-gram", "1", "--ban-tokens",
            banned,
            "-o", "run")
        #expect(run.status == 1 && run.errors.contains("the steps before it are in run"), "\(run.errors)")
        let trace = try place.json("run/trace.json")
        #expect(trace["ended"]?.string == "error")
        #expect((trace["steps"]?.array?.count ?? 0) > 0 && trace["steps"]?.array?.last?["finish"]?.isNull == true)
        #expect(place.names("run") == ["attention.png", "trace.html", "trace.json"])
        #expect(try place.stepglass("show", "run").text.contains("ended by  an error"))
    }

    /// A run that gets a signal once its growing record has so many bytes; one that is quicker just ends.
    private static let signalled = """
        import glob, os, shutil, subprocess, sys, time
        from heeding import heed_signals
        size, number, times = map(int, sys.argv[1:])
        shutil.rmtree("run", ignore_errors=True)
        run = subprocess.Popen([os.environ["EXE"], "trace", "Once upon a time", "--model", "tiny", "--max-tokens", "250",
            "--ban-tokens", "0", "-o", "run", "--quiet"], stdout=subprocess.DEVNULL, preexec_fn=heed_signals)
        def written():
            try:
                return sum(os.path.getsize(part) for part in glob.glob("run/trace.json.part-*"))
            except FileNotFoundError:
                return 0
        while run.poll() is None and (not os.path.exists("run") or written() < size):
            time.sleep(0.001)
        while run.poll() is None and times > 0:
            run.send_signal(number)
            times -= 1
            time.sleep(0.005)
        sys.exit(1 if run.wait() else 0)
        """

    /// Signals at more than 50 random moments: whatever is on disk afterwards opens, and says how it ended.
    @Test(.needs(.python), arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalKeepsTheSteps(_ signal: Int32) throws {
        let place = try Workplace()
        var random = SplitMix64(state: UInt64(signal))
        // Sizes of every order of magnitude, each as likely.
        let sizes = [0, 1] + (0..<16).map { _ in Int(exp(Double.random(in: 3...14, using: &random))) }
        var interrupted = 0
        for (number, size) in sizes.enumerated() {
            // The first signal asks, another one ends the program at once.
            let times = number.isMultiple(of: 2) ? 1 : 1_000
            let run = try place.python(Self.signalled, "\(size)", "\(signal)", "\(times)")
            if place.names("run").isEmpty { continue }
            #expect(place.names("run").allSatisfy { !$0.contains(".part") } || times > 1 && run.status != 0)
            guard place.names("run").contains("trace.json") else { continue }
            let trace = try place.json("run/trace.json")
            let finish = trace["steps"]?.array?.last?["finish"]?.string
            #expect((trace["ended"]?.string == "interrupted") == (finish == nil), "\(run.errors)")
            #expect(try place.stepglass("show", "run").status == 0)
            interrupted += trace["ended"]?.string == "interrupted" ? 1 : 0
        }
        #expect(interrupted > 0)
    }
}
