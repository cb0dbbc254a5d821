// Normalization form C by the tables of Swift's own standard library, under the names that the tokenizers call.
#ifndef STEPGLASS_PAGE_UTF8PROC_H
#define STEPGLASS_PAGE_UTF8PROC_H
#include <stdint.h>

typedef int16_t utf8proc_propval_t;
typedef int32_t utf8proc_int32_t;
typedef long utf8proc_ssize_t;

typedef enum { UTF8PROC_STABLE = 1 << 1, UTF8PROC_COMPOSE = 1 << 3 } utf8proc_option_t;
typedef enum { UTF8PROC_CATEGORY_MN = 5, UTF8PROC_CATEGORY_MC = 6, UTF8PROC_CATEGORY_ME = 7 } utf8proc_category_t;

typedef struct {
    utf8proc_propval_t category;
    utf8proc_propval_t combining_class;
    uint16_t decomp_seqindex;  // 65535: it has no decomposition
} utf8proc_property_t;

const utf8proc_property_t *utf8proc_get_property(utf8proc_int32_t scalar);
utf8proc_ssize_t utf8proc_decompose_char(utf8proc_int32_t scalar, utf8proc_int32_t *to, utf8proc_ssize_t count,
                                         utf8proc_option_t options, int *last_boundclass);
utf8proc_ssize_t utf8proc_normalize_utf32(utf8proc_int32_t *scalars, utf8proc_ssize_t count,
                                          utf8proc_option_t options);
#endif
