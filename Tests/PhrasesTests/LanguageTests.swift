// Which language a run speaks, and sentences that are read back.
import Phrases
import Testing

@Suite struct LanguageTests {
    @Test(arguments: [
        (["--lang": "zh-TW", "STEPGLASS_LANG": "en", "LANG": "en_US.UTF-8"], Language.chinese),
        (["STEPGLASS_LANG": "en", "LC_ALL": "zh_TW.UTF-8"], .english),
        (["LC_ALL": "zh_TW.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"], .chinese),
        (["LC_MESSAGES": "zh_HK", "LANG": "en_US"], .chinese), (["LANG": "zh-Hant"], .chinese),
        (["LC_ALL": "C", "LANG": "zh_TW.UTF-8"], .english), (["LANG": "zh_CN.UTF-8"], .chinese),
        (["LANG": "de_DE"], .english), ([:], .english),
    ])
    func theFirstThatNamesOneDecides(_ given: [String: String], _ language: Language) throws {
        #expect(try Language.chosen(option: given["--lang"]) { given[$0] } == language)
    }

    @Test func aWrongNameIsToldWithBothThatThereAre() {
        for (option, variable, source) in [("fr", nil, "--lang"), (nil, "zh", "STEPGLASS_LANG")] {
            let error = #expect(throws: LanguageError.self) {
                try Language.chosen(option: option) { $0 == "STEPGLASS_LANG" ? variable : nil }
            }
            for text in [error?.phrase.english, error?.phrase.chinese] {
                #expect(text?.contains(source) == true && text?.contains("en") == true)
                #expect(text?.contains("zh-TW") == true, "\(text ?? "")")
            }
        }
    }

    @Test func formsReadWhatTheyMade() {
        let form = SentenceForm("rank {} of {}: {} go on", "在 {2} 個中排第 {1}：{3} 個繼續")
        let made = form.filled("3", "12", "4 of: 5")
        #expect(made.english == "rank 3 of 12: 4 of: 5 go on")
        #expect(made.chinese == "在 12 個中排第 3：4 of: 5 個繼續")
        #expect(form.values(in: made.english) == ["3", "12", "4 of: 5"])
        for other in ["rank 3 of 12: 4 go on.", "rank  of 12: 4 go on", "rank 3", "", "a rank 3 of 12: 4 go on"] {
            #expect(form.values(in: other) == nil, "\(other)")
        }
        #expect(SentenceForm("as it is", "照舊").values(in: "as it is") == [])
    }
}
