// The kernels for any processor. Without a fused multiply-add the last bits may differ from the other sets.
#define SG_SET plain
#define SG_SET_NAME "plain"
#include "kernels.inc.h"
