// Embeds the engine for the page: the same sources compiled to WebAssembly (make page-engine), as one zlib stream.
#include "CPageEngine.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char engine[] = {
#embed "engine.wasm.zlib"
};

const unsigned char *sg_page_engine(size_t *count) {
    *count = sizeof engine;
    return engine;
}
