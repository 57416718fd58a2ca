// Casts, copies, indexing and ramps, of random shapes, layouts and dtypes, on every path of this machine and with one
// and with all threads, against one element at a time.
//
//   moves [SECONDS]
#include "arrays.h"

enum { dtypes = ck_bool + 1 };

static int32_t random_dtype(void) { return (int32_t)random_below(dtypes); }

// A scalar conversion and its reverse.
static void expect_code(int32_t dtype, uint32_t code, float widened, uint32_t narrowed) {
  double value = decoded(dtype, code);
  bool same = isnan(value) ? isnan(widened) : (double)widened == value && narrowed == code;
  if (!same) { fail("the number of a code", "any", (double)widened, value); }
}

static void check_codes(void) {
  for (uint32_t code = 0; code < 1 << 16; code++) {
    uint16_t half = (uint16_t)code;
    float value = ck_float_from_float16(half), brain = ck_float_from_bfloat16(half);
    expect_code(ck_float16, code, value, ck_float16_from_float(value));
    expect_code(ck_bfloat16, code, brain, ck_bfloat16_from_float(brain));
  }
  for (uint32_t code = 0; code < 1 << 8; code++) {
    float first = ck_float_from_e4m3fn((uint8_t)code), second = ck_float_from_e5m2((uint8_t)code);
    expect_code(ck_float8_e4m3fn, code, first, ck_e4m3fn_from_float(first));
    expect_code(ck_float8_e5m2, code, second, ck_e5m2_from_float(second));
  }
}

static uint32_t scalar_code(int32_t dtype, float value) {
  switch (dtype) {
  case ck_float16: return ck_float16_from_float(value);
  case ck_bfloat16: return ck_bfloat16_from_float(value);
  case ck_float8_e4m3fn: return ck_e4m3fn_from_float(value);
  default: return ck_e5m2_from_float(value);
  }
}

static void check_rounding(void) {
  for (int i = 0; i < 2000; i++) {
    uint32_t bits = next_random();
    float value;
    memcpy(&value, &bits, sizeof value);
    if (i % 2 == 0) { value = (float)random_number(); }
    for (int32_t dtype = ck_float16; dtype <= ck_float8_e5m2; dtype++) {
      double expected = (double)stored_as(dtype, (number)value), found = decoded(dtype, scalar_code(dtype, value));
      if (isnan(expected) ? !isnan(found) : found != expected) { fail("rounding", "any", found, expected); }
    }
  }
}

// A target whose gaps must stay as they were: the block before, and as it should be afterwards.
typedef struct {
  array target;
  void *before, *expected;
} goal;

static goal new_goal(int32_t dtype, const shape *s) {
  goal g = {.target = random_array(dtype, s, distinct_layout)};
  fill(&g.target, true);
  g.before = elements(dtype, g.target.length), g.expected = elements(dtype, g.target.length);
  memcpy(g.before, g.target.block, (size_t)(g.target.length * size_of(dtype)));
  memcpy(g.expected, g.before, (size_t)(g.target.length * size_of(dtype)));
  return g;
}

static void reset(goal *g) {
  memcpy(g->target.block, g->before, (size_t)(g->target.length * size_of(g->target.dtype)));
}

static void expect_goal(const goal *g, const way *w, const char *what) {
  if (same_elements(g->target.dtype, g->target.block, g->expected, g->target.length)) { return; }
  int64_t i = 0;
  while (same_elements(g->target.dtype, (char *)g->target.block + i * size_of(g->target.dtype),
                       (char *)g->expected + i * size_of(g->target.dtype), 1)) {
    i++;
  }
  fprintf(stderr, "%s to dtype %d, element %ld of %ld, with %d threads\n", what, g->target.dtype, (long)i,
          (long)g->target.length, ck_thread_count());
  fail(what, w->path, get(g->target.dtype, g->target.block, i), get(g->target.dtype, g->expected, i));
}

static void free_goal(goal *g) { free(g->target.block), free(g->before), free(g->expected); }

static void check_copy(void) {
  shape s = any_shape();
  int32_t from = random_dtype(), to = random_below(3) == 0 ? from : random_dtype();
  array source = filled_array(from, &s, any_layout);
  goal g = new_goal(to, &s);
  for (int64_t i = 0; i < s.count; i++) { put(to, g.expected, place_of(&g.target, &s, i), element_of(&source, &s, i)); }
  for (way w = {0}; next_way(&w);) {
    reset(&g);
    ck_copy(s.rank, s.sizes, source_of(&source), target_of(&g.target));
    expect_goal(&g, &w, "copy");
  }
  free(source.block), free_goal(&g);
}

// Places along a dimension of the source, one for each element of the index.
static int64_t *random_places(int64_t count, int64_t size) {
  int64_t *places = elements(ck_int64, count);
  for (int64_t i = 0; i < count; i++) { places[i] = random_below(size); }
  return places;
}

