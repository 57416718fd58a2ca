// Moving elements to and from places that an index tensor names.
#include "convert.h"

int64_t ck_first_outside(const int64_t *places, int64_t count, int64_t size) {
  for (int64_t i = 0; i < count; i++) {
    if (places[i] < 0 || places[i] >= size) { return i; }
  }
  return -1;
}

// Steps through `shape` in row-major order; false after the last index.
static bool step(int32_t rank, const int64_t *shape, int64_t *index) {
  for (int32_t d = rank - 1; d >= 0; d--) {
    if (++index[d] < shape[d]) { return true; }
    index[d] = 0;
  }
  return false;
}

static bool is_empty(int32_t rank, const int64_t *shape) {
  for (int32_t d = 0; d < rank; d++) {
    if (shape[d] == 0) { return true; }
  }
  return false;
}

// One line of the index along the last dimension: `step` is the source's along it, 0 when it is the one that is indexed.
#define GATHER(TYPE)                                                                                                  \
  {                                                                                                                   \
    const TYPE *from = line;                                                                                          \
    TYPE *to = out;                                                                                                   \
    for (int64_t j = 0; j < n; j++) { to[j] = from[places[j] * stride + j * step]; }                                  \
    break;                                                                                                            \
  }

static void gather_line(int64_t size, int64_t n, const void *line, const int64_t *places, int64_t stride, int64_t step,
                        void *out) {
  switch (size) {
  case 8: GATHER(uint64_t)
  case 4: GATHER(uint32_t)
  case 2: GATHER(uint16_t)
  default: GATHER(uint8_t)
  }
}

void ck_gather(int64_t size, int32_t rank, int32_t dim, const int64_t *shape, ck_source a, const int64_t *places,
               void *out) {
  int64_t index[ck_max_rank] = {0}, i = 0, n = shape[rank - 1];
  if (is_empty(rank, shape)) { return; }
  do {
    int64_t at = 0;
    for (int32_t d = 0; d < rank - 1; d++) { at += d == dim ? 0 : index[d] * a.strides[d]; }
    gather_line(size, n, (const char *)a.data + at * size, places + i, a.strides[dim],
                dim == rank - 1 ? 0 : a.strides[rank - 1], (char *)out + i * size);
    i += n;
  } while (step(rank - 1, shape, index));
}

void ck_select(int64_t bytes, int64_t outer, int64_t size, int64_t count, const int64_t *places, const void *in,
               void *out) {
  char *to = out;
  for (int64_t o = 0; o < outer; o++) {
    const char *from = (const char *)in + o * size * bytes;
    switch (bytes) {
    case 4: gather_line(4, count, from, places, 1, 0, to); break;
    case 2: gather_line(2, count, from, places, 1, 0, to); break;
    default: ck_rows(bytes, count, places, from, to); break;
    }
    to += count * bytes;
  }
}

static void add_to(int32_t dtype, void *to, const void *from) {
  switch (dtype) {
  case ck_float32: *(float *)to += *(const float *)from; break;
  case ck_float64: *(double *)to += *(const double *)from; break;
  default: *(uint64_t *)to += *(const uint64_t *)from; break;
  }
}

void ck_scatter(bool adds, int32_t rank, int32_t dim, const int64_t *shape, ck_source a, const int64_t *places,
                ck_target out) {
  int64_t index[ck_max_rank] = {0}, i = 0, size = ck_size(a.dtype);
  if (is_empty(rank, shape)) { return; }
  do {
    int64_t from = 0, to = 0;
    for (int32_t d = 0; d < rank; d++) {
      from += index[d] * a.strides[d];
      to += (d == dim ? places[i] : index[d]) * out.strides[d];
    }
    void *target = (char *)out.data + to * size;
    const void *source = (const char *)a.data + from * size;
    if (adds) {
      add_to(a.dtype, target, source);
    } else {
      memcpy(target, source, (size_t)size);
    }
    i++;
  } while (step(rank, shape, index));
}

void ck_rows(int64_t bytes, int64_t count, const int64_t *places, const void *table, void *out) {
  for (int64_t i = 0; i < count; i++) {
    memcpy((char *)out + i * bytes, (const char *)table + places[i] * bytes, (size_t)bytes);
  }
}

void ck_count_values(int64_t count, const int64_t *values, int64_t *counts) {
  for (int64_t i = 0; i < count; i++) { counts[values[i]]++; }
}
