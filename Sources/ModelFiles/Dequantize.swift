// Stored blocks back to 32-bit floats: the reference that every faster kernel is checked against.
// The results equal those of the `gguf` Python package bit for bit: the same 32-bit operations in the same order.

/// Writes all weights of a tensor, row after row. `output` holds exactly `view.elementCount` floats, or this traps.
public func dequantize(_ view: TensorView, into output: UnsafeMutableBufferPointer<Float>) {
    dequantize(view.bytes, type: view.type, into: output)
}

/// Writes one row of a tensor. `output` holds exactly `view.columns` floats, or this traps.
public func dequantize(_ view: TensorView, row: Int, into output: UnsafeMutableBufferPointer<Float>) {
    dequantize(view.row(row), type: view.type, into: output)
}

/// Writes the weights of whole blocks. `output` holds exactly as many floats as `blocks` holds weights, or this traps.
public func dequantize(
    _ blocks: UnsafeRawBufferPointer, type: TensorType, into output: UnsafeMutableBufferPointer<Float>
) {
    precondition(type.byteCount(elements: output.count) == blocks.count, "a buffer of another size than the blocks")
    guard let source = blocks.baseAddress, let target = output.baseAddress else { return }
    let (size, bytes, dequantizeBlock) = (type.blockSize, type.blockBytes, type.dequantizeBlock)
    for block in 0..<output.count / size { dequantizeBlock(source + block * bytes, target + block * size) }
}

// MARK: What the block layouts are made of

/// The 16-bit number at `offset`, little-endian.
@inline(__always)
func word(_ block: UnsafeRawPointer, _ offset: Int) -> UInt16 {
    UInt16(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
}

/// The half-precision number at `offset`.
@inline(__always)
func half(_ block: UnsafeRawPointer, _ offset: Int) -> Float { float(half: word(block, offset)) }

/// The byte at `offset`.
@inline(__always)
func byte(_ block: UnsafeRawPointer, _ offset: Int) -> UInt8 { block.load(fromByteOffset: offset, as: UInt8.self) }

// MARK: Numbers that stand alone

func dequantizeF32(_ number: UnsafeRawPointer, _ weight: UnsafeMutablePointer<Float>) {
    weight[0] = Float(bitPattern: UInt32(littleEndian: number.loadUnaligned(as: UInt32.self)))
}

func dequantizeF16(_ number: UnsafeRawPointer, _ weight: UnsafeMutablePointer<Float>) { weight[0] = half(number, 0) }

func dequantizeBF16(_ number: UnsafeRawPointer, _ weight: UnsafeMutablePointer<Float>) {
    weight[0] = float(bfloat16: word(number, 0))
}

func dequantizeE4M3(_ number: UnsafeRawPointer, _ weight: UnsafeMutablePointer<Float>) {
    weight[0] = float(e4m3: byte(number, 0))
}

/// The upper half of a half-precision number.
func dequantizeE5M2(_ number: UnsafeRawPointer, _ weight: UnsafeMutablePointer<Float>) {
    weight[0] = float(half: UInt16(byte(number, 0)) << 8)
}

// MARK: Blocks of 32 weights, one scale each

// Layouts: byte offset: content. d is the scale, m the minimum, both half precision; q is a weight's small integer.
// The low four bits of byte j of `qs` belong to weight j, its high four bits to weight j + 16; bit j of `qh`, a
// little-endian 32-bit number, is the fifth bit of weight j.

/// Q8_0, 34 bytes: 0: d, 2: 32 signed bytes q. w = q·d
func dequantizeQ8Type0(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 0)
    for j in 0..<32 { weights[j] = Float(Int8(bitPattern: byte(block, 2 + j))) * d }
}

/// Q4_0, 18 bytes: 0: d, 2: 16 bytes qs. w = d·(q − 8)
func dequantizeQ4Type0(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 0)
    for j in 0..<16 {
        let pair = byte(block, 2 + j)
        weights[j] = d * Float(Int(pair & 0xF) - 8)
        weights[j + 16] = d * Float(Int(pair >> 4) - 8)
    }
}

/// Q4_1, 20 bytes: 0: d, 2: m, 4: 16 bytes qs. w = d·q + m
func dequantizeQ4Type1(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, m) = (half(block, 0), half(block, 2))
    for j in 0..<16 {
        let pair = byte(block, 4 + j)
        weights[j] = d * Float(pair & 0xF) + m
        weights[j + 16] = d * Float(pair >> 4) + m
    }
}

/// Q5_0, 22 bytes: 0: d, 2: qh, 6: 16 bytes qs. w = d·(q − 16)
func dequantizeQ5Type0(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 0)
    for j in 0..<32 { weights[j] = d * Float(Int(fiveBits(block + 2, j)) - 16) }
}

/// Q5_1, 24 bytes: 0: d, 2: m, 4: qh, 8: 16 bytes qs. w = d·q + m
func dequantizeQ5Type1(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, m) = (half(block, 0), half(block, 2))
    for j in 0..<32 { weights[j] = d * Float(fiveBits(block + 4, j)) + m }
}

/// The five bits of weight j, where `bits` points at qh (4 bytes) with qs (16 bytes) after it.
@inline(__always)
private func fiveBits(_ bits: UnsafeRawPointer, _ j: Int) -> UInt8 {
    let low = byte(bits, 4 + j % 16) >> UInt8(j / 16 * 4) & 0xF
    let high = byte(bits, j / 8) >> UInt8(j % 8) & 1
    return low | high << 4
}
