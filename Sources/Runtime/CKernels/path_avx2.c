// The kernels compiled for AVX2 and FMA.
#include "functions.h"
#include "paths.h"

#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define PATH avx2
#define LANES 8
#include "path.inc"
#pragma clang attribute pop
#endif
