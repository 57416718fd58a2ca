// Strided arrays of random shapes and layouts, and the comparison of what a kernel wrote with what it should have.
#pragma once

#include "check.h"

enum { most_dimensions = 8 };

static inline int64_t least_of(int64_t a, int64_t b) { return a < b ? a : b; }

// Around the widths of vectors, the tiles of copies, chunks of 512 and the elements that are worth a thread.
static inline int64_t edge_size(int64_t most) {
  static const int64_t edges[] = {2,   4,   8,    16,   24,      32,      48,      64,     128,
                                  256, 512, 1024, 2048, 1 << 14, 1 << 15, 1 << 16, 1 << 17};
  int64_t size = edges[random_below(sizeof edges / sizeof *edges)] + random_below(3) - 1;
  return size <= most ? size : 1 + random_below(least_of(most, 100));
}

typedef struct {
  int32_t rank;
  int64_t sizes[most_dimensions], count;
} shape;

// At most so many elements; seldom none.
static inline shape random_shape(int64_t most) {
  shape s = {.rank = (int32_t)random_below(most_dimensions + 1), .count = 1};
  for (int32_t d = 0; d < s.rank; d++) { s.sizes[d] = 1; }
  for (int32_t left = s.rank; left > 0 && s.count < most; left--) {
    int32_t d = (int32_t)random_below(s.rank);
    if (s.sizes[d] != 1) { continue; }
    s.sizes[d] = random_below(3) == 0 ? edge_size(most / s.count) : least_of(1 + random_below(6), most / s.count);
    s.count *= s.sizes[d];
  }
  if (s.rank > 0 && random_below(40) == 0) { s.sizes[random_below(s.rank)] = s.count = 0; }
  return s;
}

// Mostly small, now and then enough for several threads.
static inline shape any_shape(void) { return random_shape(random_below(40) == 0 ? 300000 : 3000); }

typedef struct {
  int32_t dtype;
  int64_t strides[most_dimensions];
  // Of the whole block, and before the first element.
  int64_t length, first;
  void *block;
} array;

// What layouts there may be besides gaps and any order of dimensions.
typedef enum { plain_layout, distinct_layout, any_layout } layout;

// A dimension that is repeated has stride 0, one that runs backwards a negative one.
static inline void bend(array *a, const shape *s, int32_t d, layout kind) {
  bool repeats = kind == any_layout && random_below(6) == 0;
  if (repeats) {
    a->strides[d] = 0;
  } else if (random_below(8) == 0 && s->sizes[d] > 0) {
    a->first += a->strides[d] * (s->sizes[d] - 1);
    a->strides[d] = -a->strides[d];
  }
}

static inline void shuffle(int32_t count, int32_t *order) {
  for (int32_t i = 0; i < count; i++) { order[i] = i; }
  for (int32_t i = count - 1; i > 0 && random_below(2); i--) {
    int32_t j = (int32_t)random_below(i + 1), moved = order[i];
    order[i] = order[j], order[j] = moved;
  }
}

// A block of just the length that the layout needs, perhaps with some elements before the first, so that it is not
// aligned.
static inline array random_array(int32_t dtype, const shape *s, layout kind) {
  array a = {.dtype = dtype, .length = 1};
  int32_t order[most_dimensions];
  shuffle(s->rank, order);
  int64_t gap = kind != plain_layout && random_below(4) == 0 ? 2 + random_below(2) : 1, step = gap;
  for (int32_t i = s->rank - 1; i >= 0; i--) {
    int32_t d = kind == plain_layout ? i : order[i];
    a.strides[d] = step;
    step *= s->sizes[d] > 0 ? s->sizes[d] : 1;
    if (kind != plain_layout && random_below(8) == 0) { step += 1 + random_below(3); }
    if (kind != plain_layout) { bend(&a, s, d, kind); }
  }
  for (int32_t d = 0; d < s->rank; d++) { a.length += llabs(a.strides[d]) * (s->sizes[d] - 1); }
  if (s->count == 0) { a.length = a.first = 0; }
  int64_t before = random_below(2) ? random_below(4) : 0;
  a.first += before, a.length += before;
  a.block = elements(dtype, a.length);
  return a;
}

static inline ck_source source_of(const array *a) {
  return (ck_source){(const char *)a->block + a->first * size_of(a->dtype), a->strides, a->dtype};
}

static inline ck_target target_of(array *a) {
  return (ck_target){(char *)a->block + a->first * size_of(a->dtype), a->strides, a->dtype};
}

// Where element `i` of the shape, row by row, stands in the block.
static inline int64_t place_of(const array *a, const shape *s, int64_t i) {
  int64_t place = a->first;
  for (int32_t d = s->rank - 1; d >= 0; d--) {
    place += i % s->sizes[d] * a->strides[d];
    i /= s->sizes[d];
  }
  return place;
}

static inline number element_of(const array *a, const shape *s, int64_t i) {
  return exactly(a->dtype, a->block, place_of(a, s, i));
}

