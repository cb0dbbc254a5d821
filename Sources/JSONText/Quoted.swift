// Names from files, made fit for a message. Called by: the errors of this package's modules.

/// A name in quotation marks, fit to stand in one line on a terminal whatever a file put into it: control characters
/// and the marks that turn the direction of writing are shown as escapes, and after 80 characters it is cut.
package func quoted(_ name: String) -> String {
    let limit = 80
    var text = ""
    for scalar in name.unicodeScalars.prefix(limit) {
        text += isUnsafeInMessages(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return name.unicodeScalars.count > limit ? "\"\(text)…\"" : "\"\(text)\""
}

/// True for control characters (line breaks among them) and invisible marks.
package func isUnsafeInMessages(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}
