// What the rest of this target asks of the processor.
#ifndef STEPGLASS_DISPATCH_H
#define STEPGLASS_DISPATCH_H
#include "CKernels.h"

// How one token's products fetch ahead on this processor.
extern enum sg_fetch sg_fetch_hint;

// Whether the processor has instructions for SHA-256.
bool sg_has_sha256(void);
#endif
