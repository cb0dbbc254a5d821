// Models and runs behind numbers, asked and answered by messages. Whoever carries the messages, a page, a server or a
// test, knows nothing else of the engine; and the engine knows nothing of them.
internal import Debugging
internal import Generation
internal import JSONText
public import Kernels
internal import Lessons
internal import Phrases
internal import RunVerification
internal import Traces

/// The version of this program.
public let engineVersion = "0.3.0"

/// A live engine. Not for use from two threads at once.
public final class Engine {
    /// What models compute with; nil in an engine for records alone.
    let compute: Compute?
    let host: LiveHost
    /// What can be asked of this one.
    private let requests: [Request]
    private let clock = SteadyClock()
    private var models: [Int: LanguageModel] = [:]
    private(set) var runs: [Int: OpenRun] = [:]
    /// With the bytes of their records.
    private(set) var verifications: [Int: (verifier: Verifier, bytes: Int64)] = [:]
    private var classrooms: [Int: Classroom] = [:]
    private var lastNumber = (model: 0, run: 0, verification: 0, course: 0)

    /// An engine without models.
    ///
    /// - Parameters:
    ///   - compute: the kernels and threads of all models.
    ///   - host: the program around it.
    public convenience init(compute: Compute, host: LiveHost = LiveHost()) {
        self.init(Request.all, compute, host)
    }

    /// An engine for whoever comes over a network: it opens the models of `shelf` by name, and none from bytes that are sent.
    public convenience init(compute: Compute, shelf: LiveHost.Shelf, host: LiveHost) {
        var host = host
        host.shelf = shelf
        self.init(Request.ofShelf, compute, host)
    }

    /// An engine for records: it walks along saved runs, answers questions about them and takes stages over logits, and has
    /// nothing of models. What is linked with this one alone leaves their code out.
    public convenience init() { self.init(Request.ofRecords, nil, LiveHost()) }

    // The one designated initializer, which any engine's class names: the requests must come from outside.
    private init(_ requests: [Request], _ compute: Compute?, _ host: LiveHost) {
        self.requests = requests
        self.compute = compute
        self.host = host
    }

    /// Carries out one request. What is wrong is in the answer.
    public func call(_ message: Message) -> Message {
        var answer = Answer()
        do throws(RequestError) {
            var arguments = try RequestArguments(message)
            let name = try arguments.text("request")
            guard let request = requests.first(where: { $0.name == name }) else {
                let names = requests.map { $0.name }.joined(separator: ", ")
                throw .request(
                    Phrase(
                        "there is no request \(readable(name)); there are: \(names)",
                        "沒有 \(readable(name)) 這種請求；有：\(names)"))
            }
            arguments.request = request
            answer.json.openObject()
            answer.json.key("result")
            try request.answer(self, arguments, &answer)
            answer.json.closeObject()
        } catch {
            answer = Answer()
            answer.json.object { json in
                json.key("error")
                json.value(error)
            }
        }
        return Message(json: answer.json.bytes, attachments: answer.attachments)
    }

    /// Seconds since some moment.
    var now: Double { clock.now }

    var info: EngineInfo {
        EngineInfo(
            version: engineVersion, kernels: compute?.kernels.name ?? "", threads: compute?.pool.threadCount ?? 1)
    }

    // MARK: models and runs by number

    func add(_ model: LanguageModel) -> Int {
        lastNumber.model += 1
        models[lastNumber.model] = model
        return lastNumber.model
    }

    func model(_ arguments: RequestArguments) throws(RequestError) -> LanguageModel {
        let number = try arguments.count("model")
        guard let model = models[number] else {
            throw .request(Phrase("there is no model \(number)", "沒有編號 \(number) 的模型"))
        }
        return model
    }

    /// Forgets a model and the runs made with it.
    func close(_ model: LanguageModel) {
        for (number, run) in runs where run.live?.model === model { runs[number] = nil }
        for (number, verifier) in verifications where verifier.verifier.model === model { verifications[number] = nil }
        for (number, other) in models where other === model { models[number] = nil }
    }

    /// - Parameter sent: the bytes that the run was read from.
    func add(_ debugger: Debugger, _ live: OpenRun.Live?, sent: Int64 = 0) -> OpenRun {
        lastNumber.run += 1
        let run = OpenRun(number: lastNumber.run, debugger: debugger, live: live, sentBytes: sent)
        runs[run.number] = run
        return run
    }

    func run(_ arguments: RequestArguments) throws(RequestError) -> OpenRun {
        try run(numbered: try arguments.count("run"))
    }

    func run(numbered number: Int) throws(RequestError) -> OpenRun {
        guard let run = runs[number] else {
            throw .request(Phrase("there is no run \(number)", "沒有編號 \(number) 的執行"))
        }
        return run
    }

    func end(_ run: OpenRun) { runs[run.number] = nil }

    /// The runs that there are, with their numbers as requests name them.
    public var runNumbers: [Int] { runs.keys.sorted() }

    /// The verification that goes on, or a new one of the record in attachment 0.
    func verification(_ arguments: RequestArguments) throws(RequestError) -> (number: Int, Verifier) {
        if let number = try arguments.countIfAny("verification") {
            guard let going = verifications[number] else {
                throw .request(Phrase("there is no verification \(number)", "沒有編號 \(number) 的驗證"))
            }
            return (number, going.verifier)
        }
        let verifier = Verifier(try arguments.trace(), model: try model(arguments), engine: info)
        lastNumber.verification += 1
        verifications[lastNumber.verification] = (verifier, arguments.sentBytes)
        return (lastNumber.verification, verifier)
    }

    // MARK: the course

    /// Courses that are open at once; whoever opens more has left the first of them.
    private static let mostCourses = 16

    func add(_ classroom: Classroom) -> Int {
        lastNumber.course += 1
        classrooms[lastNumber.course] = classroom
        classrooms[lastNumber.course - Self.mostCourses] = nil
        return lastNumber.course
    }

    func classroom(_ arguments: RequestArguments) throws(RequestError) -> Classroom {
        let number = try arguments.count("course")
        guard let classroom = classrooms[number] else {
            throw .request(Phrase("there is no course \(number)", "沒有編號 \(number) 的課程"))
        }
        return classroom
    }

    func forgetVerification(_ number: Int) { verifications[number] = nil }
}

/// A run with its branches, as the debugger holds them.
final class OpenRun {
    let number: Int
    let debugger: Debugger
    /// nil for a saved run alone.
    let live: Live?
    let sentBytes: Int64

    init(number: Int, debugger: Debugger, live: Live?, sentBytes: Int64) {
        self.number = number
        self.debugger = debugger
        self.live = live
        self.sentBytes = sentBytes
    }

    /// The model that a run goes on with, as far as its requests ask about it.
    struct Live {
        let model: LanguageModel
        /// The SHA-256 of the weights; takes a while the first time.
        let weightsHash: () -> String
        /// Token positions that the model has passed so far.
        let tokenPasses: () -> Int
        /// The token that a text or an id means.
        let findToken: Settings.FindsToken

        init(_ model: LanguageModel) {
            self.model = model
            weightsHash = { model.info.sha256 }
            tokenPasses = { model.compute.tokenPasses }
            findToken = { model.token($0) }
        }
    }
}
