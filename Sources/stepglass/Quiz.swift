// Lessons as quizzes in the IMS Question & Test Interoperability specification, version 1.2.1, with the fields by which
// Canvas tells the kinds of questions. Its importer takes every condition on a number that has an <or> or an <and> for an
// answer that scores, one without for none; and every feedback whose name says "wrong" or "incorrect" for what is told of
// all wrong answers. So a right number stands in an <or>, a wrong one alone, and what is told of one is named otherwise.
internal import Lessons
internal import Phrases

/// An exercise with its answers.
struct QuizQuestion {
    var sitting: Sitting
    var key: AnswerKey
}

/// The questions of a lesson in one language.
struct Quiz {
    var course: Course
    var lesson: Lesson
    var language: Language
    var seed: String
    var questions: [QuizQuestion]

    /// A name that a file and an XML identifier may have.
    var name: String { "\(lesson.id).\(language.rawValue)" }
    private var identifier: String { "stepglass-\(lesson.id)-\(language.rawValue)" }
    var title: String {
        let isForm = course.forms.contains { $0.id == lesson.id }
        return (isForm ? "" : "\(lesson.number)  ") + lesson.title[language]
    }

    /// One assessment with one section.
    func xml() throws -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">
        <assessment ident="\(identifier)" title="\(markup(title))">
        \(fields([("cc_maxattempts", "unlimited"), ("qmd_assessmenttype", "Examination")]))
        <section ident="root_section">
        \(try questions.map { try item($0) }.joined(separator: "\n"))
        </section>
        </assessment>
        </questestinterop>

