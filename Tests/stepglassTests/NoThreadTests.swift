// A system that gives no thread: whatever can be done by one alone is done so, and a server says in one line that it cannot be.
import Foundation
import TestTools
import Testing

#if os(Linux)
    @Suite(.needs(.command, .python)) struct NoThreadTests {
        /// Runs the command as somebody who may have this one process and no thread beside it. Threads of root are not
        /// counted, so that it is run by another user then, who may not reach where it lies.
        private func alone(_ place: Workplace, _ words: String) throws -> ProgramOutcome {
            let user = geteuid() == 0 ? "setpriv --reuid 54321 --clear-groups " : ""
            return try place.shell(
                "chmod 777 . && cp \"$EXE\" stepglass && timeout -s KILL 120 \(user)prlimit --nproc=1 ./stepglass \(words)"
            )
        }

        @Test(
            "what one thread can do",
            arguments: [
                "trace hi --model tiny --max-tokens 2 --threads 4 -o out/run", "lesson lint --lessons Exam --seeds 1",
                "lesson grade Class -o out/grades", "lesson book --one-file --lesson 1 -o out/book.html",
                "batch lines.jsonl --model tiny --max-tokens 2 -o out/batch",
                "debug hi --model tiny --max-tokens 2 -e step -e 'print top(2)'",
            ])
        func works(_ words: String) throws {
            let place = try Workplace()
            _ = try place.stepglass("lesson", "new", "21-exam", "--lessons", "Exam", "--hidden")
            for name in ["amy", "bo"] {
                try place.hand("Class/\(name).json", student: name, language: "en", [("sliver", "one")])
            }
            try place.write("lines.jsonl", Array("{\"prompt\":\"hi\"}\n{\"prompt\":\"ho\"}\n".utf8))
            _ = try place.shell("mkdir out && chmod 777 out")
            let run = try alone(place, words)
            #expect(run.status == 0 && !run.errors.contains("stepglass: "), "\(words): \(run.status) \(run.errors)")
            #expect(words.hasPrefix("debug") || words.contains("lint") || !place.names("out").isEmpty, "\(words)")
            let left = try place.shell("find . -name '*.part-*'")
            #expect(left.text.isEmpty, "\(words): \(left.text)")
        }

        @Test(
            "what needs a second one",
            arguments: [
                "serve --model tiny --port 0 --no-open", "serve --class 7b --port 0 --no-open", "dap </dev/null",
            ])
        func isRefused(_ words: String) throws {
            let place = try Workplace()
            let run = try alone(place, words)
            run.expectOneLine(1, words)
            #expect(run.errors.contains("thread"), "\(words): \(run.errors)")
        }
    }
#endif
