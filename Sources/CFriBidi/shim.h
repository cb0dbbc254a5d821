#include <fribidi.h>

// Macros that Swift does not see.
static const FriBidiParType firstStrongDirection = FRIBIDI_PAR_ON;
static inline int isReadFromTheRight(FriBidiChar character) { return FRIBIDI_IS_RTL(fribidi_get_bidi_type(character)) != 0; }
