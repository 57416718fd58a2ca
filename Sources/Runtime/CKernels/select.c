// Choosing elements by a mask: what is true moves together, without a branch that a processor would have to guess. And
// comparing memory.
#include "CKernels.h"

#include <string.h>

int64_t ck_true_count(int64_t count, const uint8_t *mask) {
  int64_t total = 0;
  for (int64_t i = 0; i < count; i++) { total += mask[i] != 0; }
  return total;
}

#define SELECT(T)                                                                                                     \
  {                                                                                                                   \
    const T *from = in;                                                                                               \
    T *to = out;                                                                                                      \
    for (int64_t i = 0, k = 0; k < total; i++) {                                                                      \
      to[k] = from[i];                                                                                                \
      k += mask[i] != 0;                                                                                              \
    }                                                                                                                 \
    break;                                                                                                            \
  }

void ck_select_true(int64_t size, const uint8_t *mask, int64_t total, const void *in, void *out) {
  switch (size) {
  case 8: SELECT(uint64_t)
  case 4: SELECT(uint32_t)
  case 2: SELECT(uint16_t)
  default: SELECT(uint8_t)
  }
}

void ck_true_places(int32_t rank, const int64_t *shape, const uint8_t *mask, int64_t total, int64_t *out) {
  if (rank == 0) { return; }
  // The places in the flattened mask wait at the end of the result until their rows are written.
  int64_t *flat = out + total * (rank - 1);
  for (int64_t i = 0, k = 0; k < total; i++) {
    flat[k] = i;
    k += mask[i] != 0;
  }
  for (int64_t k = 0; k < total && rank > 1; k++) {
    int64_t place = flat[k];
    for (int32_t d = rank - 1; d >= 0; d--) {
      out[k * rank + d] = place % shape[d];
      place /= shape[d];
    }
  }
}

bool ck_same_bytes(int64_t bytes, const void *a, const void *b) {
  return bytes == 0 || memcmp(a, b, (size_t)bytes) == 0;
}
