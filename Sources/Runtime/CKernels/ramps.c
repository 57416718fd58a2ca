// Values with equal distances, made in int64 or float64 and stored as any dtype.
#include "paths.h"

enum { piece = 4 * ck_chunk };

static void store(int32_t from, const void *values, int64_t n, int32_t to, void *out) {
  int64_t stride = 1;
  ck_copy(1, &n, (ck_source){values, &stride, from}, (ck_target){out, &stride, to});
}

void ck_ramp_double(double start, double step, int64_t count, int32_t dtype, void *out) {
  double values[piece];
  for (int64_t at = 0; at < count; at += piece) {
    int64_t n = count - at < piece ? count - at : piece;
    void *to = (char *)out + at * ck_size(dtype), *made = dtype == ck_float64 ? to : values;
    ck_path_in_use()->ramp_double(start, step, at, (int32_t)n, made);
    if (made == values) { store(ck_float64, values, n, dtype, to); }
  }
}

// Whether no value of the ramp needs more bits than a double has.
static bool is_exact(double start, double step, double count) { return fabs(start) + fabs(step) * count <= 0x1p53; }

void ck_ramp_int64(int64_t start, int64_t step, int64_t count, int32_t dtype, void *out) {
  if (dtype == ck_float64 && is_exact((double)start, (double)step, (double)count)) {
    ck_ramp_double((double)start, (double)step, count, dtype, out);
    return;
  }
  int64_t values[piece];
  for (int64_t at = 0; at < count; at += piece) {
    int64_t n = count - at < piece ? count - at : piece;
    void *to = (char *)out + at * ck_size(dtype), *made = dtype == ck_int64 ? to : values;
    ck_path_in_use()->ramp_int64((uint64_t)start + (uint64_t)step * (uint64_t)at, (uint64_t)step, n, made);
    if (made == values) { store(ck_int64, values, n, dtype, to); }
  }
}
