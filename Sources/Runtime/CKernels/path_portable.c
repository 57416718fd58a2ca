// The kernels in plain C: for processors without a path of their own; NEON comes from the compiler.
#include "functions.h"
#include "paths.h"

#include <stdlib.h>

#define PATH portable
#define LANES 4
#include "path.inc"
