// How steps and the beam tree stand in JSON.
// Called by: TraceWriter, once for every step as it comes; serving a run step by step.
public import JSONText

extension JSONWriter {
    /// A whole step as trace.json holds it.
    public mutating func value(_ step: Step) { value(step, withSeconds: true) }

    mutating func value(_ step: Step, withSeconds: Bool) {
        object { json in
            json.member("index", step.index)
            json.member("position", step.position)
            json.key("token")
            json.value(step.token)
            json.array("stages") { json in for stage in step.stages { json.value(stage) } }
            json.array("candidates") { json in for candidate in step.candidates { json.value(candidate) } }
            json.object("tail") { json in
                json.member("count", step.tail.count)
                json.member("rawProbability", step.tail.rawProbability)
                json.member("probability", step.tail.probability)
            }
            json.object("entropyBits") { json in
                json.member("raw", step.entropyBitsRaw)
                json.member("final", step.entropyBitsFinal)
            }
            json.member("logSumExp", step.logSumExp)
            json.key("draw")
            if let draw = step.draw { json.value(draw) } else { json.null() }
            json.member("finish", step.finish?.rawValue)
            if withSeconds {
                json.object("seconds") { json in
                    json.member("forward", step.seconds.forward)
                    json.member("choose", step.seconds.choose)
                    json.member("record", step.seconds.record)
                }
            }
            if !step.lens.isEmpty { json.array("lens") { json in for row in step.lens { json.value(row) } } }
        }
    }

    public mutating func value(_ stage: StageRecord) {
        object { json in
            json.member("name", stage.name)
            json.object("parameters") { json in
                for parameter in stage.parameters { json.member(parameter.name, parameter.value) }
            }
            json.member("kept", stage.kept)
            json.member("removed", stage.removed)
        }
    }

    public mutating func value(_ candidate: Candidate) {
        object { json in
            json.member("id", candidate.id)
            json.member("text", candidate.text)
            json.member("bytes", hexadecimal(candidate.bytes))
            json.member("rank", candidate.rank)
            json.array("logits") { json in
                for logit in candidate.logits { if let logit { json.value(logit) } else { json.null() } }
            }
            json.member("rawProbability", candidate.rawProbability)
            json.member("probability", candidate.probability)
            json.member("removedBy", candidate.removedBy)
        }
    }

    public mutating func value(_ draw: Draw) {
        object { json in
            json.member("uniform", draw.uniform)
            json.member("low", draw.low)
            json.member("high", draw.high)
            // As text: more digits than a JSON number keeps.
            if let generator = draw.generator {
                json.object("generator") { json in
                    json.member("state", "\(generator.state)")
                    json.member("increment", "\(generator.increment)")
                }
            }
        }
    }

    mutating func value(_ row: LensRow) {
        object { json in
            json.member("layer", row.layer)
            json.array("top") { json in
                for token in row.top {
                    json.object { json in
                        json.member("id", token.id)
                        json.member("text", token.text)
                        json.member("probability", token.probability)
                    }
                }
            }
        }
    }

    /// The tree of a beam search: `{"beams","lengthPenalty","earlyStopping","nodes","hypotheses"}`.
    public mutating func value(_ beam: BeamTree) {
        object { json in
            json.member("beams", beam.beams)
            json.member("lengthPenalty", beam.lengthPenalty)
            json.member("earlyStopping", beam.earlyStopping)
            json.array("nodes") { json in for node in beam.nodes { json.newline(); json.value(node) } }
            json.array("hypotheses") { json in
                for hypothesis in beam.hypotheses { json.newline(); json.value(hypothesis) }
            }
        }
    }

    private mutating func value(_ node: BeamNode) {
        object { json in
            json.member("id", node.id)
            json.member("parent", node.parent)
            json.member("depth", node.depth)
            json.key("token")
            json.value(node.token)
            json.member("logProbability", node.logProbability)
            json.member("sumLogProbability", node.sumLogProbability)
            json.member("score", node.score)
            json.member("state", node.state.rawValue)
            json.member("why", node.why?.text)
        }
    }

    private mutating func value(_ hypothesis: BeamHypothesis) {
        object { json in
            json.array("tokens") { json in for id in hypothesis.tokens { json.value(id) } }
            json.member("text", hypothesis.text)
            json.member("sumLogProbability", hypothesis.sumLogProbability)
            json.member("score", hypothesis.score)
            json.member("finish", hypothesis.finish.rawValue)
        }
    }
}
