// What a model is called when its file has to say so: people know it by one name, converters write many others.
internal import ModelFiles

/// The name in a GGUF file's metadata where it is fit to show, the file's own name without its ending otherwise.
func modelName(of file: GGUFFile) throws(ModelFileError) -> String {
    if let given = try file.string("general.name"), isFitToShow(given) { return given }
    let name = lastPart(file.name)
    return name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
}

/// Whether a name is one that people use. It is not when
/// - it is empty, longer than 80 bytes, or not in plain characters;
/// - it is a path: converters put the folder there that they were given;
/// - a word of it counts training, as "Mix1", "Ep2", "step1000", "ckpt" do: it names a run of a trainer, not a model;
/// - a word of it is a hash (20 and more hexadecimal digits): the name of a download's folder.
func isFitToShow(_ name: String) -> Bool {
    guard (1...80).contains(name.utf8.count), name.utf8.contains(where: { $0 != UInt8(ascii: " ") }) else {
        return false
    }
    for scalar in name.unicodeScalars {
        if scalar.value < 0x20 || scalar.value == 0x7F || scalar == "/" || scalar == "\\" { return false }
    }
    let words = name.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    return !words.contains { countsTraining(Array($0)) || isHash(Array($0)) }
}

/// "ep2", "Epoch3", "step1000", "mix1", "ckpt", "checkpoint", "run7", "seed42", "iter500": what a trainer counts, with or
/// without a number behind it; those that are words of their own only with one.
private func countsTraining(_ word: [UInt8]) -> Bool {
    let lower = word.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    let stem = lower.prefix { !isDigit($0) }
    let number = lower.dropFirst(stem.count)
    guard number.allSatisfy(isDigit) else { return false }
    let counted = ["ep", "epoch", "step", "steps", "mix", "run", "seed", "iter"].contains {
        stem.elementsEqual($0.utf8)
    }
    return counted && !number.isEmpty || ["ckpt", "checkpoint"].contains { stem.elementsEqual($0.utf8) }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isHash(_ word: [UInt8]) -> Bool {
    word.count >= 20
        && word.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 32) }
}
