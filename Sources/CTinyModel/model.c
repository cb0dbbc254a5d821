// Embeds the files of stepglass-tiny and stepglass-tiny-bert, so that the command needs no file beside it.
#include "CTinyModel.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// 16-byte alignment: the weights are read in place.
_Alignas(16) static const unsigned char weights[] = {
#embed "stepglass-tiny/model.safetensors"
};
static const unsigned char configuration[] = {
#embed "stepglass-tiny/config.json"
};
static const unsigned char generation[] = {
#embed "stepglass-tiny/generation_config.json"
};
static const unsigned char tokenizer[] = {
#embed "stepglass-tiny/tokenizer.json"
};
static const unsigned char tokenizer_configuration[] = {
#embed "stepglass-tiny/tokenizer_config.json"
};

static const struct sg_tiny_file files[] = {
    {"model.safetensors", weights, sizeof weights},
    {"config.json", configuration, sizeof configuration},
    {"generation_config.json", generation, sizeof generation},
    {"tokenizer.json", tokenizer, sizeof tokenizer},
    {"tokenizer_config.json", tokenizer_configuration, sizeof tokenizer_configuration},
    {0, 0, 0},
};

_Alignas(16) static const unsigned char bert_weights[] = {
#embed "stepglass-tiny-bert/model.safetensors"
};
static const unsigned char bert_configuration[] = {
#embed "stepglass-tiny-bert/config.json"
};
static const unsigned char bert_tokenizer[] = {
#embed "stepglass-tiny-bert/tokenizer.json"
};
static const unsigned char bert_tokenizer_configuration[] = {
#embed "stepglass-tiny-bert/tokenizer_config.json"
};

static const struct sg_tiny_file bert_files[] = {
    {"model.safetensors", bert_weights, sizeof bert_weights},
    {"config.json", bert_configuration, sizeof bert_configuration},
    {"tokenizer.json", bert_tokenizer, sizeof bert_tokenizer},
    {"tokenizer_config.json", bert_tokenizer_configuration, sizeof bert_tokenizer_configuration},
    {0, 0, 0},
};

const struct sg_tiny_file *sg_tiny_bert_file_at(int index) {
    const int count = sizeof bert_files / sizeof bert_files[0];
    return &bert_files[index >= 0 && index < count ? index : count - 1];
}

const struct sg_tiny_file *sg_tiny_file_at(int index) {
    const int count = sizeof files / sizeof files[0];
    return &files[index >= 0 && index < count ? index : count - 1];
}
