// The package.json of an extension for Visual Studio Code and its kin: it names the command and what a configuration may
// say, and has no code.
internal import JSONText
internal import Phrases

/// How an editor's documents of a run are called.
enum RunLanguage {
    static let id = "stepglass-run"
    static let mediaType = "text/x-stepglass-run"
    static let suffix = ".tokens"
}

/// The text of package.json.
///
/// - Parameters:
///   - program: the command that the editor starts.
///   - version: of this program.
public func editorPackage(program: String, version: String) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
        json.member("name", "stepglass")
        json.member("displayName", "Stepglass 步鏡")
        json.member("description", "Steps through what a language model writes, token by token, both ways.")
        json.member("version", version)
        json.member("publisher", "stepglass")
        json.member("license", "Apache-2.0")
        json.object("engines") { json in json.member("vscode", "^1.80.0") }
        json.array("categories") { json in json.value("Debuggers") }
        json.newline()
        json.object("contributes") { json in
            json.array("languages") { json in
                json.object { json in
                    json.member("id", RunLanguage.id)
                    json.array("aliases") { json in json.value("Stepglass run") }
                    json.array("extensions") { json in json.value(RunLanguage.suffix) }
                    json.array("mimetypes") { json in json.value(RunLanguage.mediaType) }
                }
            }
            json.array("breakpoints") { json in
                json.object { json in json.member("language", RunLanguage.id) }
            }
            json.newline()
            json.array("debuggers") { json in writeDebugger(program, &json) }
        }
    }
    return json.bytes + [0x0A]
}

private func writeDebugger(_ program: String, _ json: inout JSONWriter) {
    json.object { json in
        json.member("type", "stepglass")
        json.member("label", "Stepglass")
        json.array("languages") { json in json.value(RunLanguage.id) }
        json.member("runtime", program)
        json.array("args") { json in json.value("dap") }
        json.newline()
        json.object("configurationAttributes") { json in
            for (request, rows, required) in [
                ("launch", LaunchAttribute.all.filter { $0.isForLaunch }, [String]()),
                ("attach", LaunchAttribute.all.filter { $0.isForAttach }, [LaunchAttribute.trace.name]),
            ] {
                json.object(request) { json in
                    json.array("required") { json in for name in required { json.value(name) } }
                    json.object("properties") { json in
                        for row in rows {
                            json.newline()
                            json.key(row.name)
                            row.write(to: &json, .english)
                        }
                    }
                }
            }
        }
        json.newline()
        json.array("initialConfigurations") { json in writeExample(&json) }
        json.array("configurationSnippets") { json in
            json.object { json in
                json.member("label", "Stepglass: a prompt")
                json.member("description", "Steps through a run of a model.")
                json.key("body")
                writeExample(&json)
            }
        }
    }
}

private func writeExample(_ json: inout JSONWriter) {
    json.object { json in
        json.member("type", "stepglass")
        json.member("request", "launch")
        json.member("name", "Stepglass")
        json.member(LaunchAttribute.prompt.name, "The capital of France is")
        json.member(LaunchAttribute.maxTokens.name, 20)
        json.object(LaunchAttribute.settings.name) { json in json.member("temperature", 0.7) }
    }
}