static shape indexed_shape(void) {
  shape s = random_shape(3000);
  if (s.rank == 0) { s.rank = 1, s.sizes[0] = 1; }
  return s;
}

// Where element `i` of the index points to: the same index but for the dimension `dim`.
static int64_t indexed_place(const array *a, const shape *s, int32_t dim, int64_t i, int64_t place) {
  int64_t before = 1;
  for (int32_t d = dim + 1; d < s->rank; d++) { before *= s->sizes[d]; }
  int64_t along = i / before % s->sizes[dim];
  return place_of(a, s, i) + (place - along) * a->strides[dim];
}

// Puts some places outside 0..<size; returns where the first of them is, or -1.
static int64_t spoil(int64_t *places, int64_t count, int64_t size) {
  int64_t outside = -1;
  for (int64_t i = count - 1; i >= 0; i--) {
    if (random_below(50) == 0) { places[i] = random_below(2) ? size + random_below(2) : -1, outside = i; }
  }
  return outside;
}

static void check_gather(void) {
  static const int32_t types[] = {ck_int64, ck_int32, ck_int16, ck_int8};
  shape s = indexed_shape(), wide = s;
  int32_t dim = (int32_t)random_below(s.rank), dtype = types[random_below(4)];
  wide.sizes[dim] = 1 + random_below(9);
  array a = filled_array(dtype, &wide, any_layout);
  int64_t *places = random_places(s.count, wide.sizes[dim]);
  result r = new_result(dtype, s.count);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    int64_t outside = ck_gather(size_of(dtype), s.rank, dim, wide.sizes[dim], s.sizes, source_of(&a), places, r.out);
    if (outside != -1) { fail("a place outside", w.path, (double)outside, -1); }
    keep_or_compare(&r, &w, "gather");
  }
  for (int64_t i = 0; i < s.count; i++) {
    expect_near(&r, i, exactly(dtype, a.block, indexed_place(&a, &s, dim, i, places[i])), 0, "gather");
  }
  int64_t outside = spoil(places, s.count, wide.sizes[dim]);
  for (way w = {0}; next_way(&w);) {
    int64_t found = ck_gather(size_of(dtype), s.rank, dim, wide.sizes[dim], s.sizes, source_of(&a), places, r.out);
    if (found != outside) { fail("the first place outside", w.path, (double)found, (double)outside); }
  }
  free(a.block), free(places), free_result(&r);
}

static void add_exactly(int32_t dtype, void *block, int64_t at, number value) {
  number sum = exactly(dtype, block, at) + value;
  if (dtype == ck_int64) {
    ((uint64_t *)block)[at] += (uint64_t)(int64_t)value;
  } else {
    put(dtype, block, at, dtype == ck_float64 ? (number)(get(dtype, block, at) + (double)value) : sum);
  }
}

static void check_scatter(void) {
  static const int32_t compute[] = {ck_float32, ck_float64, ck_int64};
  bool adds = random_below(2);
  shape s = indexed_shape(), wide = s;
  int32_t dim = (int32_t)random_below(s.rank), dtype = adds ? compute[random_below(3)] : random_dtype();
  wide.sizes[dim] = 1 + random_below(9);
  for (int32_t d = 0; d < s.rank; d++) { wide.count = d == 0 ? wide.sizes[d] : wide.count * wide.sizes[d]; }
  array a = filled_array(dtype, &s, any_layout);
  goal g = new_goal(dtype, &wide);
  int64_t *places = random_places(s.count, wide.sizes[dim]);
  for (int64_t i = 0; i < s.count; i++) {
    int64_t at = indexed_place(&g.target, &s, dim, i, places[i]);
    number value = element_of(&a, &s, i);
    adds ? add_exactly(dtype, g.expected, at, value) : put(dtype, g.expected, at, value);
  }
  for (way w = {0}; next_way(&w);) {
    reset(&g);
    ck_scatter(adds, s.rank, dim, s.sizes, source_of(&a), places, target_of(&g.target));
    expect_goal(&g, &w, adds ? "scatter with addition" : "scatter");
  }
  free(a.block), free(places), free_goal(&g);
}

static void check_select(void) {
  int64_t bytes = edge_size(70), outer = random_below(5), size = 1 + random_below(9), count = random_below(70);
  if (random_below(8) == 0) { outer *= 40, count *= 20; }
  char *in = random_elements(ck_int8, outer * size * bytes);
  int64_t *places = random_places(count, size);
  result r = new_result(ck_int8, outer * count * bytes);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_select(bytes, outer, size, count, places, in, r.out);
    keep_or_compare(&r, &w, "select");
  }
  for (int64_t i = 0; i < outer * count; i++) {
    const char *from = in + (i / count * size + places[i % count]) * bytes;
    if (memcmp((char *)r.first + i * bytes, from, (size_t)bytes) != 0) { fail("select", "any", (double)i, 0); }
  }
  int64_t outside = spoil(places, count, size), found = ck_first_outside(places, count, size);
  if (found != outside) { fail("the first place outside", "any", (double)found, (double)outside); }
  free(in), free(places), free_result(&r);
}

