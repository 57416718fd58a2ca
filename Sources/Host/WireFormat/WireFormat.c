// Holds the frames' layout still: both ends are built from this header, but not always at the same time.

#include "WireFormat.h"

_Static_assert(sizeof(struct wire_header) == 8, "header");
_Static_assert(sizeof(struct wire_started) == 12, "started");
_Static_assert(sizeof(struct wire_trap) == 16, "trap");
_Static_assert(sizeof(struct wire_frame) == 16, "frame");
_Static_assert(sizeof(struct wire_model) == 4, "model");
_Static_assert(sizeof(struct wire_woke) == 16, "woke");
