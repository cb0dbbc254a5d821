// One line of a batch becomes a record.
internal import Engines
internal import Generation
internal import Phrases
internal import Traces
internal import Viewer

/// Runs items on one model, one after the other.
struct BatchRunner {
    private let model: LanguageModel
    private let engine: EngineInfo
    private let index: BatchIndex
    private let page: PageEngine?
    private let pages: Bool
    private let tensors: Bool
    /// Where the model runs when not here.
    private let elsewhere: Engine?

    init(
        model: LanguageModel, engine: EngineInfo, index: BatchIndex, elsewhere: Engine? = nil, pages: Bool,
        tensors: Bool
    ) {
        (self.model, self.engine, self.index, self.elsewhere) = (model, engine, index, elsewhere)
        (self.pages, self.tensors) = (pages, tensors)
        // A model in every page would be most of the batch's bytes.
        page = pages ? PageEngine.records : nil
    }

    /// Makes the record of an item, in place of what an interrupted run may have left of it.
    ///
    /// - Returns: its line of the index; nil where the run was asked to end before it was complete.
    mutating func run(_ item: BatchItem) throws -> BatchEntry? {
        var settings = item.settings
        if settings.chat, settings.date == nil { settings.date = today() }
        let reading = try model.read(item.text, settings: settings)
        if !reading.usesDate { settings.date = nil }
        if let elsewhere { return try run(item, reading, settings, elsewhere) }
        let session = try Session(model, reading: reading, settings: settings, engine: engine)
        session.prefill { _, _ in !Interruption.isAsked }
        if Interruption.isAsked { return nil }
        var files = try files(of: item)
        try writing { try files.json.begin(session.trace) }
        if settings.beams > 1 {
            let beams = try BeamRun(session)
            while !beams.isFinished && !Interruption.isAsked { try beams.advance() }
            if Interruption.isAsked { return nil }
            try beams.finish()
            for step in session.trace.steps { try writing { try files.json.append(step) } }
        } else {
            while !Interruption.isAsked, let (step, _) = try session.step() {
                try writing { try files.json.append(step) }
            }
        }
        // Half a run is no record of the line: it is made again from its beginning.
        if Interruption.isAsked { return nil }
        session.finish(peakMemoryBytes: peakMemoryBytes())
        try writing { try files.finish(session.trace, tensors: tensors) }
        return BatchEntry(item, session.trace, bytes: files.json.byteCount)
    }

    /// The same through another engine.
    private func run(
        _ item: BatchItem, _ reading: PromptReading, _ settings: Settings, _ elsewhere: Engine
    ) throws -> BatchEntry? {
        let session = try EngineSession(elsewhere, model, reading: reading, settings: settings, program: engine)
        var files = try files(of: item)
        do {
            try session.foresee()
            try writing { try files.json.begin(session.trace) }
            while !Interruption.isAsked, let (step, _) = try session.step() {
                try writing { try files.json.append(step) }
            }
        } catch let error as EngineError {
            if !Interruption.isAsked { throw error }
        }
        if Interruption.isAsked { return nil }
        session.finish(peakMemoryBytes: peakMemoryBytes())
        try writing { try files.finish(session.trace, tensors: false) }
        return BatchEntry(item, session.trace, bytes: files.json.byteCount)
    }

    /// The files of an item's record. What is in the folder is replaced: ``BatchIndex/freeFolder(_:)`` gives none that
    /// has anybody else's record.
    private func files(of item: BatchItem) throws -> RunFiles {
        try writing {
            try index.begin(item.folder)
            return try RunFiles(
                .named(index.folder + "/" + item.folder, force: true), engine: page, isTraceAlone: !pages)
        }
    }

    /// What cannot be written ends the batch: no other line could be either.
    private func writing<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch { throw BatchStop(failure: Failure(error)) }
    }
}
