// The hot loops that need CPU-specific code. Called by: Kernels.
#ifndef STEPGLASS_CKERNELS_H
#define STEPGLASS_CKERNELS_H
#endif
