// The scopes that the debugger's cursor tells: the place inside a step, attention, the cache; and times, settings, beams.
internal import Debugging
internal import Phrases
internal import Traces

extension Adapter {
    // MARK: the place inside a step

    private var currentFrame: Frame? {
        if case .frame(let frame, _) = debugger.currentFrame() { frame } else { nil }
    }

    func here() -> [VariableRow] {
        (currentFrame?.variables ?? []).enumerated().map { place, variable in
            let side =
                switch variable.direction {
                case .input: say("in: ", "輸入：")
                case .output: say("out: ", "輸出：")
                case .parameter: ""
                }
            let name = side + shown(variable.name)
            switch variable.value {
            case .number(let value, let unit): return number(name, value, unit)
            case .shape(let sizes):
                return VariableRow(name: name, value: "[" + sizes.map(String.init).joined(separator: " × ") + "]")
            case .text(let bytes): return VariableRow(name: name, value: quoted(bytes))
            case .words(let words): return VariableRow(name: name, value: shown(words))
            case .tokens(let tokens, _):
                return VariableRow(
                    name: name, value: tokens.map { quoted($0.bytes) }.joined(separator: " "),
                    reference: containers.number(of: .tokens(place)))
            }
        }
    }

    func tokens(_ place: Int) -> [VariableRow] {
        guard let variables = currentFrame?.variables, variables.indices.contains(place),
            case .tokens(let tokens, let unit) = variables[place].value
        else { return [] }
        return tokens.map { token in
            number((token.position.map { "\($0): " } ?? "") + quoted(token.bytes), token.value, unit)
        }
    }

    // MARK: attention

    func attention() -> [VariableRow] {
        let all = VariableRow(
            name: say("mean of all heads", "所有頭的平均"), value: summary(nil, nil),
            reference: containers.number(of: .looked(layer: nil, head: nil)))
        let layers = (0..<debugger.trace.model.layers).map { layer in
            VariableRow(
                name: FrameKind.layer(layer).title[language], value: summary(layer, nil),
                reference: containers.number(of: .layer(layer)))
        }
        return [all] + (debugger.trace.attention == nil ? [] : layers)
    }

    func heads(ofLayer layer: Int) -> [VariableRow] {
        [
            VariableRow(
                name: say("mean of heads", "各頭平均"), value: summary(layer, nil),
                reference: containers.number(of: .looked(layer: layer, head: nil)))
        ]
            + (0..<debugger.trace.model.heads).map { head in
                VariableRow(
                    name: FrameKind.head(layer: layer, head: head).title[language], value: summary(layer, head),
                    reference: containers.number(of: .looked(layer: layer, head: head)))
            }
    }

    /// Where it looked most, in a few words.
    private func summary(_ layer: Int?, _ head: Int?) -> String {
        do throws(DebuggingError) {
            let table = try debugger.attentionTable(layer: layer, head: head, count: 3)
            return zip(table.tokens, table.places).map { "\(quoted($0.bytes)) \(fixed($1.weight, 3))" }
                .joined(separator: ", ")
        } catch { return shown(error.phrase) }
    }

    func looked(_ layer: Int?, _ head: Int?) -> [VariableRow] {
        guard let table = try? debugger.attentionTable(layer: layer, head: head, count: 1000) else { return [] }
        return zip(table.tokens, table.places).map { token, place in
            var question: String?
            if let layer, let head { question = "attention(layer: \(layer), head: \(head), to: \(place.key))" }
            return number("\(place.key): \(quoted(token.bytes))", place.weight, question: question)
        }
    }

    // MARK: cache and times

    func cache() -> [VariableRow] {
        let found: Outcome
        do throws(DebuggingError) { found = try debugger.execute(.info(.kv, argument: "")) } catch {
            return [VariableRow(name: ScopeKind.cache.title[language], value: shown(error.phrase))]
        }
        guard case .info(.kv(let state)) = found else { return [] }
        var rows = [
            number(say("positions", "位置"), Double(state.positions)),
            number(say("layers", "層"), Double(state.layers)),
            number(say("key/value heads", "鍵值頭"), Double(state.keyValueHeads)),
            number(say("head size", "頭的大小"), Double(state.headSize)),
            number(say("numbers kept", "存放的數"), state.values),
        ]
        if let shared = state.sharedPositions {
            rows.append(number(say("positions shared with the parent", "與父分支共用的位置"), Double(shared)))
        }
        if let passes = state.tokenPasses {
            rows.append(number(say("token passes of all branches", "所有分支的詞元計算次數"), Double(passes)))
        }
        return rows
    }

    func times(_ key: FrameKey) -> [VariableRow] {
        let metrics = trace(of: key).metrics
        var rows: [VariableRow] = []
        if let step = step(of: key) {
            rows = [
                number(say("forward pass", "前向計算"), step.seconds.forward, .seconds, question: "seconds.forward"),
                number(say("stages and draw", "階段與抽選"), step.seconds.choose, .seconds, question: "seconds.choose"),
                number(say("recording", "記錄"), step.seconds.record, .seconds, question: "seconds.record"),
            ]
        }
        rows.append(number(say("to the first token", "到第一個詞元"), metrics.timeToFirstTokenSeconds, .seconds))
        if let later = metrics.timePerOutputTokenSeconds {
            rows.append(number(say("per later token", "之後每個詞元"), later, .seconds))
        }
        return rows
    }

    // MARK: settings and beams

    func settings() -> [VariableRow] {
        guard case .info(.settings(let rows)) = try? debugger.execute(.info(.settings, argument: "")) else { return [] }
        let names = debugger.canGoOn ? debugger.settingNames : []
        return rows.map { row in
            VariableRow(
                name: row.name, value: shown(row.value), canBeSet: names.contains { isSpelled($0, as: row.name) })
        }
    }

    func rows(_ node: BeamNode) -> [VariableRow] {
        [
            VariableRow(name: Self.token[language], value: quoted(node.token.bytes), type: Self.token[language]),
            number(say("log-probability", "對數機率"), node.logProbability, .nats),
            number(say("sum", "總和"), node.sumLogProbability, .nats),
            number(say("score", "分數"), node.score),
            VariableRow(name: say("state", "狀態"), value: node.state.rawValue),
        ] + (node.why.map { [VariableRow(name: say("why", "原因"), value: shown($0.phrase))] } ?? [])
    }
}
