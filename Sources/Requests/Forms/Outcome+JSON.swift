// What a command came to, as data; the same in words stands beside it as the debugger's lines.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension JSONWriter {
    /// `{"kind", …}`; `attachment` is the place of the file that is asked for.
    mutating func value(_ outcome: Outcome, attachment: Int? = nil) {
        object { json in
            json.member("kind", outcome.kind)
            switch outcome {
            case .nothing, .quit, .help, .several: break
            case .stopped(let stop): json.members(stop)
            case .frame(let frame, let step): json.members(frame, step: step)
            case .place(let place, let steps):
                json.members(place)
                json.member("steps", steps)
            case .said(let phrase): json.member("message", phrase)
            case .breakpoint(let point, _): json.members(point)
            case .answered(let answered): json.members(answered)
            case .series(let series): json.members(series)
            case .info(let table): json.members(table)
            case .why(let path): json.members(path)
            case .lens(let table): json.members(table)
            case .sweep(let table): json.members(table)
            case .asserted(let answered, let holds):
                json.members(answered)
                json.member("holds", holds)
            case .branched(let branch, let stop):
                json.key("branch")
                json.value(branch)
                json.key("stop")
                json.value(.stopped(stop))
            case .difference(let difference, let from, let to):
                json.member("from", from)
                json.member("to", to)
                json.member("forkStep", difference.forkStep)
                json.member("sharedSteps", difference.sharedSteps)
            case .file(let request):
                json.member("path", request.path)
                if case .export(let format) = request.kind {
                    json.member("format", format.rawValue)
                } else {
                    json.member("format", "trace")
                }
                json.member("attachment", attachment)
            case .language(let language): json.member("language", language.rawValue)
            case .fault(let error):
                json.key("error")
                json.value(RequestError.debugger(error))
            }
        }
    }

    private mutating func members(_ place: Place) {
        member("branch", place.branch)
        member("step", place.step)
        array("frames") { json in for frame in place.frames { json.value(frame.title) } }
    }

    private mutating func members(_ stop: Stop) {
        members(stop.place)
        member("reason", stop.reason.kind)
        switch stop.reason {
        case .breakpoints(let hits), .changed(_, let hits):
            array("breakpoints") { json in for hit in hits { json.value(hit.id) } }
        case .end(let finish): member("finish", finish?.rawValue)
        default: break
        }
        if case .changed(let changes, _) = stop.reason {
            array("watches") { json in for change in changes { json.value(change.id) } }
        }
        array("displays") { json in
            for answered in stop.displays { json.object { json in json.members(answered) } }
        }
    }

    private mutating func members(_ point: Breakpoint) {
        member("id", point.id)
        member("source", point.question.source)
        member("enabled", point.isEnabled)
        member("temporary", point.isTemporary)
        member("hits", point.hits)
    }

    private mutating func members(_ series: Series) {
        member("id", series.id)
        member("source", series.question.source)
        member("unit", series.question.unit.rawValue)
        array("numbers") { json in
            for number in series.numbers { if let number { json.value(number) } else { json.null() } }
        }
    }

    private mutating func members(_ table: LensTable) {
        member("step", table.step)
        key("token")
        value(table.token)
        array("readings") { json in
            for reading in table.readings {
                json.object { json in
                    // 0 is the embedding, n the output of layer n − 1.
                    json.member("layer", reading.layer)
                    json.member("logit", reading.logit)
                    json.member("probability", reading.probability)
                    json.member("rank", reading.rank)
                }
            }
        }
    }

    private mutating func members(_ table: SweepTable) {
        member("step", table.step)
        key("token")
        value(table.token)
        members(table.sweep.standing)
        array("heads") { json in
            for effect in table.sweep.effects {
                json.object { json in
                    json.member("layer", effect.layer)
                    json.member("head", effect.head)
                    json.members(effect.without)
                }
            }
        }
    }

    private mutating func members(_ standing: TokenStanding) {
        member("logit", standing.logit)
        member("probability", standing.probability)
        member("rank", standing.rank)
    }

    mutating func value(_ token: TokenReference) {
        object { json in
            json.member("id", token.id)
            json.member("bytes", token.bytes.map { hexadecimal($0) })
        }
    }
}

extension Outcome {
    /// Its name in an answer.
    fileprivate var kind: String {
        switch self {
        case .nothing: "nothing"
        case .stopped: "stopped"
        case .frame: "frame"
        case .place: "place"
        case .said: "said"
        case .breakpoint: "breakpoint"
        case .answered: "answered"
        case .series: "series"
        case .info: "info"
        case .why: "why"
        case .lens: "lens"
        case .sweep: "sweep"
        case .asserted: "asserted"
        case .branched: "branched"
        case .difference: "difference"
        case .file: "file"
        case .help: "help"
        case .several: "several"
        case .fault: "fault"
        case .language: "language"
        case .quit: "quit"
        }
    }
}

extension StopReason {
    fileprivate var kind: String {
        switch self {
        case .moved: "moved"
        case .breakpoints: "breakpoints"
        case .changed: "changed"
        case .start: "start"
        case .end: "end"
        case .interrupted: "interrupted"
        }
    }
}
