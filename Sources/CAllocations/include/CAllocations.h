// How often memory is allocated, for tests: a program that this is linked into counts what each of its threads allocates.
#ifndef STEPGLASS_CALLOCATIONS_H
#define STEPGLASS_CALLOCATIONS_H

// Blocks that the calling thread has allocated so far, or enlarged; -1 where nobody counts.
long sg_allocations(void);

#endif
