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
    let compute: Compute
    let host: LiveHost
    private let clock = SteadyClock()
    private var models: [Int: LanguageModel] = [:]
    private var runs: [Int: OpenRun] = [:]
    private var verifications: [Int: Verifier] = [:]
    private var classrooms: [Int: Classroom] = [:]
    private var lastNumber = (model: 0, run: 0, verification: 0)

    /// An engine without models.
    ///
    /// - Parameters:
    ///   - compute: the kernels and threads of all models.
    ///   - host: the program around it.
    public init(compute: Compute, host: LiveHost = LiveHost()) {
        self.compute = compute
        self.host = host
    }

    /// Carries out one request. What is wrong is in the answer.
    public func call(_ message: Message) -> Message {
        var answer = Answer()
        do throws(RequestError) {
            let arguments = try RequestArguments(message)
            let name = try arguments.text("request")
            guard let request = Request.all.first(where: { $0.name == name }) else {
                let names = Request.all.map { $0.name }.joined(separator: ", ")
                throw .request(
                    Phrase(
                        "there is no request \(readable(name)); there are: \(names)",
                        "沒有 \(readable(name)) 這種請求；有：\(names)"))
            }
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
        EngineInfo(version: engineVersion, kernels: compute.kernels.name, threads: compute.pool.threadCount)
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
        for (number, run) in runs where run.model === model { runs[number] = nil }
        for (number, verifier) in verifications where verifier.model === model { verifications[number] = nil }
        for (number, other) in models where other === model { models[number] = nil }
    }

    func add(_ debugger: Debugger, _ model: LanguageModel?) -> OpenRun {
        lastNumber.run += 1
        let run = OpenRun(number: lastNumber.run, debugger: debugger, model: model)
        runs[run.number] = run
        return run
    }

    func run(_ arguments: RequestArguments) throws(RequestError) -> OpenRun {
        let number = try arguments.count("run")
        guard let run = runs[number] else {
            throw .request(Phrase("there is no run \(number)", "沒有編號 \(number) 的執行"))
        }
        return run
    }

    func end(_ run: OpenRun) { runs[run.number] = nil }

    /// The verification that goes on, or a new one of the record in attachment 0.
    func verification(_ arguments: RequestArguments) throws(RequestError) -> (number: Int, Verifier) {
        if let number = try arguments.countIfAny("verification") {
            guard let verifier = verifications[number] else {
                throw .request(Phrase("there is no verification \(number)", "沒有編號 \(number) 的驗證"))
            }
            return (number, verifier)
        }
        let verifier = Verifier(try arguments.trace(), model: try model(arguments), engine: info)
        lastNumber.verification += 1
        verifications[lastNumber.verification] = verifier
        return (lastNumber.verification, verifier)
    }

    // MARK: the course

    func add(_ classroom: Classroom) -> Int {
        let number = classrooms.count + 1
        classrooms[number] = classroom
        return number
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
    let model: LanguageModel?

    init(number: Int, debugger: Debugger, model: LanguageModel?) {
        self.number = number
        self.debugger = debugger
        self.model = model
    }
}
