// The cells of a heatmap against pictures that another implementation drew (make_fixtures.py beside this file).
import Foundation
import Testing
import Traces

@testable import Figures

@Suite struct GoldenTests {
    let weights = record(positions: 24) { _, _, query, key in
        Float((key * 7 + query * 13) % 17) + (key == 0 ? 42 : 0)
    }

    private func golden(_ name: String) throws -> Pixels {
        let folder = try #require(Bundle.module.resourceURL)
        return try Pixels(png: Array(Data(contentsOf: folder.appending(path: "Fixtures/\(name).png"))))
    }

    /// Channels may differ by one where the two libraries' powers round differently.
    private func isNear(_ a: RGB, _ b: RGB) -> Bool {
        abs(Int(a.red) - Int(b.red)) <= 1 && abs(Int(a.green) - Int(b.green)) <= 1
            && abs(Int(a.blue) - Int(b.blue)) <= 1
    }

    @Test(arguments: FigureStyle.Theme.allCases, [120, 8])
    func cellsAreThoseOfTheOtherImplementation(theme: FigureStyle.Theme, pixels: Int) throws {
        let fit = HeatmapFit(positions: 24, pixels: pixels)
        let golden = try golden((fit.block > 1 ? "blocks-" : "cells-") + theme.rawValue)
        #expect(golden.width == fit.cells)
        let look = try Theme(FigureStyle(theme: theme))
        var canvas = try Canvas(width: fit.side + 4, height: fit.side + 4, paper: look.palette.paper)
        let inks = Inks(look, on: &canvas)
        canvas.heatmap(weights, layer: 0, head: 0, fit: fit, x: 2, y: 2, inks: inks, hairline: 1)
        let drawn = try Pixels(png: canvas.png())
        for row in 0..<fit.cells {
            for column in 0...row {
                let wanted = golden[column, row]
                for (x, y) in [(0, 0), (fit.cell - 1, fit.cell - 1)] {
                    let found = drawn[2 + column * fit.cell + x, 2 + row * fit.cell + y]
                    #expect(isNear(found, wanted), "row \(row), column \(column): \(found.hex), not \(wanted.hex)")
                }
            }
            // What cannot be seen stays paper, but for the edge.
            if row < fit.cells - 2, fit.cell > 1 {
                #expect(drawn[2 + (row + 2) * fit.cell, 2 + row * fit.cell] == look.palette.paper)
            }
        }
    }

    @Test func fewColoursTakeFewBits() throws {
        for (colors, depth) in [(2, 1), (4, 2), (16, 4), (17, 8), (256, 8)] {
            var canvas = try Canvas(width: 300, height: 3, paper: RGB(0, 0, 0))
            for number in 1..<colors {
                canvas.fill(Box(x: number, y: 1, width: 1, height: 1), canvas.color(RGB(UInt8(number), 9, 200)))
            }
            let png = try canvas.png()
            // Byte 24 is the bit depth, 25 the colour type: 3 is a palette.
            #expect(Int(png[24]) == depth && png[25] == 3)
            let pixels = try Pixels(png: png)
            for number in 1..<colors { #expect(pixels[number, 1] == RGB(UInt8(number), 9, 200)) }
        }
    }

    @Test func theColourAfterTheLastIsTheNearest() throws {
        var table = ColorTable()
        for number in 0..<256 { _ = table.index(of: RGB(UInt8(number), 0, 0)) }
        #expect(table.index(of: RGB(7, 1, 0)) == 7)
        #expect(table.colors.count == 256)
    }
}
