// The list of the page's files, in the order of the bundle: a module stands after all that it imports.
#include "CPageFiles.h"

// #embed is C23; clang takes it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char page_html[] = {
#embed "../Viewer/Resources/page.html"
};
static const unsigned char page_css[] = {
#embed "../Viewer/Resources/page.css"
};
static const unsigned char base_types_js[] = {
#embed "../Viewer/Resources/base/types.js"
};
static const unsigned char base_place_js[] = {
#embed "../Viewer/Resources/base/place.js"
};
static const unsigned char base_strings_js[] = {
#embed "../Viewer/Resources/base/strings.js"
};
static const unsigned char base_stages_js[] = {
#embed "../Viewer/Resources/base/stages.js"
};
static const unsigned char base_dom_js[] = {
#embed "../Viewer/Resources/base/dom.js"
};
static const unsigned char base_format_js[] = {
#embed "../Viewer/Resources/base/format.js"
};
static const unsigned char base_palette_js[] = {
#embed "../Viewer/Resources/base/palette.js"
};
static const unsigned char base_pen_js[] = {
#embed "../Viewer/Resources/base/pen.js"
};
static const unsigned char base_figure_js[] = {
#embed "../Viewer/Resources/base/figure.js"
};
static const unsigned char base_keys_js[] = {
#embed "../Viewer/Resources/base/keys.js"
};
static const unsigned char base_bytes_js[] = {
#embed "../Viewer/Resources/base/bytes.js"
};
static const unsigned char data_check_js[] = {
#embed "../Viewer/Resources/data/check.js"
};
static const unsigned char data_decode_js[] = {
#embed "../Viewer/Resources/data/decode.js"
};
static const unsigned char data_weights_js[] = {
#embed "../Viewer/Resources/data/weights.js"
};
static const unsigned char data_source_js[] = {
#embed "../Viewer/Resources/data/source.js"
};
static const unsigned char panels_section_js[] = {
#embed "../Viewer/Resources/panels/section.js"
};
static const unsigned char panels_predict_js[] = {
#embed "../Viewer/Resources/panels/predict.js"
};
static const unsigned char panels_formulas_js[] = {
#embed "../Viewer/Resources/panels/formulas.js"
};
static const unsigned char panels_draw_line_js[] = {
#embed "../Viewer/Resources/panels/draw-line.js"
};
static const unsigned char panels_ledger_csv_js[] = {
#embed "../Viewer/Resources/panels/ledger-csv.js"
};
static const unsigned char panels_ledger_table_js[] = {
#embed "../Viewer/Resources/panels/ledger-table.js"
};
static const unsigned char panels_ledger_js[] = {
#embed "../Viewer/Resources/panels/ledger.js"
};
static const unsigned char panels_strip_js[] = {
#embed "../Viewer/Resources/panels/strip.js"
};
static const unsigned char panels_heatmap_js[] = {
#embed "../Viewer/Resources/panels/heatmap.js"
};
static const unsigned char panels_head_grid_js[] = {
#embed "../Viewer/Resources/panels/head-grid.js"
};
static const unsigned char panels_arcs_js[] = {
#embed "../Viewer/Resources/panels/arcs.js"
};
static const unsigned char panels_attention_js[] = {
#embed "../Viewer/Resources/panels/attention.js"
};
static const unsigned char panels_tokens_js[] = {
#embed "../Viewer/Resources/panels/tokens.js"
};
static const unsigned char panels_cache_js[] = {
#embed "../Viewer/Resources/panels/cache.js"
};
static const unsigned char panels_timeline_js[] = {
#embed "../Viewer/Resources/panels/timeline.js"
};
static const unsigned char panels_lens_js[] = {
#embed "../Viewer/Resources/panels/lens.js"
};
static const unsigned char panels_beam_layout_js[] = {
#embed "../Viewer/Resources/panels/beam-layout.js"
};
static const unsigned char panels_hypotheses_js[] = {
#embed "../Viewer/Resources/panels/hypotheses.js"
};
static const unsigned char panels_beams_js[] = {
#embed "../Viewer/Resources/panels/beams.js"
};
static const unsigned char panels_compare_js[] = {
#embed "../Viewer/Resources/panels/compare.js"
};
static const unsigned char panels_run_js[] = {
#embed "../Viewer/Resources/panels/run.js"
};
static const unsigned char panels_glossary_js[] = {
#embed "../Viewer/Resources/panels/glossary.js"
};
static const unsigned char panels_header_js[] = {
#embed "../Viewer/Resources/panels/header.js"
};
static const unsigned char panels_transport_js[] = {
#embed "../Viewer/Resources/panels/transport.js"
};
static const unsigned char main_js[] = {
#embed "../Viewer/Resources/main.js"
};

