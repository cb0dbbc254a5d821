// Text for a terminal: names of its own for what a table needs of Phrases.
internal import Phrases
internal import Traces

/// A token's text with nothing hidden.
func visible(_ token: Token) -> String { token.special ? visible(token.bytes) : visible(token.bytes, as: token.text) }

/// Columns a text takes in a terminal; under a name of its own, since many a function here has `columns` of its own.
func displayWidth(_ text: String) -> Int { columns(text) }

/// The text cut to `width` columns, with … where something was cut off.
func clipped(_ text: String, _ width: Int) -> String { clipped(text, to: width) }

/// The text filled up with spaces to `width` columns: on the left for numbers, on the right for words.
func padded(_ text: String, _ width: Int) -> String { padded(text, to: width, right: true) }
func filled(_ text: String, _ width: Int) -> String { padded(text, to: width) }
