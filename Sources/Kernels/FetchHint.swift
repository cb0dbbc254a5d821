// How a product with one token asks for the weights that it reads soon.
internal import CKernels

/// What tells the processor to fetch weights ahead. Which is fastest is a measured fact of the kind of processor; numbers
/// do not depend on it.
public enum FetchHint: String, CaseIterable, Sendable {
    /// Nothing: the processor sees for itself that memory is read in order.
    case none
    /// One line of each unit, past the caches.
    case stream
    /// Every line, into the nearest cache.
    case all

    private var value: sg_fetch {
        switch self {
        case .none: SG_FETCH_NONE
        case .stream: SG_FETCH_STREAM
        case .all: SG_FETCH_ALL
        }
    }

    /// The hint in use, for the whole program; at first the one that was measured fastest on this kind of processor.
    public static var current: FetchHint { allCases.first { $0.value == sg_get_fetch_hint() }! }

    /// Uses this hint from now on; not while a product is at work.
    func use() { sg_set_fetch_hint(value) }
}
