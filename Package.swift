// swift-tools-version: 6.2
// The targets, read from top to bottom, are the levels of the house: each imports only what stands above it.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// For targets that compute, or read and write what is large. `make` builds without optimisation, the packages that this one
/// stands on included (`BUILD_FLAGS`): most code waits for people, and to optimise it all took half of the whole build. The
/// compiler proper is told to optimise these few all the same, within and across modules, as the driver lets the last word
/// count. Without make's flags everything is optimised. A package that takes this one by a version number may not be given
/// such flags, and needs none.
let hurried: [SwiftSetting] =
    Context.packageDirectory.contains("/checkouts/")
    ? []
    : [.unsafeFlags(["-Xfrontend", "-O", "-Xfrontend", "-enable-default-cmo"], .when(configuration: .release))]

/// For the last target and largest one, beside which there is nothing left to compile: its files in two halves, one for each
/// core, instead of as a whole.
let halved: [SwiftSetting] =
    Context.packageDirectory.contains("/checkouts/")
    ? []
    : [
        .unsafeFlags(
            ["-no-whole-module-optimization", "-enable-batch-mode", "-driver-batch-count", "2"],
            .when(configuration: .release))
    ]

/// A Swift target of this package with the house's settings.
func house(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], plugins: [Target.PluginUsage] = [],
    settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings + settings,
        plugins: plugins)
}

/// The tests of one target; `fixtures` says that it has a folder `Fixtures` of golden files, `makers` names the scripts
/// beside the tests that make them.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false, makers: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: makers,
        resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: swiftSettings + hurried)
}

// Debian's file for it has a flag that SwiftPM refuses with a warning, and needs none: the module map names the library.
#if os(macOS)
    let utf8proc: String? = "libutf8proc"
#else
    let utf8proc: String? = nil
#endif

