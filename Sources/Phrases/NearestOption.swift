// Which option was meant by a name that none has.

/// The option that was most likely meant: one that the typed name begins, or that begins it; one whose words the typed
/// name has in their order, cut short or not (`rep-pen`, `max-new-tokens`); else the nearest by letters.
package func nearestOption(to name: String, among names: [String]) -> String? {
    let wanted = spelling(name)
    if wanted.count >= 3 {
        let longer = names.filter { spelling($0).starts(with: wanted) }
        // Of several the one that ends soonest after it.
        if let first = longer.min(by: { $0.utf8.count < $1.utf8.count }) { return first }
        let shorter = names.filter { $0.utf8.count >= 3 && wanted.starts(with: spelling($0)) }
        if let longest = shorter.max(by: { $0.utf8.count < $1.utf8.count }) { return longest }
    }
    let typed = name.utf8.map(smallLetter).split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        .map { String(decoding: $0, as: UTF8.self) }
    if typed.count > 1 {
        let fits = names.filter { candidate in
            let words = candidate.split(separator: "-").map(String.init)
            if words.count == typed.count { return zip(words, typed).allSatisfy { $0.hasPrefix($1) } }
            // One word more than the option has: all of the option's words in their order.
            var rest = typed[...]
            return words.count >= typed.count - 1 && words.count < typed.count
                && words.allSatisfy { word in
                    guard let place = rest.firstIndex(of: word) else { return false }
                    rest = rest[(place + 1)...]
                    return true
                }
        }
        if let first = fits.first { return first }
    }
    return nearest(to: name, among: names)
}
