// The nodes of a beam tree in columns by step, joined to their parents.
internal import Traces

private let rowHeight = 21.0
/// The widest label in a short and in a long tree, and the space that edges take between columns.
private let longestLabel = (short: 84.0, long: 52.0)
private let edgeRoom = 34.0
/// Trees of more steps than this are drawn without the sums beside the labels.
private let longTree = 20
/// Searches with more beams than this, and long ones, are drawn without their pruned nodes.
private let manyBeams = 8

struct BeamColumns {
    struct Node {
        let node: BeamNode
        let label: TextRun
        let sum: TextRun?
        /// Pixels from the left and from the top, to the middle of the row.
        var left = 0
        var middle = 0
        /// Where the column ends: edges run straight to here and turn only then, clear of longer labels.
        var columnRight = 0

        var right: Int { left + wholePixels(label.width + (sum.map { $0.width + label.size * 0.5 } ?? 0)) }
    }

    let theme: Theme
    private var nodes: [Node] = []
    /// Places in `nodes` by the node's id.
    private var places: [Int: Int] = [:]
    private let depths: [(depth: Int, left: Int)]
    let width: Int
    let height: Int
    /// How many pruned nodes are left out.
    let folded: Int

    init(_ beam: BeamTree, theme: Theme, fonts: FontBook) {
        self.theme = theme
        let size = theme.size(Theme.textSize)
        let byDepth = Dictionary(grouping: beam.nodes, by: \.depth)
        let order = byDepth.keys.sorted()
        let isLong = order.count > longTree
        let foldsPruned = isLong || beam.beams > manyBeams
        let limit = theme.size(isLong ? longestLabel.long : longestLabel.short)
        let pitch = theme.px(rowHeight)
        var depths: [(depth: Int, left: Int)] = []
        var left = theme.px(14)
        var most = 0
        var folded = 0
        for depth in order {
            // Best first; equal sums keep the order they were expanded in.
            let column = (byDepth[depth] ?? []).enumerated().sorted {
                let (a, b) = ($0.element.sumLogProbability, $1.element.sumLogProbability)
                return a != b ? a > b : $0.offset < $1.offset
            }
            let shown = foldsPruned ? column.filter { $0.element.state != .pruned } : column
            var widest = 0
            let first = nodes.count
            for (row, entry) in shown.enumerated() {
                let node = entry.element
                let isChosen = node.state == .chosen
                var placed = Node(
                    node: node,
                    label: fonts.layout(
                        tokenLabel(node.token), size: size, weight: isChosen ? .bold : .regular, limit: limit),
                    sum: isLong
                        ? nil : fonts.layout(fixed(node.sumLogProbability, 2), size: theme.size(Theme.smallestLabel)))
                placed.left = left
                placed.middle = row * pitch + pitch / 2
                widest = max(widest, placed.right - left)
                if places[node.id] == nil { places[node.id] = nodes.count }
                nodes.append(placed)
            }
            for place in first..<nodes.count { nodes[place].columnRight = left + widest }
            depths.append((depth, left))
            folded += column.count - shown.count
            most = max(most, shown.count)
            left += widest + theme.px(edgeRoom)
        }
        self.depths = depths
        self.folded = folded
        width = left - theme.px(edgeRoom) + theme.px(4)
        height = theme.px(Theme.tickSize * 2) + most * pitch
    }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        for (depth, left) in depths {
            let run = fonts.layout("\(depth)", size: theme.size(Theme.tickSize))
            fonts.draw(
                run, on: &canvas, x: Double(x + left), y: Double(y) + theme.size(Theme.tickSize), ink: inks.muted)
        }
        let top = y + theme.px(Theme.tickSize * 2)
        // Quiet edges first, so that the chosen path lies on top.
        for state in [BeamNode.State.pruned, .live, .finished, .chosen] {
            for node in nodes where node.node.state == state {
                drawEdge(to: node, on: &canvas, inks: inks, x: x, y: top)
            }
        }
        for node in nodes { draw(node, on: &canvas, fonts: fonts, inks: inks, x: x, y: top) }
    }

    private func drawEdge(to node: Node, on canvas: inout Canvas, inks: Inks, x: Int, y: Int) {
        let pad = theme.size(3)
        let end = (x: Double(x + node.left) - pad, y: Double(y + node.middle))
        var start: (x: Double, y: Double)
        var points: [(x: Double, y: Double)] = []
        if let parent = node.node.parent, let place = places[parent], nodes[place].left < node.left {
            start = (Double(x + nodes[place].right) + pad, Double(y + nodes[place].middle))
            points = [start]
            start.x = Double(x + nodes[place].columnRight) + pad
        } else {
            start = (end.x - theme.size(8), end.y)
        }
        let ink: UInt8
        let thickness: Double
        switch node.node.state {
        case .chosen: (ink, thickness) = (inks.accent, 2.2)
        case .finished: (ink, thickness) = (inks.ink, 1.2)
        case .live: (ink, thickness) = (inks.muted, 1.1)
        case .pruned: (ink, thickness) = (inks.line, 1)
        }
        // A curve that leaves and arrives level.
        let bend = (start.x + end.x) / 2
        points += (0...14).map { number -> (x: Double, y: Double) in
            let t = Double(number) / 14, u = 1 - t
            let px = u * u * u * start.x + 3 * u * u * t * bend + 3 * u * t * t * bend + t * t * t * end.x
            let py = u * u * (u + 3 * t) * start.y + t * t * (t + 3 * u) * end.y
            return (px, py)
        }
        canvas.stroke(points, thickness: theme.size(thickness), ink)
    }

    private func draw(_ node: Node, on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        let left = x + node.left, middle = y + node.middle
        let baseline = Double(middle) + node.label.capHeight / 2
        let state = node.node.state
        let ink = state == .chosen ? inks.accent : state == .pruned ? inks.muted : inks.ink
        fonts.draw(node.label, on: &canvas, x: Double(left), y: baseline, ink: ink, quietInk: inks.muted)
        let width = wholePixels(node.label.width.rounded(.up))
        if state == .pruned {
            canvas.fill(
                Box(x: left - theme.px(1), y: middle, width: width + theme.px(2), height: theme.hairline), inks.muted)
        }
        if isEnd(node.node) {
            let half = wholePixels(node.label.size * 0.68)
            canvas.frame(
                Box(x: left - theme.px(3), y: middle - half, width: width + theme.px(6), height: 2 * half),
                thickness: theme.hairline, ink)
        }
        if let sum = node.sum {
            fonts.draw(
                sum, on: &canvas, x: Double(left + width) + node.label.size * 0.5,
                y: Double(middle) + sum.capHeight / 2,
                ink: inks.muted)
        }
    }

    /// Whether a hypothesis ended here; the last node of the chosen path says so by having a reason.
    private func isEnd(_ node: BeamNode) -> Bool {
        node.state == .finished || (node.state == .chosen && node.why != nil)
    }
}
