// Names from files, made fit for a message.
internal import Phrases

/// A name in quotation marks, fit to stand in one line on a terminal whatever a file put into it; cut after 80 characters.
package func quoted(_ name: String) -> String { quotedName(name, limit: 80) }

/// True for what cannot be seen in a message, line breaks among it.
package func isUnsafeInMessages(_ scalar: Unicode.Scalar) -> Bool { isInvisible(scalar) }
