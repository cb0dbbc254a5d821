// A saved run goes on: the model is found, the steps stay the record's own, and what follows is as if nobody had stopped.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct ContinueTests {
    private let run = ["trace", "Once upon a time", "--model", "tiny", "--seed", "3", "--quiet"]

    private func debug(_ place: Workplace, _ commands: String..., trace: String = "run") throws -> ProgramOutcome {
        try place.stepglass(["debug", "--trace", trace] + commands.flatMap { ["-e", $0] })
    }

    /// All of a trace but what it cost.
    private func withoutTimes(_ value: JSONValue) -> [String: JSONValue] {
        let keys = ["prompt", "settings", "text", "attention", "model", "engine", "notes"]
        return Dictionary(uniqueKeysWithValues: keys.compactMap { key in value[key].map { (key, $0) } })
    }

    private func steps(_ value: JSONValue) -> [[JSONValue?]] {
        (value["steps"]?.array ?? []).map { step in
            ["token", "candidates", "stages", "draw", "finish", "entropyBitsRaw", "lens"].map { step[$0] }
        }
    }

    @Test(arguments: [[], ["--record", "hidden"], ["--repetition-penalty", "1.3", "--temperature", "0.7"]])
    func moreTokensAreThoseOfALongerRun(_ options: [String]) throws {
        let place = try Workplace()
        // The end token is barred.
        let limits = ["--ban-tokens", "0"] + options
        #expect(try place.stepglass(run + ["--max-tokens", "5", "-o", "run"] + limits).status == 0)
        #expect(try place.stepglass(run + ["--max-tokens", "12", "-o", "long"] + limits).status == 0)
        let outcome = try debug(place, "run to end", "set max-tokens 12", "run to end", "save longer.json")
        #expect(outcome.status == 0, "\(outcome.text)")
        let (long, longer) = (try place.json("long/trace.json"), try place.json("longer.json"))
        #expect(steps(longer).count == 12 && steps(longer) == steps(long))
        #expect(withoutTimes(longer) == withoutTimes(long))
    }

    @Test func changesGoOnFromARecord() throws {
        let place = try Workplace()
        #expect(
            try place.stepglass(run + ["--max-tokens", "6", "--min-tokens", "6", "-o", "run"]).status == 0)
        for change in ["force #300", "set temperature 2", "ablate 1.0"] {
            let outcome = try debug(place, "run to 2", change, "run to end", "save changed.json --force")
            #expect(outcome.status == 0, "\(change): \(outcome.text)")
            let (old, new) = (try place.json("run/trace.json"), try place.json("changed.json"))
            #expect(Array(steps(new).prefix(3)) == Array(steps(old).prefix(3)), "\(change)")
            #expect(steps(new).count == 6 && steps(new) != steps(old), "\(change)")
            let verified = try place.stepglass("verify", "changed.json")
            #expect(verified.status == 0, "\(change): \(verified.text) \(verified.errors)")
        }
        // A record with settings that changed on the way goes on too.
        let again = try debug(
            place, "run to end", "set max-tokens 9", "run to end", "save again.json", trace: "changed.json")
        #expect(again.status == 0, "\(again.text)")
        #expect(steps(try place.json("again.json")).count == 9)
        #expect(try place.stepglass("verify", "again.json").status == 0)
    }

    /// A run that was ended early goes on by stepping.
    @Test func anInterruptedRunGoesOn() throws {
        let place = try Workplace()
        #expect(
            try place.stepglass(run + ["--max-tokens", "8", "--ban-tokens", "0", "--record", "none", "-o", "run"])
                .status == 0)
        var text = String(decoding: try place.bytes("run/trace.json"), as: UTF8.self)
        let whole = steps(try place.json("run/trace.json"))
        // As if it had ended after the third step.
        let outcome = try place.python(
            """
            import json
            t = json.load(open("run/trace.json"))
            t["steps"] = t["steps"][:3]; t["ended"] = "interrupted"
            t["text"] = "".join(s["token"]["text"] for s in t["steps"])
            json.dump(t, open("cut.json", "w"))
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        text = try debug(place, "run to end", "step", "run to end", "save on.json", trace: "cut.json").text
        #expect(steps(try place.json("on.json")) == whole, "\(text)")
        #expect(try place.json("on.json")["ended"] == nil)
    }

    @Test func whatIsAskedInVainIsSaid() throws {
        let place = try Workplace()
        #expect(try place.stepglass(run + ["--max-tokens", "5", "--min-tokens", "5", "-o", "run"]).status == 0)
        let few = try debug(place, "run to end", "set max-tokens 2")
        #expect(few.status == 1 && few.errors.contains("go back first"), "\(few.errors)")
        let none = try debug(place, "set max-tokens 0")
        #expect(none.status == 1 && none.errors.contains("at least 1"), "\(none.errors)")
        // Another model's numbers would not be those of the record.
        let other = try place.python(
            """
            t = open("run/trace.json").read().replace("stepglass-tiny", "no-such-model")
            open("gone.json", "w").write(t)
            """)
        #expect(other.status == 0)
        let gone = try debug(place, "run to 1", "set top-k 3", trace: "gone.json")
        #expect(gone.status == 1 && gone.errors.contains("--model"), "\(gone.errors)")
        // Looking needs no model.
        #expect(try debug(place, "run to end", "back", "print p(chosen)", trace: "gone.json").status == 0)
    }
}
