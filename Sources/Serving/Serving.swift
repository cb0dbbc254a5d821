// The edge between a browser and the engine, and how its threads, sessions and requests relate.
//
// - One **thread of the network** (libmicrohttpd's) reads requests, holds them against the rules (``WebRules``), finds
//   their row in the table (``Route``) and calls its handler, which answers at once or keeps the ``Reply`` and answers
//   later, from whatever thread. It never computes: while it waits, nobody is served.
// - One **watch** (``Watch``) looks every quarter of a second: it cuts connections that bring no whole request in time,
//   lets streams show that they are alive, and drops sessions that nobody uses.
// - One **thread of the engine** (``EngineDesk``) does all computing, since passes share one `Compute`: its kernels use all
//   cores. A request becomes a ``Job``; the desk takes the sessions in turn, one part of one job each, so that a long run
//   of one does not hold up the others; a prompt is read in parts of a few tokens. Where the turn is a step's, the steps
//   that other sessions wait for go into the same pass, which reads the weights once for all. Jobs are done in parts of a
//   tenth of a second at most, and may be cancelled between and within them.
// - A **session** (``Session``) belongs to one browser: its cookie, its `Engine` with its runs, its log of events. All
//   sessions share the weights of each model (``ModelShelf``) and nothing else; a run's keys and values are its own, so
//   that nobody's run depends on another's. Only the engine's thread touches a session's engine. What a session may hold is
//   bounded (``EngineLimits``); one that does nothing for a while gives up its keys and values, and reads again when it
//   goes on. Its pages are told of both, and of their place in the row.
// - A **call** is one message to the engine with a name that its page made up. The same call sent twice, since the network
//   was lost in between, is carried out once. What grows while it is made (steps, attention rows, how far the prompt is
//   read) comes as events with numbers: after a break the browser asks for those after the last it has.
//
// - A **class** (``ClassServer``) does without an engine: students' browsers compute for themselves, and what they hand in is
//   checked and kept by the rules of `Classes`, at a few desks beside the network's thread. Where it is given one
//   (``EngineRoom``), each student has a session of it as well.
//
// To add a route: one row in a table of ``Route``s, given to ``WebServer/serve(_:)``. Who may use it is a value of its own
// (``Access``); the rules for Host, Origin, sizes, times and rates hold for all rows without their doing anything:
//
//     Route(.post, "/class/answers/:exercise", student, bodyLimit: 4096) { request, reply in
//         desk.add { reply(.json(accept(request.named["exercise"], request.body))) }
//     }
//
// A server that others than this machine reach says so: `WebServer(address:names:secrets:)` takes the address to listen at,
// the names that it goes by there, and a key with its certificate for HTTPS. An ``EventLog`` can be heard by any number of
// browsers: a route answers with `.events(log, after:, of:)`.
public import Phrases

/// Why the server cannot serve.
public enum ServingError: Error, Equatable, Sendable, Worded {
    /// No socket can listen there; `reason` is the system's.
    case address(String, port: Int, isTaken: Bool, reason: String)
    /// The library for HTTP did not start.
    case library
    /// The system gave no thread.
    case thread
    /// No certificate could be made.
    case noCertificate
    /// The key and certificate that were given cannot be served with.
    case secrets(WebSecrets.Fault)

    public var phrase: Phrase {
        switch self {
        case .address(let address, let port, true, _):
            Phrase(
                "port \(port) of \(address) is taken by another program; take another (--port 0 finds a free one)",
                "\(address) 的連接埠 \(port) 已被其他程式占用；請換一個（--port 0 會自己找）")
        case .address(let address, let port, false, let reason):
            Phrase(
                "cannot listen at \(address), port \(port): \(reason); try --port 0",
                "無法在 \(address) 的連接埠 \(port) 等候連線：\(reason)；請試 --port 0")
        case .library:
            Phrase(
                "the server's library (libmicrohttpd) did not start; it may lack a thread, memory or a valid certificate",
                "伺服器的程式庫（libmicrohttpd）無法啟動；可能是無法建立執行緒、記憶體不足，或憑證不正確")
        case .noCertificate:
            Phrase(
                "no certificate could be made (GnuTLS); give one with --certificate and --key",
                "無法建立憑證（GnuTLS）；請用 --certificate 和 --key 提供")
        case .secrets(.noCertificate):
            Phrase(
                "--certificate is no certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----",
                "--certificate 不是 PEM 格式的憑證；開頭應是 -----BEGIN CERTIFICATE-----")
        case .secrets(.otherKey):
            Phrase(
                "--key is not the certificate's key, or none in PEM form; give the two that were made together",
                "--key 不是這張憑證的金鑰，或不是 PEM 格式；請給一起產生的那兩個檔案")
        case .secrets(.expired):
            Phrase(
                "the certificate has expired; renew it, or leave --certificate and --key out to have one made",
                "憑證已過期；請更新，或拿掉 --certificate 和 --key，讓程式產生一張")
        case .thread: Phrase("the system gives no further thread", "系統無法再建立執行緒")
        }
    }
}
