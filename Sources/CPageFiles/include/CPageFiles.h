// The page's own files (Sources/Viewer/Resources) as bytes inside the binary. Called by: Viewer's bundle.
// C embeds a file in no time, where Swift's embedInCode takes half a minute for 300 KB of array literals.
#ifndef STEPGLASS_CPAGEFILES_H
#define STEPGLASS_CPAGEFILES_H

#include <stddef.h>

/// One file of the page; `name` is its path below Resources.
struct page_file {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t length;
};

/// How many files there are: the template, the style sheet, then the modules, each after those it imports.
size_t page_file_count(void);

/// The file at an index below page_file_count().
struct page_file page_file_at(size_t index);

#endif
