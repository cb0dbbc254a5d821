// swift-tools-version: 6.2
// The targets, read from top to bottom, are the levels of the house: each imports only what stands above it.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A Swift target of this package with the house's settings.
func house(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

/// The tests of one target; `fixtures` says that it has a folder `Fixtures` of golden files, `makers` names the scripts
/// beside the tests that make them.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false, makers: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: makers,
        resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: swiftSettings)
}

let package = Package(
    name: "stepglass",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "stepglass", targets: ["stepglass"]),
        .library(name: "Traces", targets: ["Traces"]),
        .library(name: "Tokenizers", targets: ["Tokenizers"]),
        .library(name: "Transformers", targets: ["Transformers"]),
        .library(name: "Generation", targets: ["Generation"]),
        .library(name: "Figures", targets: ["Figures"]),
        .library(name: "Viewer", targets: ["Viewer"]),
        .library(name: "Debugging", targets: ["Debugging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
    ],
    targets: [
        // Level 0: system libraries (module maps only), the CPU kernels, the shipped model's bytes, JSON, the trace.
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"]), .brew(["freetype"])]),
        .systemLibrary(
            name: "CFontconfig", pkgConfig: "fontconfig",
            providers: [.apt(["libfontconfig-dev"]), .brew(["fontconfig"])]),
        .systemLibrary(
            name: "CUTF8Proc", pkgConfig: "libutf8proc", providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CKernels"),
        .target(name: "CTinyModel", exclude: ["stepglass-tiny"]),
        .target(name: "CPageFiles"),
        house("JSONText", []),
        house("Traces", ["JSONText", "CZlib"]),
        // Level 1: numbers, files, text.
        house("Kernels", ["CKernels"]),
        house("ModelFiles", ["JSONText", "CKernels"]),
        house(
            "Tokenizers",
            [
                "Traces", "JSONText", "ModelFiles", "CUTF8Proc",
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
        house("ChatTemplates", ["JSONText"]),
        house("TraceSamples", ["Traces"]),  // made-up runs for tests; no product
        // Level 2: the forward passes.
        house("Transformers", ["Kernels", "CKernels", "ModelFiles", "JSONText", "Traces"]),
        // Level 3: what makes a trace grow, and what shows one.
        house(
            "Generation",
            ["JSONText", "Kernels", "ModelFiles", "Transformers", "Tokenizers", "ChatTemplates", "Traces", "CKernels"]),
        house("Figures", ["Traces", "CPNG", "CFreeType", "CFontconfig"]),
        house("Viewer", ["Traces", "CZlib", "CPageFiles"], exclude: ["Resources"]),
        house("Debugging", ["Traces"]),
        // Level 5: commands, terminal, files.
        .executableTarget(
            name: "stepglass",
            dependencies: [
                "Traces", "JSONText", "Kernels", "ModelFiles", "CTinyModel", "Tokenizers", "ChatTemplates",
                "Transformers",
                "Generation", "Figures", "Viewer", "Debugging",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings),
        tests("JSONText", ["JSONText"]),
        tests("Traces", ["Traces", "TraceSamples", "JSONText"]),
        tests("Kernels", ["Kernels", "CKernels", "ModelFiles"]),
        tests("ModelFiles", ["ModelFiles", "JSONText"], fixtures: true, makers: ["make_fixtures.py"]),
        tests(
            "Tokenizers", ["Tokenizers", "Traces", "JSONText", "ModelFiles"], fixtures: true,
            makers: ["make_fixtures.py"]),
        tests(
            "ChatTemplates", ["ChatTemplates", "JSONText", "ModelFiles"], fixtures: true,
            makers: ["make_fixtures.py", "template_cases.py", "language_cases.py"]),
        tests(
            "Transformers", ["Transformers", "Kernels", "ModelFiles", "CTinyModel", "JSONText", "Traces"],
            fixtures: true,
            makers: ["make_fixtures.py", "make_small_models.py", "make_tiny_golden.py"]),
        tests(
            "Generation",
            ["Generation", "Transformers", "Tokenizers", "Traces", "JSONText", "Kernels", "CKernels", "ModelFiles"],
            fixtures: true,
            makers: ["make_fixtures.py", "make_beam_reference.py"]),
        tests(
            "Figures", ["Figures", "Traces", "TraceSamples", "CPNG"], fixtures: true, makers: ["make_fixtures.py"]),
        tests(
            "Viewer", ["Viewer", "Traces", "TraceSamples", "JSONText"],
            makers: ["browser_test.py", "accessibility.js", "browser.d.ts", "check_types.sh"]),
        tests(
            "Debugging", ["Debugging", "Traces", "TraceSamples"], fixtures: true, makers: ["make_fixtures.py"]),
        tests(
            "stepglass",
            [
                "stepglass", "Generation", "Debugging", "Traces", "TraceSamples", "JSONText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], fixtures: true),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
