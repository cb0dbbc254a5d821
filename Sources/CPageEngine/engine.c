// Embeds the engines for the page: the same sources compiled to WebAssembly (make page-engine), packed.
#include "CPageEngine.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char engine[] = {
#embed "engine.wasm.zlib"
};

static const unsigned char records[] = {
#embed "records.wasm.lzma"
};

const unsigned char *sg_page_engine(size_t *count) {
    *count = sizeof engine;
    return engine;
}

const unsigned char *sg_record_engine(size_t *count) {
    *count = sizeof records;
    return records;
}
