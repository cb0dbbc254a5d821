// Why there is no picture.
public import Phrases

/// Why there is no picture. Every message says what, where, and what to do next.
public enum FigureError: Error, Equatable, CustomStringConvertible, Worded {
    /// The trace holds no attention weights.
    case noAttention
    /// The trace holds no generated tokens.
    case noSteps
    /// There are no candidates to chart.
    case noLogits
    /// The trace holds no beam search.
    case noBeam
    /// The model has `layers` layers, counted from 0.
    case layerOutOfRange(layer: Int, layers: Int)
    /// A layer has `heads` heads, counted from 0.
    case headOutOfRange(head: Int, heads: Int)
    /// The trace has `steps` steps, counted from 0.
    case stepOutOfRange(step: Int, steps: Int)
    /// The recorded attention ends after `positions` positions, before that step's.
    case stepNotRecorded(step: Int, positions: Int)
    /// The scale lies outside ``FigureStyle/scaleRange``.
    case scaleOutOfRange(Double)
    /// The picture would have more pixels than are drawn; width and height in pixels.
    case tooLarge(width: Int, height: Int)
    /// A FreeType function failed; `code` is FreeType's.
    case fontLibrary(function: String, code: Int)
    /// FreeType cannot read the font that the user named.
    case fontFile(path: String, code: Int)
    /// The font that the user named is made of bitmaps.
    case fontHasNoOutlines(path: String)
    /// No font was found on this machine.
    case noFont
    /// The PNG could not be written; the text is the library's message.
    case png(String)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .noAttention:
            Phrase(
                "the trace holds no attention weights to draw; record them with --record attention",
                "紀錄中沒有可以繪製的注意力權重；請用 --record attention 記錄")
        case .noSteps:
            Phrase(
                "the trace has no generated tokens to chart; trace with --max-tokens 1 or more",
                "紀錄中沒有產生的詞元可以繪圖；請以 --max-tokens 1 以上執行 trace")
        case .noLogits: Phrase("there are no candidates to chart", "沒有候選可以繪圖")
        case .noBeam:
            Phrase(
                "the trace holds no beam search to draw; trace with --beams 2 or more",
                "紀錄中沒有集束搜尋可以繪製；請以 --beams 2 以上執行 trace")
        case .layerOutOfRange(let layer, let layers):
            Phrase(
                "layer \(layer) does not exist; the model has layers 0 to \(layers - 1)",
                "沒有第 \(layer) 層；模型有第 0 至 \(layers - 1) 層")
        case .headOutOfRange(let head, let heads):
            Phrase(
                "head \(head) does not exist; a layer has heads 0 to \(heads - 1)",
                "沒有第 \(head) 頭；每層有第 0 至 \(heads - 1) 頭")
        case .stepOutOfRange(let step, let steps):
            Phrase("step \(step) does not exist; the trace has ", "沒有第 \(step) 步；紀錄")
                + (steps == 0
                    ? Phrase("no steps", "一步也沒有")
                    : steps == 1
                        ? Phrase("step 0 only", "只有第 0 步") : Phrase("steps 0 to \(steps - 1)", "有第 0 至 \(steps - 1) 步"))
        case .stepNotRecorded(let step, let positions):
            Phrase(
                "the attention of step \(step) was not recorded: the record ends after \(positions) positions",
                "第 \(step) 步的注意力沒有記錄：紀錄到第 \(positions) 個位置為止")
        case .scaleOutOfRange(let scale):
            Phrase(
                "scale is \(scale); it must be in 0.5…8 (try --scale 2)", "scale 是 \(scale)；必須在 0.5…8（例如 --scale 2）")
        case .tooLarge(let width, let height):
            Phrase(
                "the picture would be \(width) × \(height) pixels; try a smaller --scale, or one layer or head",
                "圖片會是 \(width) × \(height) 像素；請用較小的 --scale，或只畫一層或一個頭")
        case .fontLibrary, .fontFile, .fontHasNoOutlines, .noFont: fontPhrase
        case .png(let message): Phrase("the PNG could not be written: \(message)", "無法寫出 PNG：\(message)")
        }
    }

    private var fontPhrase: Phrase {
        switch self {
        case .fontLibrary(let function, let code):
            Phrase(
                "FreeType failed: \(function) returned error \(code); check the installed libfreetype",
                "FreeType 失敗：\(function) 傳回錯誤 \(code)；請檢查安裝的 libfreetype")
        case .fontFile(let path, let code):
            Phrase(
                "\(path): not a font that FreeType can read (error \(code)); name an outline font in STEPGLASS_FONT",
                "\(path)：FreeType 讀不了這個字型（錯誤 \(code)）；請用 STEPGLASS_FONT 指定外框字型")
        case .fontHasNoOutlines(let path):
            Phrase(
                "\(path): a font of pictures without outlines; name an outline font in STEPGLASS_FONT",
                "\(path)：這是沒有外框的圖像字型；請用 STEPGLASS_FONT 指定外框字型")
        default:
            Phrase(
                "no usable font found; install one (Debian: apt install fonts-dejavu-core fonts-wqy-microhei), "
                    + "or name a font file in STEPGLASS_FONT",
                "找不到可用的字型；請安裝一個（Debian：apt install fonts-dejavu-core fonts-wqy-microhei），"
                    + "或以 STEPGLASS_FONT 指定字型檔")
        }
    }
}