#define FILE_ENTRY(name, bytes) {name, bytes, sizeof(bytes)}

static const struct page_file files[] = {
    FILE_ENTRY("page.html", page_html),
    FILE_ENTRY("page.css", page_css),
    FILE_ENTRY("base/types.js", base_types_js),
    FILE_ENTRY("base/place.js", base_place_js),
    FILE_ENTRY("base/strings.js", base_strings_js),
    FILE_ENTRY("base/stages.js", base_stages_js),
    FILE_ENTRY("base/dom.js", base_dom_js),
    FILE_ENTRY("base/format.js", base_format_js),
    FILE_ENTRY("base/palette.js", base_palette_js),
    FILE_ENTRY("base/pen.js", base_pen_js),
    FILE_ENTRY("base/figure.js", base_figure_js),
    FILE_ENTRY("base/keys.js", base_keys_js),
    FILE_ENTRY("base/bytes.js", base_bytes_js),
    FILE_ENTRY("data/check.js", data_check_js),
    FILE_ENTRY("data/decode.js", data_decode_js),
    FILE_ENTRY("data/weights.js", data_weights_js),
    FILE_ENTRY("data/source.js", data_source_js),
    FILE_ENTRY("panels/section.js", panels_section_js),
    FILE_ENTRY("panels/predict.js", panels_predict_js),
    FILE_ENTRY("panels/formulas.js", panels_formulas_js),
    FILE_ENTRY("panels/draw-line.js", panels_draw_line_js),
    FILE_ENTRY("panels/ledger-csv.js", panels_ledger_csv_js),
    FILE_ENTRY("panels/ledger-table.js", panels_ledger_table_js),
    FILE_ENTRY("panels/ledger.js", panels_ledger_js),
    FILE_ENTRY("panels/strip.js", panels_strip_js),
    FILE_ENTRY("panels/heatmap.js", panels_heatmap_js),
    FILE_ENTRY("panels/head-grid.js", panels_head_grid_js),
    FILE_ENTRY("panels/arcs.js", panels_arcs_js),
    FILE_ENTRY("panels/attention.js", panels_attention_js),
    FILE_ENTRY("panels/tokens.js", panels_tokens_js),
    FILE_ENTRY("panels/cache.js", panels_cache_js),
    FILE_ENTRY("panels/timeline.js", panels_timeline_js),
    FILE_ENTRY("panels/lens.js", panels_lens_js),
    FILE_ENTRY("panels/beam-layout.js", panels_beam_layout_js),
    FILE_ENTRY("panels/hypotheses.js", panels_hypotheses_js),
    FILE_ENTRY("panels/beams.js", panels_beams_js),
    FILE_ENTRY("panels/compare.js", panels_compare_js),
    FILE_ENTRY("panels/run.js", panels_run_js),
    FILE_ENTRY("panels/glossary.js", panels_glossary_js),
    FILE_ENTRY("panels/header.js", panels_header_js),
    FILE_ENTRY("panels/transport.js", panels_transport_js),
    FILE_ENTRY("main.js", main_js),
};

size_t page_file_count(void) { return sizeof(files) / sizeof(files[0]); }

struct page_file page_file_at(size_t index) { return files[index]; }
