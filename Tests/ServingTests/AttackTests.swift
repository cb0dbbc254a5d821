// Each attack that somebody may try, against a server with small limits: none gets in, and the owner is served on.
import Foundation
import Serving
import TestTools
import Testing

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

/// Runs one of the attacks of the script beside this file.
private func expectHolds(
    _ attack: String, _ number: Int? = nil, _ change: (inout LiveSettings) -> Void = { _ in },
    at location: SourceLocation = #_sourceLocation
) throws {
    var settings = LiveSettings()
    // What is not the matter of the test is no obstacle to it.
    (settings.limits.burst, settings.limits.perSecond) = (100_000, 100_000)
    (settings.limits.refusedBurst, settings.limits.refusedPerSecond) = (100_000, 100_000)
    change(&settings)
    let server = try tinyServer(settings)
    let script = folder.appendingPathComponent("attacks.py").path
    let outcome = try runPython([script, attack, server.address] + (number.map { ["\($0)"] } ?? []))
    #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)", sourceLocation: location)
    #expect(server.stop().isEmpty, sourceLocation: location)
}

struct AttackTests {
    @Test(.needs(.python)) func strangersStayOutside() throws { try expectHolds("strangers") }

    @Test(.needs(.python)) func whoGuessesIsNotHeard() throws {
        try expectHolds("guesses", 60) { settings in
            (settings.limits.refusedBurst, settings.limits.refusedPerSecond) = (20, 0.001)
        }
    }

    @Test(.needs(.python)) func namesThatLeadHereAreNotOurs() throws { try expectHolds("hosts") }

    @Test(.needs(.python)) func otherPagesAskInVain() throws { try expectHolds("origins") }

    @Test(.needs(.python)) func whatIsTooLargeIsRefused() throws {
        try expectHolds("sizes", 1 << 20) { $0.engine.messageBytes = 1 << 20 }
    }

    @Test(.needs(.python)) func whoTricklesIsCut() throws {
        // Long enough that a busy machine serves the owner within it.
        try expectHolds("slow") { $0.limits.requestSeconds = 3 }
    }

    @Test(.needs(.python)) func aCrowdLeavesRoomBehind() throws {
        try expectHolds("crowd", 8) { settings in
            (settings.limits.connections, settings.limits.connectionsPerAddress) = (8, 8)
        }
    }

    @Test(.needs(.python)) func whoWaitsKeepsNobodyOut() throws {
        try expectHolds("waiting", 24) { settings in
            (settings.limits.connections, settings.limits.connectionsPerAddress) = (24, 24)
            settings.limits.requestSeconds = 600
        }
    }

    @Test(.needs(.python), .timeLimit(.minutes(20))) func accentsAreNoWork() throws { try expectHolds("accents") }

    @Test(.needs(.python)) func pathsComeFromTheTableAlone() throws { try expectHolds("paths") }

    @Test(.needs(.python)) func whatNobodyUsesIsDropped() throws {
        // Long enough that a busy machine comes from one request to the next within it.
        try expectHolds("idle") { $0.engine.idleSeconds = 3 }
    }
}
