// Where the time of a run goes, by the field's names for the parts of a pass.

/// A part of a run that time is counted for.
public enum ProfileSite: Int, CaseIterable, Sendable {
    /// The rows of the embedding that the tokens stand for.
    case embedding
    /// Norms, with the addition to the residual stream before them.
    case norms
    /// An input as the kernels of its products read it (split into digits, or side by side).
    case inputLayout
    case queryKeyValueProduct
    /// Rotary positions, and keys and values on their way to the cache.
    case rope
    case attentionScores
    case softmax
    case attentionMix
    case outputProduct
    case mlpProducts
    case mlpActivation
    case lmHead
    case lens
    /// The stages, the choice and the list of candidates.
    case sampling
    /// Keeping what the run records.
    case recording
    /// The caller's thread has no item left and another has not done its own.
    case waiting
    /// Everything else.
    case rest
}

/// Seconds by site of one thread, the caller's: at each moment it is at one site, so the sites add up to the whole.
///
/// Not for use from two threads at once.
public final class Profile {
    private var seconds = [Double](repeating: 0, count: ProfileSite.allCases.count)
    private var site = ProfileSite.rest
    private let clock = SteadyClock()
    private var since: Double

    /// Begins now, with ``ProfileSite/rest``.
    public init() { since = clock.now }

    /// The time from now on belongs to `next`.
    ///
    /// - Returns: the site before.
    @discardableResult
    public func enter(_ next: ProfileSite) -> ProfileSite {
        let before = site
        let now = clock.now
        seconds[before.rawValue] += now - since
        (site, since) = (next, now)
        return before
    }

    /// Forgets what was counted and begins again.
    public func restart() {
        enter(.rest)
        for place in seconds.indices { seconds[place] = 0 }
    }

    /// Seconds of every site until now, in the order of ``ProfileSite``.
    public func secondsBySite() -> [(site: ProfileSite, seconds: Double)] {
        enter(site)
        return ProfileSite.allCases.map { ($0, seconds[$0.rawValue]) }
    }
}
