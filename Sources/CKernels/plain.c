// The kernels for any processor: slow, and the same bits as the other sets.
#define SG_SET plain
#define SG_SET_NAME "plain"
#include "kernels.inc.h"
#if defined(__wasm_simd128__)
#include "lend.inc.h"
#endif
