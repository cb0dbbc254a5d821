# The engine of the page, one WebAssembly module: the sources from Phrases to PageEngine by Embedded Swift, the kernels
# and a small C library by clang, linked without a system. `make -j2 -f .ci/page-engine.mk`; SwiftPM has no part in it.
# Beside it, of the same sources, the engine for records: what it cannot reach, models above all, is left out of it.
#
# A module is compiled once those that it imports are: its line says which. Embedded modules carry their code in
# themselves, so that machine code is made of all of them at once, with the last.
OUT = .build-page
MODULE = $(OUT)/stepglass.wasm
RECORDS = $(OUT)/records.wasm
TARGET = wasm32-unknown-none-wasm
# The tools of one toolchain: the linker and the C compiler beside the Swift compiler.
SWIFTC ?= swiftc
BIN := $(shell $(SWIFTC) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)\/lib\/swift".*/\1/p')/bin
EMBEDDED := $(BIN)/../lib/swift/embedded/$(TARGET)

CFLAGS = --target=$(TARGET) -O3 -msimd128 -mbulk-memory -ffp-contract=off -std=gnu17 -nostdlibinc -Wall -Werror \
  -ISources/CPage/include -ISources/CKernels/include
SWIFTFLAGS = -target $(TARGET) -enable-experimental-feature Embedded -wmo -parse-as-library -Osize \
  -package-name stepglass -swift-version 6 -enable-upcoming-feature ExistentialAny \
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature InternalImportsByDefault \
  -warnings-as-errors -I $(OUT) -Xcc -ISources/CPage/include \
  -Xcc -fmodule-map-file=Sources/CPage/include/module.modulemap

# The instruction sets of other processors stay out.
KERNELS = choose dispatch elementary grids pack pack_codes plain processors sha256
LIBRARY = bytes memory numbers rounding system deflate inflate
SWIFT = Phrases JSONText Digests ElementaryFunctions Threads Traces Kernels ModelFiles Tokenizers ChatTemplates Stages Stories \
  Transformers Generation RunVerification Debugging Lessons Requests
OBJECTS = $(KERNELS:%=$(OUT)/kernels-%.o) $(LIBRARY:%=$(OUT)/library-%.o)
EXPORTS = allocate attach call answerCount attachmentTotal attachment attachmentCount
# The page puts a function of the module that it lends into the engine's table.
$(OUT)/stepglass.wasm: EXPORTS += lend lentModule lentModuleCount
$(OUT)/stepglass.wasm: LINK = --export-table --growable-table

all: $(MODULE) $(RECORDS)

# Nothing lies in the first 1,024 bytes, where the linker begins: an address and a small number that is added become one
# instruction. The engine for records is packed hard, and what is inlined no longer resembles what it was: that takes more
# than it saves. Flattened, its loops are found anew; a third time over, as the others leave some to do.
$(MODULE): SMALLER = -Os --low-memory-unused
$(RECORDS): SMALLER = -Oz --flatten --rereloop -Oz -Oz --low-memory-unused --always-inline-max-function-size 0 --one-caller-inline-max-function-size 0 \
  --flexible-inline-max-function-size 0

$(MODULE): $(OUT)/PageEngine.o
$(RECORDS): $(OUT)/PageRecords.o
# Normalization is for tokenizers; without models texts are compared as they are.
$(MODULE): $(OUT)/library-normalization.o
$(RECORDS): $(OUT)/library-plain_texts.o
$(MODULE) $(RECORDS): $(OBJECTS)
	$(BIN)/wasm-ld --no-entry --gc-sections --strip-all -z stack-size=1048576 $(EXPORTS:%=--export=%) $(LINK) $^ \
	  $(EMBEDDED)/libswiftUnicodeDataTables.a -o $@.linked
	@echo "made smaller, which takes a minute or two"
	@wasm-opt $(SMALLER) --enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
	  --enable-nontrapping-float-to-int $@.linked -o $@
	.ci/page-engine-sources >$@.sources