let package = Package(
    name: "stepglass",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "stepglass", targets: ["stepglass"]),
        .library(name: "Phrases", targets: ["Phrases"]),
        .library(name: "Traces", targets: ["Traces"]),
        .library(name: "Tokenizers", targets: ["Tokenizers"]),
        .library(name: "ChatTemplates", targets: ["ChatTemplates"]),
        .library(name: "Stages", targets: ["Stages"]),
        .library(name: "Transformers", targets: ["Transformers"]),
        .library(name: "Generation", targets: ["Generation"]),
        .library(name: "Figures", targets: ["Figures"]),
        .library(name: "Viewer", targets: ["Viewer"]),
        .library(name: "Debugging", targets: ["Debugging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
    ],
    targets: [
        // What puts the page's files into Viewer while building; no part of any product.
        .executableTarget(name: "page-embedder", swiftSettings: swiftSettings),
        .plugin(
            name: "EmbedPageFiles", capability: .buildTool(), dependencies: ["page-embedder"],
            path: "Sources/EmbedPageFiles"),
        // Level 0: system libraries (module maps only), the CPU kernels, digests, the shipped model's bytes, JSON, the trace.
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"]), .brew(["freetype"])]),
        .systemLibrary(
            name: "CFontconfig", pkgConfig: "fontconfig",
            providers: [.apt(["libfontconfig-dev"]), .brew(["fontconfig"])]),
        .systemLibrary(
            name: "CHarfBuzz", pkgConfig: "harfbuzz",
            providers: [.apt(["libharfbuzz-dev"]), .brew(["harfbuzz"])]),
        .systemLibrary(
            name: "CFriBidi", pkgConfig: "fribidi", providers: [.apt(["libfribidi-dev"]), .brew(["fribidi"])]),
        .systemLibrary(
            name: "CUTF8Proc", pkgConfig: utf8proc, providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]),
        .systemLibrary(
            name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"]), .brew(["gnutls"])]),
        // Its variadic functions with fixed arguments; certificates.
        .target(name: "CWebServer", dependencies: ["CMicroHTTPD", "CGnuTLS"]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),  // macOS has it
        // One request with fixed arguments.
        .target(name: "CWebClient", dependencies: ["CCurl"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CKernels"),
        // What is told, and done, where the system gives no more memory.
        .target(name: "CMemoryEnd"),
        .target(name: "CTinyModel", exclude: ["stepglass-tiny", "stepglass-tiny-bert"]),
        .target(name: "CPageEngine", exclude: ["engine.wasm.zlib", "records.wasm.lzma", "engine.sources"]),
        house("Digests", ["CKernels"], settings: hurried),
        house("ElementaryFunctions", ["CKernels"], settings: hurried),
        house("Threads", ["CKernels"], settings: hurried),
        house("Phrases", []),
        house("JSONText", ["Phrases"], settings: hurried),
        house("Traces", ["JSONText", "Phrases", "ElementaryFunctions", "Threads", "CZlib"], settings: hurried),
        // Level 1: numbers, files, text.
        house("Kernels", ["CKernels", "ElementaryFunctions", "Threads"], settings: hurried),
        house("ModelFiles", ["JSONText", "Digests", "CKernels"], settings: hurried),
        house("Tokenizers", ["Traces", "JSONText", "ModelFiles", "CUTF8Proc"], settings: hurried),
        house("ChatTemplates", ["JSONText", "ElementaryFunctions"]),
        house("Stages", ["Traces", "Phrases", "ElementaryFunctions", "CKernels"], settings: hurried),
        // A step in a few sentences, for whatever shows one.
        house("Stories", ["Stages", "Traces", "JSONText", "Phrases"], settings: hurried),
        house("TraceSamples", ["Traces"], settings: hurried),  // made-up runs for tests; no product
        .target(name: "CAllocations"),  // counts what a test allocates; no product
        house("TestTools", []),  // what tests need of the machine, and how they run other programs; no product
        // Level 2: the forward passes.
        house(
            "Transformers", ["Kernels", "ElementaryFunctions", "CKernels", "ModelFiles", "JSONText", "Traces"],
            settings: hurried),
        // Level 3: what makes a trace grow, and what shows one.
        house(
            "Generation",
            [
                "Digests", "JSONText", "Kernels", "ModelFiles", "Transformers", "Tokenizers", "ChatTemplates", "Stages",
                "Traces", "Phrases", "CKernels",
            ], settings: hurried),
        house(
            "Figures",
            ["Stages", "Traces", "Phrases", "CPNG", "CFreeType", "CFontconfig", "CHarfBuzz", "CFriBidi"]),
        house(
            "Viewer", ["Stages", "Stories", "Traces", "JSONText", "Phrases", "Digests"], exclude: ["Resources"],
            plugins: ["EmbedPageFiles"], settings: hurried),
        house(
            "RunVerification", ["Generation", "Stages", "Tokenizers", "Traces", "Phrases"]),
        house(
            "Debugging", ["Stages", "Stories", "Traces", "JSONText", "Phrases", "ElementaryFunctions"]),
        // A record in other tools' formats.
        house("Exports", ["Traces", "JSONText", "Phrases"]),
        // The course: values, checks, variants. It sees records, and what makes them is handed in.
        house(
            "Lessons",
            ["Debugging", "Digests", "Stages", "Traces", "JSONText", "Phrases", "ElementaryFunctions"]),
        // Level 4: what front ends ask of models and runs, as values.
        house(
            "Requests",
            [
                "Debugging", "Generation", "Lessons", "RunVerification", "Kernels", "ModelFiles", "Tokenizers",
                "Transformers", "Stages", "Stories", "Traces", "JSONText", "Phrases",
            ]),
        // Other engines as a source of steps, with what each can tell; no part of the page.
        house(
            "Engines",
            [
                "Requests", "Debugging", "Generation", "Kernels", "Tokenizers", "Transformers", "Stages", "Traces",
                "JSONText", "Phrases", "ElementaryFunctions", "CWebClient",
            ]),
        // What the page calls; natively only its tests do.
        house("PageEngine", ["Requests", "Kernels"]),
        // The course's files; no part of the page.
        house(
            "LessonFiles", ["Lessons", "JSONText", "Phrases", "CYAML"],
            plugins: ["EmbedPageFiles"]),
        // A class on one machine: its file, its rules; no network and no terminal.
        house(
            "Classes", ["Lessons", "JSONText", "Phrases", "Digests", "Threads", "CUTF8Proc", "CSQLite"]),
        // The page and the class over HTTP: rules for every request, sessions, the one thread of the engine.
        house(
            "Serving",
            [
                "Requests", "Debugging", "Generation", "Kernels", "Classes", "Lessons", "Digests", "JSONText",
                "Phrases", "Threads", "Traces",
                "CMicroHTTPD", "CWebServer", "CQRCode",
            ]),
        // The debugger for editors: requests and events of the Debug Adapter Protocol over its values.
        house("DebugAdapter", ["Debugging", "Traces", "JSONText", "Phrases", "Threads"]),
        // Other libraries' ways from logits to kept sets, as rules; no part of the page.
        house("SamplingLibraries", ["Traces", "Phrases", "ElementaryFunctions"]),
        // Level 5: commands, terminal, files.
        .executableTarget(
            name: "stepglass",
            dependencies: [
                "Traces", "JSONText", "Digests", "Phrases", "Kernels", "ModelFiles", "CTinyModel", "CPageEngine",
                "Tokenizers", "ChatTemplates", "Transformers", "Stages", "Generation", "RunVerification", "Figures",
                "Viewer", "Debugging", "DebugAdapter", "SamplingLibraries", "Exports", "Requests", "Serving", "Classes",
                "Lessons", "LessonFiles", "Engines", "ElementaryFunctions", "Threads", "CMemoryEnd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings + halved),
        // What is read from strangers, as functions of bytes, for the tests and for `make fuzz`; no product.
        house(
            "FuzzTargets",
            [
                "CTinyModel", "ChatTemplates", "Classes", "DebugAdapter", "Debugging", "Engines", "Figures",
                "Generation", "JSONText", "Kernels", "LessonFiles", "Lessons", "ModelFiles", "Phrases", "Requests",
                "Serving", "Stages", "Tokenizers", "TraceSamples", "Traces", "Viewer",
            ]),
        tests("FuzzTargets", ["FuzzTargets", "TestTools"], makers: ["Found"]),
        tests("Digests", ["Digests"], fixtures: true, makers: ["make_fixtures.py"]),
        tests("ElementaryFunctions", ["ElementaryFunctions", "TestTools"]),
        tests("Phrases", ["Phrases"]),
        tests("JSONText", ["JSONText"]),
        tests("Traces", ["Traces", "TraceSamples", "TestTools", "JSONText", "Phrases"]),
        tests(
            "Stages", ["Stages", "TestTools", "Traces", "JSONText", "Phrases", "CKernels"], fixtures: true,
            makers: ["make_fixtures.py"]),
        tests("Stories", ["Stories", "Stages", "Traces", "TraceSamples", "JSONText", "Phrases"]),
        tests("Threads", ["Threads"]),
        tests("Kernels", ["Kernels", "TestTools", "CKernels", "ModelFiles"], makers: ["make_grids.py"]),
        tests("ModelFiles", ["ModelFiles", "TestTools", "JSONText"], fixtures: true, makers: ["make_fixtures.py"]),
        tests(
            "Tokenizers", ["Tokenizers", "TestTools", "Digests", "Traces", "JSONText", "ModelFiles"], fixtures: true,
            makers: ["make_fixtures.py", "fuzz_tokenizers.py"]),
        tests(
            "ChatTemplates", ["ChatTemplates", "TestTools", "JSONText", "ModelFiles"], fixtures: true,
            makers: ["make_fixtures.py", "template_cases.py", "language_cases.py"]),
        tests(
            "Transformers",
            [
                "Transformers", "TestTools", "Kernels", "ModelFiles", "CAllocations", "CTinyModel", "JSONText",
                "Traces",
            ],
            fixtures: true,
            makers: [
                "make_fixtures.py", "make_shapes.py", "make_small_models.py", "make_decoder_models.py",
                "make_gemma_golden.py", "make_bert.py", "make_minilm_golden.py",
                "make_tiny_golden.py", "make_residual_golden.py",
            ]),
        tests(
            "Generation",
            [
                "Generation", "RunVerification", "TestTools", "CTinyModel", "Stages", "Transformers", "Tokenizers",
                "Traces",
                "JSONText", "Phrases",
                "Kernels", "CKernels",
                "ModelFiles",
            ],
            fixtures: true,
            makers: ["make_fixtures.py", "make_beam_reference.py", "make_fill_golden.py"]),
        tests(
            "Figures", ["Figures", "Stages", "Traces", "TraceSamples", "Phrases", "CPNG"], fixtures: true,
            makers: ["make_fixtures.py"]),
        tests(
            "Viewer", ["Viewer", "TestTools", "Stages", "Traces", "TraceSamples", "Digests", "JSONText", "Phrases"],
            makers: [
                "browser_test.py", "steered.py", "browser.py", "firefox.py", "attention_rows.py", "growing.py",
                "hostile.py", "wording.py", "everyone.py", "views.py", "axe.py", "front.py", "room.py", "keyboard.py",
                "journeys.py", "motion.py", "colours.py", "book_source.py", "book_on_paper.py", "controls.py",
                "directions.py", "filled.py", "first_screen.py", "lesson_picture.py", "hands.py", "inside.py",
                "shapes.py",
                "accessibility.js", "browser.d.ts", "check_types.sh", "modules.mjs",
            ]),
        tests(
            "Debugging", ["Debugging", "Stages", "Traces", "JSONText", "TraceSamples", "Phrases"], fixtures: true,
            makers: ["make_fixtures.py"]),
        tests("DebugAdapter", ["DebugAdapter", "Debugging", "TestTools", "TraceSamples", "JSONText", "Phrases"]),
        tests(
            "SamplingLibraries", ["SamplingLibraries", "Traces", "JSONText", "Phrases"], fixtures: true,
            makers: ["make_fixtures.py"]),
        tests("Engines", ["Engines", "Stages", "TestTools", "Traces", "Phrases"]),
        tests(
            "Exports", ["Exports", "TestTools", "Traces", "TraceSamples", "JSONText"],
            makers: ["trace_events.py", "read_tables.py"]),
        tests(
            "Lessons",
            [
                "Lessons", "LessonFiles", "Requests", "Generation", "CTinyModel", "JSONText", "Kernels", "ModelFiles",
                "Phrases", "TestTools", "Traces",
            ]),
        // Takes answers until it is killed, for the tests of Classes; no product.
        .executableTarget(
            name: "class-under-load", dependencies: ["Classes", "Lessons", "Phrases"], swiftSettings: swiftSettings),
        tests(
            "Classes",
            [
                "Classes", "class-under-load", "LessonFiles", "Lessons", "Requests", "Generation", "CTinyModel",
                "Kernels", "ModelFiles", "JSONText", "Phrases", "TestTools", "Threads",
            ]),
        tests("Requests", ["Requests", "CTinyModel", "JSONText", "Kernels"]),
        tests(
            "Serving",
            [
                "Serving", "Requests", "Generation", "Kernels", "ModelFiles", "Phrases", "JSONText", "TestTools",
                "Threads",
            ],
            makers: ["served.py", "serving.py", "served_page.py", "attacks.py", "class_engine.py", "class_page.py"]),
        tests(
            "PageEngine", ["PageEngine", "Requests", "TestTools", "CTinyModel", "JSONText", "Kernels", "Traces"],
            fixtures: true,
            makers: ["host.mjs", "run_host.mjs", "fuzz_module.mjs", "browser_host.py", "make_fixtures.py"]),
        tests(
            "stepglass",
            [
                "stepglass", "TestTools", "Stages", "Generation", "Debugging", "Requests", "Traces", "TraceSamples",
                "JSONText", "Phrases", "ModelFiles", "Tokenizers", "ChatTemplates", "Transformers", "Figures",
                "Exports",
                "Lessons", "Classes", "Serving",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], fixtures: true,
            makers: [
                "why_search.py", "living.py", "living_page.py", "hurried_page.py", "living_book.py", "paired_page.py",
                "recorded_page.py",
                "dropped_model.py", "class_meets.py", "class_attacked.py", "class_killed.py",
                "extreme_records.py", "power.py",
                "dap_client.py", "dap_sessions.py", "dap_on_a_port.py", "dap_editor.lua",
                "make_large_model.py", "what_if.py", "what_if_tail.py", "quiz_check.py", "batch_check.py", "heeding.py",
                "odd_models.py",
                "notebook_check.py", "notebook_weights.mjs", "engine_check.py", "engine_models.py", "llama_server.py",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)

// `make sanitize` builds a few of the tests with what they need, and nothing else: STEPGLASS_ONLY="KernelsTests ClassesTests".
// The targets stand in order, so that what one needs is above it.
if let only = Context.environment["STEPGLASS_ONLY"] {
    var wanted = Set(only.split(separator: " ").map(String.init))
    wanted.formUnion(package.targets.filter { $0.type == .plugin }.map(\.name) + ["page-embedder"])
    for target in package.targets.reversed() where wanted.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}
