// Every command's name, short forms and help.
public import Phrases

/// A command word. The raw value is its full name.
public enum CommandName: String, Equatable, Sendable, CaseIterable {
    case step, back, next
    case stepIn = "in"
    case finish
    case `continue`
    case reverseContinue = "reverse-continue"
    case run, `where`
    case `break`, tbreak, delete, enable, disable
    case watch, unwatch, display, undisplay
    case info, print, why, assert
    case force, set, ablate, restore
    case fork, branches
    case switchTo = "switch"
    case diff, save, export
    case language = "lang"
    case help, quit

    /// Short forms and other debuggers' names, beside every unique beginning of the name.
    public var aliases: [String] {
        switch self {
        case .step: ["s"]
        case .back: ["rs", "reverse-step", "bk"]
        case .next: ["n"]
        case .stepIn: ["si"]
        case .finish: ["fin", "out"]
        case .continue: ["c", "cont"]
        case .reverseContinue: ["rc"]
        case .run: ["r"]
        case .where: ["bt", "backtrace", "frame", "f"]
        case .break: ["b"]
        case .tbreak: ["tb"]
        case .delete: ["d"]
        case .disable: ["dis"]
        case .enable: ["en"]
        case .watch: ["w"]
        case .display: ["disp"]
        case .info: ["i"]
        case .print: ["p"]
        case .help: ["h", "?"]
        case .quit: ["q", "exit"]
        default: []
        }
    }

    /// How it is written.
    public var usage: String {
        switch self {
        case .step: "step [N] | step in"
        case .back: "back [N]"
        case .next: "next [N]"
        case .stepIn: "in"
        case .finish: "finish"
        case .continue: "continue"
        case .reverseContinue: "reverse-continue"
        case .run: "run | run to N | run to end | run to start"
        case .where: "where"
        case .break: "break QUESTION | break N"
        case .tbreak: "tbreak QUESTION | tbreak N"
        case .delete: "delete [N …]"
        case .enable: "enable [N …]"
        case .disable: "disable [N …]"
        case .watch: "watch QUESTION"
        case .unwatch: "unwatch [N …]"
        case .display: "display [QUESTION]"
        case .undisplay: "undisplay [N …]"
        case .info: "info " + InfoTopic.allCases.map(\.rawValue).joined(separator: "|")
        case .print: "print QUESTION"
        case .why: "why TOKEN"
        case .assert: "assert QUESTION"
        case .force: "force TOKEN"
        case .set: "set NAME VALUE"
        case .ablate: "ablate LAYER.HEAD"
        case .restore: "restore [LAYER.HEAD]"
        case .fork: "fork [NAME]"
        case .branches: "branches"
        case .switchTo: "switch BRANCH"
        case .diff: "diff BRANCH"
        case .save: "save FILE [--force]"
        case .export: "export html|png|json [FILE] [--force]"
        case .language: "lang en|zh-TW"
        case .help: "help [COMMAND | questions | NAME]"
        case .quit: "quit"
        }
    }

    public var example: String {
        switch self {
        case .step: "step 5"
        case .back: "back 2"
        case .next: "next"
        case .stepIn, .finish, .continue, .reverseContinue, .where, .branches, .quit: rawValue
        case .run: "run to 10"
        case .break: "break entropy(raw) > 3"
        case .tbreak: "tbreak token == \" Paris\""
        case .delete, .enable, .disable, .unwatch, .undisplay: rawValue + " 1"
        case .watch: "watch entropy"
        case .display: "display p(chosen)"
        case .info: "info candidates"
        case .print: "print p(\" Paris\", raw)"
        case .why: "why \" London\""
        case .assert: "assert rank(chosen) <= 40"
        case .force: "force \" London\""
        case .set: "set temperature 0.2"
        case .ablate: "ablate 12.3"
        case .restore: "restore 12.3"
        case .fork: "fork cold"
        case .switchTo: "switch 1"
        case .diff: "diff 1"
        case .save: "save run.json"
        case .export: "export html"
        case .language: "lang zh-TW"
        case .help: "help break"
        }
    }