// Values of every kind: numbers of any size, limits of formats, infinities, NaN.
static inline number random_number(void) {
  static const number special[] = {
      0, -0.0L, 1, -1, 2, 0.5L, -0.5L, 1.5L, 2.5L, 6, 3, -3, 20, INFINITY, -INFINITY, NAN, 0x1p-149L, -0x1p-130L,
      0x1p-126L, 0x1p-133L, 0x1.8p-134L, 3.4e38L, 127.5L, -128.5L, 255, 256, 448, 464, 465, 57344, 61440, 65504, 65520,
      0x1p-9L, 0x1.8p-10L, 0x1p-14L, 0x1p-16L, 0x1.8p-25L, 88, 89, -104, 32768, 0x1p31L, -0x1p31L, 0x1p62L, 0x1p63L,
      -0x1p63L, 1e19L, 1e300L, 1e-310L};
  switch (random_below(8)) {
  case 0: return special[random_below(sizeof special / sizeof *special)];
  case 1: return ldexpl((number)((int64_t)next_random() - 0x7fffffff), (int)random_below(80) - 60);
  case 2: return (number)random_below(21) - 10;
  default: return (number)((double)(random_below(16000001) - 8000000) / 1000000);
  }
}

// Floats below 8; integers of which some use all bits, and some are the limits.
static inline number moderate_number(int32_t dtype) {
  static const int64_t limits[] = {INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, -1, 0};
  int64_t kind = is_float(dtype) ? 0 : random_below(16);
  if (kind < 12) { return (number)((double)(random_below(16000001) - 8000000) / 1000000); }
  return (number)(kind < 13 ? limits[random_below(6)] : (int64_t)((uint64_t)next_random() << 32 | next_random()));
}

static inline void fill(array *a, bool moderate) {
  for (int64_t i = 0; i < a->length; i++) {
    number any = is_float(a->dtype) ? random_number() : moderate_number(a->dtype);
    put(a->dtype, a->block, i, moderate ? moderate_number(a->dtype) : any);
  }
}

static inline array filled_array(int32_t dtype, const shape *s, layout kind) {
  array a = random_array(dtype, s, kind);
  fill(&a, false);
  return a;
}

// Whether a result is what becomes of a number that is at most `slack` from the expected one.
static inline bool is_near(int32_t dtype, number found, number expected, number slack) {
  if (slack == 0) {
    number stored = stored_as(dtype, expected);
    bool is_zero = stored == 0 && found == 0 && is_float(dtype);
    return isnan(stored) ? isnan(found) : found == stored && (!is_zero || signbit(found) == signbit(stored));
  }
  number low = stored_as(dtype, expected - slack), high = stored_as(dtype, expected + slack);
  if (isnan(found)) { return isnan(low) || isnan(high); }
  return found == low || found == high || (found >= low && found <= high);
}

// NaNs may differ in what they carry.
static inline bool same_elements(int32_t dtype, const void *a, const void *b, int64_t count) {
  size_t size = (size_t)size_of(dtype);
  if (memcmp(a, b, size * (size_t)count) == 0) { return true; }
  for (int64_t i = 0; i < count; i++) {
    bool same = memcmp((const char *)a + (size_t)i * size, (const char *)b + (size_t)i * size, size) == 0;
    if (!same && !(isnan(get(dtype, a, i)) && isnan(get(dtype, b, i)))) { return false; }
  }
  return true;
}

// What a kernel wrote in its first way, and whether it writes the same in all others.
typedef struct {
  int32_t dtype;
  int64_t count;
  void *out, *first;
  // The C library's functions in double, whose last bits differ among machines.
  bool is_of_library;
} result;

static inline result new_result(int32_t dtype, int64_t count) {
  return (result){dtype, count, elements(dtype, count), elements(dtype, count), false};
}

static inline void free_result(result *r) { free(r->out), free(r->first); }

static inline void clear(result *r) { memset(r->out, 0x5a, (size_t)(r->count * size_of(r->dtype))); }

static inline void keep_or_compare(result *r, const way *w, const char *what) {
  if (is_first(w)) { memcpy(r->first, r->out, (size_t)(r->count * size_of(r->dtype))); }
  if (is_first(w) && !r->is_of_library) { add_to_digest(r->dtype, r->out, r->count); }
  if (!same_elements(r->dtype, r->first, r->out, r->count)) {
    fprintf(stderr, "%s: not the same bits as on the first path, with %d threads\n", what, ck_thread_count());
    fail(what, w->path, 0, 0);
  }
}

static inline void expect_near(const result *r, int64_t i, number expected, number slack, const char *what) {
  number found = exactly(r->dtype, r->first, i);
  if (is_near(r->dtype, found, expected, slack)) { return; }
  fprintf(stderr, "%s: element %ld of %ld, dtype %d\n", what, (long)i, (long)r->count, r->dtype);
  fail(what, "any", (double)found, (double)expected);
}

// Runs `check` again and again for so many seconds, or until it was called `least` times.
static inline int64_t repeat(int argc, char **argv, int64_t least, void (*check)(int64_t number)) {
  time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
  int64_t count = 0;
  for (; time(NULL) < end || count < least; count++) { check(count); }
  return count;
}
