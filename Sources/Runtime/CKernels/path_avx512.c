// The kernels compiled for AVX-512.
#include "functions.h"
#include "paths.h"

#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#define PATH avx512
#define LANES 16
#include "path.inc"
#pragma clang attribute pop
#endif