        """
    }

    private func item(_ question: QuizQuestion) throws -> String {
        let (sitting, key) = (question.sitting, question.key)
        let kind =
            switch key.right {
            case .choice: "multiple_choice_question"
            case .number: "numerical_question"
            }
        return """
            <item ident="\(sitting.exercise.id)-\(sitting.variant.name)-\(language.rawValue)" title="\(markup(sitting.exercise.id))">
            <itemmetadata>\(fields([("question_type", kind), ("points_possible", "\(sitting.exercise.points)")]))</itemmetadata>
            <presentation>
            \(material(try text(sitting)))
            \(try response(question))
            </presentation>
            \(processing(key))
            \(feedback("correct_fb", key.praise))
            \(feedback("general_incorrect_fb", otherwise(key)))
            \(key.wrong.enumerated().map { feedback("answer\($0)_fb", $1.feedback) }.joined(separator: "\n"))
            </item>
            """
    }

    /// The exercise's words, its figure as text, and how a number is meant.
    private func text(_ sitting: Sitting) throws -> String {
        var lines: [String] = []
        Console.$language.withValue(language) {
            LessonView(lines: { lines.append($0) }).figure(of: sitting)
        }
        var html = PlainPage.prose(try sitting.text()[language], language)
        while lines.last == "" { lines.removeLast() }
        if !lines.isEmpty { html += "<pre>\(lines.map(PlainPage.escaped).joined(separator: "\n"))</pre>" }
        let unit = sitting.unit[language]
        if !unit.isEmpty {
            html += "<p>" + Phrase("Answer in: ", "單位：")[language] + PlainPage.escaped(unit) + "</p>"
        }
        return html
    }

    private func response(_ question: QuizQuestion) throws -> String {
        guard case .choice = question.key.right else {
            return """
                <response_str ident="response1" rcardinality="Single"><render_fib fibtype="Decimal">\
                <response_label ident="answer1"/></render_fib></response_str>
                """
        }
        let labels = try question.sitting.choices().map { choice in
            "<response_label ident=\"\(markup(choice.key))\">\(material(PlainPage.escaped(choice.words[language])))"
                + "</response_label>"
        }
        return """
            <response_lid ident="response1" rcardinality="Single"><render_choice>
            \(labels.joined(separator: "\n"))
            </render_choice></response_lid>
            """
    }

    private func processing(_ key: AnswerKey) -> String {
        let right =
            switch key.right {
            case .choice(let name): equal(name)
            case .number(let number, let tolerance): within(number, tolerance)
            }
        let wrong = key.wrong.enumerated().map { place, one in
            condition(
                equal(Double(one.answer).map { decimal($0) } ?? one.answer), shows: "answer\(place)_fb", goesOn: true)
        }
        return """
            <resprocessing>
            <outcomes><decvar varname="SCORE" vartype="Decimal" minvalue="0" maxvalue="100"/></outcomes>
            \(condition(right, scores: 100, shows: "correct_fb"))
            \(wrong.joined(separator: "\n"))
            \(condition("<other/>", shows: "general_incorrect_fb"))
            </resprocessing>
            """
    }

    private func condition(
        _ variable: String, scores: Int? = nil, shows feedback: String, goesOn: Bool = false
    ) -> String {
        "<respcondition continue=\"\(goesOn ? "Yes" : "No")\"><conditionvar>\(variable)</conditionvar>"
            + (scores.map { "<setvar action=\"Set\" varname=\"SCORE\">\($0)</setvar>" } ?? "")
            + "<displayfeedback feedbacktype=\"Response\" linkrefid=\"\(feedback)\"/></respcondition>"
    }

    private func equal(_ answer: String) -> String {
        "<varequal respident=\"response1\">\(markup(answer))</varequal>"
    }

    /// The number, or between its neighbours.
    private func within(_ number: Double, _ tolerance: Double) -> String {
        // A number that is no whole one cannot be typed exactly.
        let margin = max(tolerance, number == number.rounded() ? 0 : 1e-6)
        return """
            <or>\(equal(decimal(number)))<and><vargte respident="response1">\(decimal(number - margin))</vargte>\
            <varlte respident="response1">\(decimal(number + margin))</varlte></and></or>
            """
    }

    private func otherwise(_ key: AnswerKey) -> Phrase {
        guard let hint = key.hint else { return key.otherwise }
        return key.otherwise + Phrase(same: "\n\n") + Phrase("Hint: ", "線索：") + hint
    }

    private func feedback(_ name: String, _ phrase: Phrase) -> String {
        "<itemfeedback ident=\"\(name)\"><flow_mat>\(material(PlainPage.prose(phrase[language], language)))"
            + "</flow_mat></itemfeedback>"
    }

    private func material(_ html: String) -> String {
        "<material><mattext texttype=\"text/html\">\(markup(html))</mattext></material>"
    }

    private func fields(_ fields: [(String, String)]) -> String {
        "<qtimetadata>"
            + fields.map {
                "<qtimetadatafield><fieldlabel>\($0)</fieldlabel><fieldentry>\($1)</fieldentry></qtimetadatafield>"
            }.joined() + "</qtimetadata>"
    }

    private func decimal(_ number: Double) -> String {
        number == number.rounded() ? fixed(number, 0) : fixed(number, 6)
    }
}

/// The files of the archive: the manifest, and an assessment for each quiz.
func quizArchive(_ quizzes: [Quiz]) throws -> [(name: String, bytes: [UInt8])] {
    let resources = quizzes.enumerated().map { place, quiz in
        "<resource identifier=\"quiz\(place + 1)\" type=\"imsqti_xmlv1p2\" href=\"\(quiz.name).xml\">"
            + "<file href=\"\(quiz.name).xml\"/></resource>"
    }
    let manifest = """
        <?xml version="1.0" encoding="UTF-8"?>
        <manifest identifier="stepglass-quiz" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">
        <metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata>
        <organizations/>
        <resources>
        \(resources.joined(separator: "\n"))
        </resources>
        </manifest>

        """
    return [("imsmanifest.xml", Array(manifest.utf8))]
        + (try quizzes.map { ("\($0.name).xml", Array(try $0.xml().utf8)) })
}