static void check_join(void) {
  enum { most = 5 };
  int64_t lines = 1 + random_below(random_below(4) == 0 ? 2000 : 40), count = 1 + random_below(most), line = 0;
  int64_t bytes[most];
  const void *parts[most];
  for (int64_t p = 0; p < count; p++) {
    bytes[p] = random_below(6) == 0 ? random_below(1200) : random_below(150), line += bytes[p];
    parts[p] = random_elements(ck_int8, lines * bytes[p]);
  }
  result r = new_result(ck_int8, lines * line);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_join(lines, count, parts, bytes, r.out);
    keep_or_compare(&r, &w, "join");
  }
  for (int64_t i = 0, at = 0; i < lines; i++) {
    for (int64_t p = 0; p < count; at += bytes[p], p++) {
      const char *from = (const char *)parts[p] + i * bytes[p];
      if (memcmp((char *)r.first + at, from, (size_t)bytes[p]) != 0) { fail("join", "any", (double)i, (double)p); }
    }
  }
  for (int64_t p = 0; p < count; p++) { free((void *)parts[p]); }
  free_result(&r);
}

static void check_counts(void) {
  int64_t size = 1 + random_below(9), count = random_below(70), *values = random_places(count, size);
  int64_t *counts = calloc((size_t)size, sizeof *counts);
  ck_count_values(count, values, counts);
  for (int64_t i = 0; i < count; i++) { counts[values[i]]--; }
  for (int64_t i = 0; i < size; i++) {
    if (counts[i] != 0) { fail("counts of values", "any", (double)counts[i], 0); }
  }
  free(values), free(counts);
}

// Small whole numbers and halves, so that every dtype of the choice holds all values.
static void check_ramp(void) {
  static const int32_t types[] = {ck_float64, ck_float32, ck_int64, ck_int32};
  int32_t dtype = types[random_below(4)];
  int64_t count = edge_size(9000), start = random_below(200) - 100, step = random_below(9) - 4;
  double half = dtype == ck_float64 || dtype == ck_float32 ? 0.5 : 1;
  result whole = new_result(dtype, count), halves = new_result(dtype, count);
  for (way w = {0}; next_way(&w);) {
    clear(&whole), clear(&halves);
    ck_ramp_int64(start, step, count, dtype, whole.out);
    ck_ramp_double((double)start * half, (double)step * half, count, dtype, halves.out);
    for (int64_t i = 0; i < count; i++) {
      number expected = (number)(start + step * i);
      if (exactly(dtype, whole.out, i) != expected) {
        fail("a ramp", "any", get(dtype, whole.out, i), (double)expected);
      }
      if (exactly(dtype, halves.out, i) != expected * (number)half) {
        fail("a ramp of doubles", "any", get(dtype, halves.out, i), (double)expected * half);
      }
    }
  }
  free_result(&whole), free_result(&halves);
}

static void check_mask(void) {
  static const int32_t types[] = {ck_int64, ck_int32, ck_int16, ck_int8};
  shape s = any_shape();
  int32_t dtype = types[random_below(4)];
  int64_t total = 0, odds = 1 + random_below(5);
  uint8_t *mask = elements(ck_bool, s.count);
  for (int64_t i = 0; i < s.count; i++) { total += mask[i] = random_below(odds) == 0; }
  void *in = random_elements(dtype, s.count), *out = elements(dtype, total);
  int64_t *places = elements(ck_int64, total * s.rank), k = 0;
  if (ck_true_count(s.count, mask) != total) { fail("a count of a mask", "any", 0, (double)total); }
  ck_select_true(size_of(dtype), mask, total, in, out);
  ck_true_places(s.rank, s.sizes, mask, total, places);
  for (int64_t i = 0; i < s.count; i++) {
    if (!mask[i]) { continue; }
    if (exactly(dtype, out, k) != exactly(dtype, in, i)) { fail("a choice", "any", get(dtype, out, k), get(dtype, in, i)); }
    int64_t place = 0;
    for (int32_t d = 0; d < s.rank; d++) { place = place * s.sizes[d] + places[k * s.rank + d]; }
    if (place != (s.rank == 0 ? 0 : i)) { fail("a place in a mask", "any", (double)place, (double)i); }
    k++;
  }
  if (!ck_same_bytes(total * size_of(dtype), out, out)) { fail("a comparison", "any", 0, 1); }
  free(mask), free(in), free(out), free(places);
}

static void check(int64_t number_of_check) {
  check_copy();
  if (number_of_check % 2 == 0) { check_gather(), check_scatter(); }
  if (number_of_check % 8 == 0) { check_select(), check_join(), check_mask(), check_counts(), check_ramp(); }
}

int main(int argc, char **argv) {
  check_codes();
  check_rounding();
  int64_t count = repeat(argc, argv, 200, check);
  printf("%ld copies, half as many gathers and scatters, an eighth of other moves agree\n", (long)count);
}
