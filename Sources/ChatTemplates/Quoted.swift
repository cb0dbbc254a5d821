// A template's own texts, made fit for a message.

/// A text from a template in quotation marks: control characters escaped, cut after 60 characters, so that an error
/// stays one line whatever the template holds.
func quoted(_ text: String) -> String {
    var shown = "\""
    for (place, scalar) in text.unicodeScalars.enumerated() {
        if place == 60 { shown += "…"; break }
        shown += scalar == "\"" ? "\\\"" : scalar.escaped(asASCII: false)
    }
    return shown + "\""
}
