// Finds the model that a trace was made with: by its hash and names, or where the user says it is.
internal import Engines
internal import Phrases
internal import Generation
internal import Traces

/// Opens the model of a trace: what `--model` names, or the one the trace's hash, file or name points to.
func openModel(of trace: Trace, _ options: ModelOptions) throws -> OpenedModel {
    try openModel(of: trace, named: options.model)
}

func openModel(of trace: Trace, named choice: String?) throws -> OpenedModel {
    if let origin = trace.engineOrigin {
        let server = readable(origin.server)
        throw Failure(
            "the trace's numbers come from another engine (\(server)), so that no model here can make them again; run its prompt once more: stepglass trace --engine",
            "這份紀錄的數值來自另一個引擎（\(server)），這裡的模型無法重現；請重新執行提示：stepglass trace --engine")
    }
    return try openModel(try choice ?? recordedModel(trace.model))
}

func loadModel(of trace: Trace, _ options: ModelOptions) throws -> LanguageModel {
    try loadModel(try openModel(of: trace, options), options)
}

/// The name of the trace's model in the catalogue.
private func recordedModel(_ model: ModelInfo) throws -> String {
    if let shipped = ShippedModel.recorded(name: model.name, file: model.file) { return shipped.name }
    let known = CatalogModel.all
    guard let found = known.first(where: { $0.sha256 == model.sha256 }) ?? known.first(where: { $0.file == model.file })
    else {
        throw Failure(
            "the trace was made with \(model.name) (\(model.file)), which is not in the catalogue; say where it is with --model",
            "紀錄是以 \(model.name)（\(model.file)）產生的，內建的模型清單裡沒有它；請用 --model 指出它在哪裡"
        )
    }
    return found.name
}
