// Sorting rows, and running sums and products.
#include "paths.h"
#include "threads.h"

#include <stdatomic.h>
#include <stdlib.h>

#define CUMULATIVE(T, W)                                                                                              \
  static void cumulative_##T(const T *in, int64_t count, bool product, T *out) {                                      \
    W total = product;                                                                                                \
    if (product) {                                                                                                    \
      for (int64_t i = 0; i < count; i++) { out[i] = (T)(total *= (W)in[i]); }                                        \
    } else {                                                                                                          \
      for (int64_t i = 0; i < count; i++) { out[i] = (T)(total += (W)in[i]); }                                        \
    }                                                                                                                 \
  }
CUMULATIVE(float, float)
CUMULATIVE(double, double)
// Unsigned arithmetic wraps; signed overflow would be undefined.
CUMULATIVE(int64_t, uint64_t)

void ck_cumulative(int32_t compute, bool product, int64_t rows, int64_t count, const void *in, void *out) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    switch (compute) {
    case ck_float32: cumulative_float((const float *)in + at, count, product, (float *)out + at); break;
    case ck_float64: cumulative_double((const double *)in + at, count, product, (double *)out + at); break;
    default: cumulative_int64_t((const int64_t *)in + at, count, product, (int64_t *)out + at); break;
    }
  }
}

// A value whose order among unsigned integers is the wanted one, and its place.
typedef struct {
  uint64_t key;
  int64_t place;
} entry;

// -0 equals 0; NaN comes after all numbers (ascending), whatever its sign.
static uint64_t key_of_float(float value) {
  uint32_t bits = ck_bits(value + 0.0f);
  if (value != value) { return UINT32_MAX; }
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

static uint64_t key_of_double(double value) {
  uint64_t bits;
  double normal = value + 0.0;
  memcpy(&bits, &normal, sizeof bits);
  if (value != value) { return UINT64_MAX; }
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t key_at(int32_t compute, const void *in, int64_t i) {
  switch (compute) {
  case ck_float32: return key_of_float(((const float *)in)[i]);
  case ck_float64: return key_of_double(((const double *)in)[i]);
  default: return (uint64_t)((const int64_t *)in)[i] ^ (uint64_t)1 << 63;
  }
}

static void sort_few(entry *entries, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    entry moving = entries[i];
    int64_t at = i;
    for (; at > 0 && entries[at - 1].key > moving.key; at--) { entries[at] = entries[at - 1]; }
    entries[at] = moving;
  }
}

// A radix sort by 8 or 11 bits at a time from the lowest on, so that equal keys keep their order; digits in which all
// keys agree cost nothing. The result is in `entries`.
static void sort_many(entry *entries, entry *spare, int64_t count) {
  enum { most_bits = 11 };
  int bits = count < 4096 ? 8 : most_bits;
  uint64_t all = ~(uint64_t)0, any = 0;
  for (int64_t i = 0; i < count; i++) { all &= entries[i].key, any |= entries[i].key; }
  entry *from = entries, *to = spare;
  for (int shift = 0; shift < 64; shift += bits) {
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    if (((all ^ any) >> shift & mask) == 0) { continue; }
    int64_t starts[1 << most_bits] = {0}, start = 0;
    for (int64_t i = 0; i < count; i++) { starts[from[i].key >> shift & mask]++; }
    for (uint64_t digit = 0; digit <= mask; digit++) {
      int64_t size = starts[digit];
      starts[digit] = start;
      start += size;
    }
    for (int64_t i = 0; i < count; i++) { to[starts[from[i].key >> shift & mask]++] = from[i]; }
    entry *other = from;
    from = to, to = other;
  }
  if (from != entries) { memcpy(entries, from, sizeof(entry) * (size_t)count); }
}

bool ck_argsort(int32_t compute, bool descending, int64_t rows, int64_t count, const void *in, int64_t *out) {
  enum { few = 32 };
  entry *entries = malloc(sizeof(entry) * (size_t)(2 * count + 1));
  if (!entries) { return false; }
  int64_t size = ck_size(compute);
  for (int64_t r = 0; r < rows; r++) {
    const void *row = (const char *)in + r * count * size;
    for (int64_t i = 0; i < count; i++) {
      uint64_t key = key_at(compute, row, i);
      entries[i] = (entry){descending ? ~key : key, i};
    }
    count <= few ? sort_few(entries, count) : sort_many(entries, entries + count, count);
    for (int64_t i = 0; i < count; i++) { out[r * count + i] = entries[i].place; }
  }
  free(entries);
  return true;
}
