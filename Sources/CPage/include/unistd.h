// The kernels ask it how many processors there are: one.
#ifndef STEPGLASS_PAGE_UNISTD_H
#define STEPGLASS_PAGE_UNISTD_H
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PAGESIZE 30
long sysconf(int name);
#endif
