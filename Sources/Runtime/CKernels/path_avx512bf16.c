// The kernels compiled for AVX-512 with its products of bfloat16 numbers and of bytes.
#include "functions.h"
#include "paths.h"

#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512bf16,avx512vnni,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#define PATH avx512bf16
#define LANES 16
#define BFLOAT16_PAIRS
#define BYTE_PRODUCTS
#include "path.inc"
#pragma clang attribute pop
#endif