$(OUT)/kernels-%.o: Sources/CKernels/%.c $(wildcard Sources/CKernels/*.h Sources/CKernels/include/*.h)
	@mkdir -p $(OUT)
	$(BIN)/clang $(CFLAGS) -c $< -o $@

# What the engine is lent, as numbers to be included. It has no stack: it would lie in the engine's memory.
$(OUT)/kernels-plain.o: CFLAGS += -I$(OUT)
$(OUT)/kernels-plain.o: $(OUT)/lent.bytes
$(OUT)/lent.bytes: Sources/CKernels/lent.c $(wildcard Sources/CKernels/*.h)
	@mkdir -p $(OUT)
	$(BIN)/clang $(CFLAGS) -mrelaxed-simd -Wframe-larger-than=0 -c $< -o $(OUT)/lent.o
	$(BIN)/wasm-ld --no-entry --gc-sections --strip-all --import-memory $(OUT)/lent.o -o $(OUT)/lent.wasm
	od -v -An -tu1 $(OUT)/lent.wasm | sed 's/\([0-9]\)\( \|$$\)/\1,\2/g' >$@

# Little of a step's time goes by here.
$(OUT)/library-%.o: CFLAGS += -Os
$(OUT)/library-%.o: Sources/CPage/%.c $(wildcard Sources/CPage/*.h Sources/CPage/include/*.h)
	@mkdir -p $(OUT)
	$(BIN)/clang $(CFLAGS) -c $< -o $@

$(OUT)/JSONText.swiftmodule: $(OUT)/Phrases.swiftmodule
$(OUT)/Traces.swiftmodule: $(OUT)/JSONText.swiftmodule $(OUT)/ElementaryFunctions.swiftmodule $(OUT)/Threads.swiftmodule
$(OUT)/Kernels.swiftmodule: $(OUT)/ElementaryFunctions.swiftmodule $(OUT)/Threads.swiftmodule
$(OUT)/ModelFiles.swiftmodule: $(OUT)/JSONText.swiftmodule $(OUT)/Digests.swiftmodule
$(OUT)/Tokenizers.swiftmodule: $(OUT)/Traces.swiftmodule $(OUT)/ModelFiles.swiftmodule
$(OUT)/ChatTemplates.swiftmodule: $(OUT)/JSONText.swiftmodule $(OUT)/ElementaryFunctions.swiftmodule
$(OUT)/Stages.swiftmodule: $(OUT)/Traces.swiftmodule
$(OUT)/Transformers.swiftmodule: $(OUT)/Kernels.swiftmodule $(OUT)/ModelFiles.swiftmodule $(OUT)/Traces.swiftmodule
$(OUT)/Generation.swiftmodule: $(OUT)/Transformers.swiftmodule $(OUT)/Tokenizers.swiftmodule $(OUT)/ChatTemplates.swiftmodule $(OUT)/Stages.swiftmodule
$(OUT)/RunVerification.swiftmodule: $(OUT)/Generation.swiftmodule
$(OUT)/Stories.swiftmodule: $(OUT)/Stages.swiftmodule
$(OUT)/Debugging.swiftmodule: $(OUT)/Stories.swiftmodule
$(OUT)/Lessons.swiftmodule: $(OUT)/Debugging.swiftmodule $(OUT)/Digests.swiftmodule
$(OUT)/Requests.swiftmodule: $(OUT)/RunVerification.swiftmodule $(OUT)/Lessons.swiftmodule
$(OUT)/PageEngine.o $(OUT)/PageRecords.o: $(OUT)/Requests.swiftmodule

.SECONDEXPANSION:
$(SWIFT:%=$(OUT)/%.swiftmodule): $(OUT)/%.swiftmodule: $$(wildcard Sources/$$*/*.swift Sources/$$*/*/*.swift) \
  $(wildcard Sources/*/include/*)
	@mkdir -p $(OUT)
	@echo "$* for the page"
	@$(SWIFTC) $(SWIFTFLAGS) -module-name $* -emit-module -emit-module-path $@ $(wildcard Sources/$*/*.swift Sources/$*/*/*.swift)

$(OUT)/PageRecords.o: SWIFTFLAGS += -D RECORDS
$(OUT)/PageEngine.o $(OUT)/PageRecords.o: Sources/PageEngine/Exports.swift
	@echo "the machine code of all of them, which takes minutes"
	@$(SWIFTC) $(SWIFTFLAGS) -module-name PageEngine -c Sources/PageEngine/Exports.swift -o $@

.PHONY: all
