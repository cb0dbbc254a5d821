// Where the system gives no more memory: one line, and nothing half written stays. Called by the command alone.
#ifndef CMEMORYEND_H
#define CMEMORYEND_H

/// From here on, a fault that comes of memory running out ends the program with the line of `sg_memory_end_tell` and exit
/// code 1; any other goes its way. Before either, `clean` is called, from within signal handlers.
void sg_memory_end_watch(void (*_Nonnull clean)(void));

/// The line, with its end; a copy is taken.
void sg_memory_end_tell(const char *_Nonnull line);

/// Ends the program in this way, with a line of its own; the first of several threads tells.
_Noreturn void sg_memory_end_now(const char *_Nonnull line);
#endif
