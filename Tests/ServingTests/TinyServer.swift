// A server of stepglass-tiny inside the test's own process, so that its limits can be made small.
import Foundation
import Generation
import Kernels
import ModelFiles
import Phrases
import Requests
import Serving

private let tinyFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/CTinyModel/stepglass-tiny").path

/// Engines of sessions that share one stepglass-tiny.
func tinyEngines() -> (LiveHost) -> Engine {
    let compute = Compute(threads: 1)
    nonisolated(unsafe) var loaded: LanguageModel?
    let entry = LiveHost.Shelf.Entry(name: "tiny", title: Phrase(same: "tiny"), purpose: Phrase(same: "tests"))
    let shelf = LiveHost.Shelf([entry], first: "tiny") { (name) throws(RequestError) in
        if let loaded { return loaded }
        do {
            let model = try LanguageModel(
                .folder(try ModelFolder(path: tinyFolder)), name: nil, compute: compute)
            loaded = model
            return model
        } catch { throw .model(Phrase(same: "\(error)")) }
    }
    return { Engine(compute: compute, shelf: shelf, host: $0) }
}

/// Listens at a free port until it is stopped.
func tinyServer(_ settings: LiveSettings = LiveSettings()) throws -> LiveServer {
    let page = ServedPage(
        bytes: Array("<!doctype html><title>a page</title>".utf8),
        policy: "default-src 'none'; connect-src 'self'; frame-ancestors 'none'")
    return try LiveServer(page, settings, makeEngine: tinyEngines())
}
