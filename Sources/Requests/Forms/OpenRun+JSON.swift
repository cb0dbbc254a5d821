// How a run stands, for a front end that keeps nothing of it.
internal import Debugging
internal import Generation
internal import JSONText
internal import Kernels
internal import Phrases
internal import Traces

extension JSONWriter {
    /// `{"run","branch","step","frames","steps","finish","canGoOn","text","collecting","tokenPasses","branches","unsaved",
    /// "settingNames"}`; `step` is null at the prompt. With the prompt also `"model","settings","prompt","notes"`.
    mutating func value(_ run: OpenRun, withPrompt: Bool) {
        let debugger = run.debugger
        let (trace, place) = (debugger.trace, debugger.place)
        object { json in
            json.member("run", run.number)
            json.member("branch", place.branch)
            json.member("step", place.step)
            json.array("frames") { json in for frame in place.frames { json.value(frame.title) } }
            json.member("steps", trace.steps.count)
            json.member("finish", trace.steps.last?.finish?.rawValue)
            json.member("canGoOn", debugger.canGoOn)
            json.member("text", trace.text)
            json.member("collecting", debugger.isCollecting)
            json.member("tokenPasses", run.live?.tokenPasses())
            json.array("branches") { json in for branch in debugger.branches { json.value(branch) } }
            json.array("unsaved") { json in for branch in debugger.unsavedBranches { json.value(branch) } }
            json.array("settingNames") { json in for name in debugger.settingNames { json.value(name) } }
            guard withPrompt else { return }
            json.key("model")
            json.value(trace.model)
            json.key("settings")
            json.value(trace.settings)
            json.object("prompt") { json in
                json.member("text", trace.prompt.text)
                json.member("rendered", trace.prompt.rendered)
                json.array("tokens") { json in for token in trace.prompt.tokens { json.value(token) } }
            }
            json.array("notes") { json in for note in trace.notes { json.value(note) } }
        }
    }

    mutating func value(_ branch: Branch) {
        object { json in
            json.member("id", branch.id)
            json.member("name", branch.name)
            json.member("parent", branch.parent)
            json.member("sharedSteps", branch.sharedSteps)
            json.member("steps", branch.steps)
            json.array("changes") { json in for change in branch.inherited + branch.changes { json.value(change) } }
            json.member("ending", String(decoding: branch.ending, as: UTF8.self))
            json.member("isLive", branch.isLive)
        }
    }
}
