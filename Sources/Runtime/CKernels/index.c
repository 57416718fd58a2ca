// Moving elements to and from places that an index tensor names.
#include "convert.h"
#include "threads.h"

#include <stdatomic.h>

int64_t ck_first_outside(const int64_t *places, int64_t count, int64_t size) {
  enum { block = 256 };
  for (int64_t start = 0; start < count; start += block) {
    int64_t end = count - start < block ? count : start + block;
    uint64_t outside = 0;
    // The sign bit is set in a place before the first, and in the distance from one after the last to the last.
    for (int64_t i = start; i < end; i++) {
      outside |= (uint64_t)places[i] | ((uint64_t)size - 1 - (uint64_t)places[i]);
    }
    if (outside >> 63 == 0) { continue; }
    for (int64_t i = start; i < end; i++) {
      if (places[i] < 0 || places[i] >= size) { return i; }
    }
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

// What one thread takes at a time: elements with a place each, or bytes of longer items.
enum { piece = 1 << 15, bytes_piece = 1 << 17 };

// One line of the index along the last dimension: `step` is the source's along it, 0 when it is the one that is indexed.
// Stops at the first place outside 0..<extent and returns its position, else -1; a negative extent stands for places
// that have been looked at.
#define GATHER(TYPE)                                                                                                  \
  {                                                                                                                   \
    typedef TYPE item __attribute__((aligned(1)));                                                                    \
    const item *from = line;                                                                                          \
    item *to = out;                                                                                                   \
    _Pragma("clang loop unroll_count(4)") for (int64_t j = 0; j < n; j++) {                                           \
      if (extent >= 0 && (uint64_t)places[j] >= (uint64_t)extent) { return j; }                                       \
      to[j] = from[places[j] * stride + j * step];                                                                    \
    }                                                                                                                 \
    return -1;                                                                                                        \
  }

static inline __attribute__((always_inline)) int64_t gather_by(int64_t size, int64_t n, const void *line,
                                                               const int64_t *places, int64_t extent, int64_t stride,
                                                               int64_t step, void *out) {
  switch (size) {
  case 8: GATHER(uint64_t)
  case 4: GATHER(uint32_t)
  case 2: GATHER(uint16_t)
  default: GATHER(uint8_t)
  }
}

static int64_t gather_line(int64_t size, int64_t n, const void *line, const int64_t *places, int64_t extent,
                           int64_t stride, int64_t step, void *out) {
  // Mostly the last dimension is contiguous and the one that is indexed.
  return stride == 1 && step == 0 ? gather_by(size, n, line, places, extent, 1, 0, out)
                                  : gather_by(size, n, line, places, extent, stride, step, out);
}

typedef struct {
  int64_t size, stride, step, extent;
  const char *in;
  const int64_t *places;
  char *out;
  // The first position of a place outside the extent, or INT64_MAX.
  _Atomic int64_t *outside;
} gathering;

static void keep_least(_Atomic int64_t *least, int64_t value) {
  int64_t known = atomic_load(least);
  while (value < known && !atomic_compare_exchange_weak(least, &known, value)) {}
}

static void gather_stretch(const void *context, const ck_stretch *stretch) {
  const gathering *job = context;
  int64_t outside = gather_line(job->size, stretch->count, job->in + stretch->offset[0] * job->size,
                                job->places + stretch->at, job->extent, job->stride, job->step,
                                job->out + stretch->at * job->size);
  if (outside >= 0) { keep_least(job->outside, stretch->at + outside); }
}

int64_t ck_gather(int64_t size, int32_t rank, int32_t dim, int64_t extent, const int64_t *shape, ck_source a,
                  const int64_t *places, void *out) {
  ck_walk walk;
  int64_t strides[ck_max_rank];
  _Atomic int64_t outside = INT64_MAX;
  memcpy(strides, a.strides, sizeof(int64_t) * (size_t)rank);
  // Along this one the places lead.
  strides[dim] = 0;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){strides});
  gathering job = {.size = size, .stride = a.strides[dim], .step = ck_inner_stride(&walk, 0), .extent = extent,
                   .in = a.data, .places = places, .out = out, .outside = &outside};
  ck_walk_stretches(&walk, piece, false, gather_stretch, &job);
  return outside == INT64_MAX ? -1 : outside;
}

typedef struct {
  int64_t bytes, size, count;
  const int64_t *places;
  const char *in;
  char *out;
} selection;

// Items `first` up to `last` of all that are selected, one line after the other.
static void select_items(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const selection *job = context;
  int64_t bytes = job->bytes, n;
  for (int64_t i = first; i < last; i += n) {
    int64_t start = i % job->count;
    const int64_t *places = job->places + start;
    const char *from = job->in + i / job->count * job->size * bytes;
    char *to = job->out + i * bytes;
    n = job->count - start < last - i ? job->count - start : last - i;
    if (bytes == 8 || bytes == 4 || bytes <= 2) {
      gather_by(bytes, n, from, places, -1, 1, 0, to);
    } else {
      for (int64_t j = 0; j < n; j++) { memcpy(to + j * bytes, from + places[j] * bytes, (size_t)bytes); }
    }
  }
}

void ck_select(int64_t bytes, int64_t outer, int64_t size, int64_t count, const int64_t *places, const void *in,
               void *out) {
  selection job = {.bytes = bytes, .size = size, .count = count, .places = places, .in = in, .out = out};
  if (bytes > 0) { ck_parallel(outer * count, bytes < bytes_piece ? bytes_piece / bytes : 1, select_items, &job); }
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

void ck_count_values(int64_t count, const int64_t *values, int64_t *counts) {
  for (int64_t i = 0; i < count; i++) { counts[values[i]]++; }
}
