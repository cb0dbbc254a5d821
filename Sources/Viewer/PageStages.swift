// The stages as data for the page: what they are called, where they cut, and their formulas. One list serves all.
internal import JSONText
internal import Phrases
internal import Stages

/// `{"top-k":{"label":["top-k","top-k"],"cut":"lowestKept","formulas":[{"when":"removed","rule":[…,…],
/// "numbers":["{before} < {edge}"],"note":[…,…]}]},…}`; each text in English, then in Chinese.
func pageStages() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
        for stage in StageList.all {
            json.object(stage.name) { json in
                json.phrase("label", stage.label)
                json.member("cut", stage.cut?.rawValue)
                json.array("formulas") { json in
                    for formula in stage.formulas { json.object { $0.members(formula) } }
                }
            }
        }
    }
    // The data stands inside a script element, which the text must not end.
    return writer.bytes.flatMap { $0 == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [$0] }
}

extension JSONWriter {
    fileprivate mutating func phrase(_ name: String, _ phrase: Phrase) {
        array(name) { json in
            json.value(phrase.english)
            json.value(phrase.chinese)
        }
    }

    fileprivate mutating func members(_ formula: StageFormula) {
        member("when", formula.when.rawValue)
        phrase("rule", formula.rule)
        array("numbers") { json in for template in formula.numbers { json.value(template) } }
        phrase("note", formula.note)
    }
}
