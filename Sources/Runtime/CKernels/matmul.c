// Matrix products: panels of 16 columns are packed once and every row runs past them; no sum depends on the blocking.
#include "convert.h"

#include <stdlib.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, T)

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))
#define T float
#define FMA __builtin_fmaf
#include "matmul.inc"
#undef T
#undef FMA
#define T double
#define FMA __builtin_fma
#include "matmul.inc"
#undef T
#undef FMA
#undef ADD
#undef MULTIPLY
#define ADD(a, b) ((int64_t)((uint64_t)(a) + (uint64_t)(b)))
#define MULTIPLY(a, b) ((int64_t)((uint64_t)(a) * (uint64_t)(b)))
#define T int64_t
#define FMA(a, b, c) ADD(MULTIPLY(a, b), c)
#include "matmul.inc"
#undef T

typedef void (*panel_kernel)(int64_t m, int64_t n, int64_t k, ck_matrix a, int64_t at, const void *panel,
                             const void *bias, void *out);

// One entry per type and instruction set; a fused multiply-add is exact, so all of them give the same bits.
#define KERNEL(NAME_, TYPE, ATTRIBUTES)                                                                               \
  ATTRIBUTES static void NAME_(int64_t m, int64_t n, int64_t k, ck_matrix a, int64_t at, const void *panel,           \
                               const void *bias, void *out) {                                                         \
    panel_##TYPE(m, n, k, a, at, panel, bias, out);                                                                   \
  }

KERNEL(float_portable, float, )
KERNEL(double_portable, double, )
KERNEL(int64_portable, int64_t, )
#if defined(__x86_64__)
KERNEL(float_fma, float, __attribute__((target("avx2,fma"))))
KERNEL(double_fma, double, __attribute__((target("avx2,fma"))))
#endif

static panel_kernel kernel_for(int32_t compute) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) {
    if (compute == ck_float32) { return float_fma; }
    if (compute == ck_float64) { return double_fma; }
  }
#endif
  return compute == ck_float32 ? float_portable : compute == ck_float64 ? double_portable : int64_portable;
}

bool ck_matmul(int32_t compute, int64_t m, int64_t n, int64_t k, ck_matrix a, ck_matrix b, const void *bias,
               void *out) {
  int64_t size = ck_size(compute);
  void *panel = malloc((size_t)((k + 1) * 16 * size));
  if (!panel) { return false; }
  panel_kernel kernel = kernel_for(compute);
  for (int64_t at = 0; at < n; at += 16) {
    const void *columns = (const char *)b.data + at * b.column_stride * size;
    switch (compute) {
    case ck_float32: pack_float(k, n - at, columns, b.row_stride, b.column_stride, panel); break;
    case ck_float64: pack_double(k, n - at, columns, b.row_stride, b.column_stride, panel); break;
    default: pack_int64_t(k, n - at, columns, b.row_stride, b.column_stride, panel); break;
    }
    kernel(m, n, k, a, at, panel, bias, out);
  }
  free(panel);
  return true;
}
