// The kernels for 64-bit ARM: four vector registers hold the 16 lanes.
#if defined(__aarch64__)
#define SG_SET neon
#define SG_SET_NAME "neon"
#define SG_NEON 1
#include "kernels.inc.h"
#else
typedef int sg_neon_is_for_arm64;
#endif