    public var meaning: Phrase {
        switch self {
        case .step:
            Phrase(
                "makes or shows the next step (N of them, or up to a breakpoint); step in goes inside the step",
                "前進一步（或 N 步，遇中斷點就停）；step in 走進這一步"
            )
        case .back: Phrase("goes back a step (N of them), past breakpoints; costs nothing", "後退一步（或 N 步），不理會中斷點，不需重算")
        case .next: Phrase("as step; inside a step, the next place", "同 step；在步驟裡面則走到下一處")
        case .stepIn: Phrase("goes inside: step, then layer, then attention, then head", "往裡面走：步驟、層、注意力、頭")
        case .finish: Phrase("goes out one level", "往外退一層")
        case .continue:
            Phrase("goes on until a breakpoint holds or the text ends (Ctrl-C stops it)", "前進到中斷點成立或文字結束（Ctrl-C 可停下）")
        case .reverseContinue: Phrase("goes back until a breakpoint holds or the prompt is reached", "後退到中斷點成立或回到提示")
        case .run:
            Phrase(
                "run: from the prompt to the first breakpoint; run to N: straight to a step",
                "run：從提示前進到第一個中斷點；run to N：直接到某一步")
        case .where: Phrase("says where the cursor is: branch, step, and place inside the step", "說明目前位置：分支、步驟、步驟裡的哪一處")
        case .break: Phrase("stops where the question is true; a number means that step", "問句成立時停下；寫數字就是該步")
        case .tbreak: Phrase("as break, for one stop only", "同 break，但只停一次")
        case .delete: Phrase("deletes breakpoints (all without a number)", "刪除中斷點（不寫編號就全部刪除）")
        case .enable: Phrase("switches breakpoints on", "啟用中斷點")
        case .disable: Phrase("switches breakpoints off, keeping them", "停用中斷點但保留")
        case .watch: Phrase("shows the question's value at every step so far, and keeps it in view", "列出問句在每一步的值，並持續顯示")
        case .unwatch: Phrase("forgets watches (all without a number)", "取消 watch（不寫編號就全部取消）")
        case .display: Phrase("shows the question's value at every stop", "每次停下時顯示問句的值")
        case .undisplay: Phrase("forgets displays (all without a number)", "取消 display（不寫編號就全部取消）")
        default: lookingMeaning
        }
    }

    private var lookingMeaning: Phrase {
        switch self {
        case .info:
            Phrase(
                "shows a table about the step; info attention 12.3 shows one head", "顯示這一步的表格；info attention 12.3 看一個頭")
        case .print: Phrase("answers a question at the cursor", "在目前位置回答問句")
        case .why:
            Phrase(
                "follows a token through the stages: what removed it and what would have kept it",
                "追蹤一個詞元經過各階段：被誰移除、怎樣才會留下")
        case .assert: Phrase("fails unless the question is true (a script then exits with 2)", "問句不成立就失敗（腳本以 2 結束）")
        case .force:
            Phrase(
                "takes TOKEN as the next step's token; forks if there was one already (needs the model)",
                "下一步改用 TOKEN；若已有下一步就分岔（需要模型）")
        case .set: Phrase("changes an option of the run from the next step on (needs the model)", "從下一步起改變設定（需要模型）")
        case .ablate:
            Phrase("sets a head's output to zero from the next step on (needs the model)", "從下一步起把某個頭的輸出歸零（需要模型）")
        case .restore: Phrase("undoes ablate, for one head or all (needs the model)", "取消 ablate，一個頭或全部（需要模型）")
        case .fork:
            Phrase(
                "starts a branch after the cursor's step and goes to it (needs the model)", "從目前這一步之後開新分支並切換過去（需要模型）")
        case .branches: Phrase("lists the branches", "列出分支")
        case .switchTo: Phrase("goes to another branch, by number or name", "切換到另一個分支（編號或名稱）")
        case .diff:
            Phrase(
                "compares with another branch: where they part, KL divergence, changed ranks", "與另一個分支比較：分岔處、KL 散度、名次變化"
            )
        case .save: Phrase("writes the branch as a trace file", "把這個分支存成紀錄檔")
        case .export: Phrase("writes the branch as a page, a picture or JSON", "把這個分支匯出成網頁、圖片或 JSON")
        case .language: Phrase("switches the language: lang en, lang zh-TW", "切換語言：lang en、lang zh-TW")
        case .help: Phrase("help of a command, of the question language, or of one of its names", "說明某個指令、問句語言，或其中的名稱")
        case .quit: Phrase("leaves", "離開")
        default: Phrase("", "")
        }
    }
}
