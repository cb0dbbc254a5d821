// From places in a picture to whole numbers: what a record says may be any number, and a picture of it is never a trap.

/// The whole number at or before a place, towards 0; 0 for no number, and ±10¹⁵ for what lies beyond: far outside of any
/// picture, so that the sums of a few are numbers too.
func wholePixels<Place: BinaryFloatingPoint>(_ place: Place) -> Int {
    if place.isNaN { return 0 }
    return Int(min(max(Double(place), -1e15), 1e15))
}

/// The same of what is no place.
func whole(_ value: Double) -> Int { wholePixels(value) }
