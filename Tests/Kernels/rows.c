// Reductions, places of extremes, softmax, layer normalisation, running sums and sorting, of random lengths and dtypes,
// on every path of this machine and with one and with all threads, against plain loops in extended precision.
//
//   rows [SECONDS]
#include "arrays.h"

static int32_t compute_of(int32_t dtype) {
  return dtype == ck_float64 ? ck_float64 : is_float(dtype) ? ck_float32 : ck_int64;
}

static int32_t random_float(void) { return (int32_t)random_below(ck_float8_e5m2 + 1); }

// outer x count x inner, around the widths of strips (16 and 64 columns), blocks (2048, 4096, 16384), pieces (32768).
typedef struct {
  int64_t outer, count, inner;
} extents;

static extents random_extents(void) {
  int64_t most = random_below(12) == 0 ? 400000 : 6000;
  extents e = {1, edge_size(most), 1};
  if (random_below(2)) { e.inner = edge_size(least_of(most / e.count, 200)); }
  if (e.inner < 1) { e.inner = 1; }
  e.outer = 1 + random_below(most / (e.count * e.inner) + 1);
  if (random_below(40) == 0) { *(random_below(2) ? &e.outer : &e.inner) = 0; }
  return e;
}

static int64_t element_count(extents e) { return e.outer * e.count * e.inner; }

static int64_t place_in(extents e, int64_t line, int64_t i) {
  return (line / e.inner * e.count + i) * e.inner + line % e.inner;
}

// Values of every kind, or moderate ones whose sums have a known accuracy.
static void *row_elements(int32_t dtype, int64_t count, bool moderate) {
  void *data = elements(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    put(dtype, data, i, moderate || !is_float(dtype) ? moderate_number(dtype) : random_number());
  }
  return data;
}

// What a line's reduction is made of.
typedef struct {
  number sum, sizes, squares, product, greatest, least, largest;
  bool any, all;
} totals;

static totals totals_of(int32_t dtype, const void *in, extents e, int64_t line) {
  totals t = {.product = 1, .greatest = -INFINITY, .least = INFINITY, .all = true};
  for (int64_t i = 0; i < e.count; i++) {
    number x = exactly(dtype, in, place_in(e, line, i));
    t.sum += x, t.sizes += fabsl(x), t.squares += x * x, t.product *= x;
    t.greatest = isnan(x) || x > t.greatest ? x : t.greatest, t.least = isnan(x) || x < t.least ? x : t.least;
    t.largest = isnan(x) || fabsl(x) > t.largest ? fabsl(x) : t.largest;
    t.any = t.any || x != 0, t.all = t.all && x != 0;
  }
  return t;
}

static number whole_total(bool is_product, int32_t dtype, const void *in, extents e, int64_t line) {
  uint64_t total = is_product;
  for (int64_t i = 0; i < e.count; i++) {
    uint64_t x = (uint64_t)(int64_t)exactly(dtype, in, place_in(e, line, i));
    total = is_product ? total * x : total + x;
  }
  return (int64_t)total;
}

static number logsumexp_of(int32_t dtype, const void *in, extents e, int64_t line, number greatest) {
  number sum = 0;
  for (int64_t i = 0; i < e.count; i++) { sum += expl(exactly(dtype, in, place_in(e, line, i)) - greatest); }
  return greatest + logl(sum);
}

static number variance_of(int32_t dtype, const void *in, extents e, int64_t line, number mean, number correction) {
  number sum = 0, freedom = (number)e.count - correction;
  for (int64_t i = 0; i < e.count; i++) {
    number distance = exactly(dtype, in, place_in(e, line, i)) - mean;
    sum += distance * distance;
  }
  return sum / (freedom > 0 ? freedom : 0);
}

// The result of one line and how far from it a kernel may be; a rounding is half a unit in the last place.
typedef struct {
  number expected, slack;
} answer;

static answer answer_of(ck_reduction op, int32_t dtype, const void *in, extents e, int64_t line, double correction) {
  totals t = totals_of(dtype, in, e, line);
  number rounding = rounding_of(compute_of(dtype)), count = e.count;
  // Sums of functions are kept in double, in lanes, whatever the dtype.
  number kept = rounding + count * 0x1p-53L;
  switch (op) {
  case ck_sum: return (answer){t.sum, 8 * rounding * t.sizes};
  case ck_prod: return (answer){t.product, 2 * count * rounding * fabsl(t.product)};
  case ck_max: return (answer){t.greatest, 0};
  case ck_min: return (answer){t.least, 0};
  case ck_any: return (answer){t.any, 0};
  case ck_all: return (answer){t.all, 0};
  case ck_norm1: return (answer){t.sizes, kept * t.sizes};
  case ck_norm2: return (answer){sqrtl(t.squares), 2 * kept * sqrtl(t.squares)};
  case ck_norm_inf: return (answer){t.largest, 0};
  case ck_logsumexp: {
    number expected = logsumexp_of(dtype, in, e, line, t.greatest);
    return (answer){expected, rounding * fabsl(expected) + kept * (2 + fabsl(t.greatest))};
  }
  default: {
    number expected = variance_of(dtype, in, e, line, t.sum / count, (number)correction);
    return (answer){expected, 4 * kept * fabsl(expected)};
  }
  }
}

static bool is_sum_like(ck_reduction op) {
  return op == ck_sum || op == ck_prod || op == ck_norm1 || op == ck_norm2 || op >= ck_logsumexp;
}

static void check_reduction(void) {
  int32_t dtype = (int32_t)random_below(ck_bool + 1);
  ck_reduction op = (ck_reduction)random_below(is_float(dtype) ? ck_var + 1 : ck_all + 1);
  extents e = random_extents();
  bool is_whole_total = !is_float(dtype) && (op == ck_sum || op == ck_prod);
  // Products of moderate numbers overflow after a few hundred.
  if (op == ck_prod && is_float(dtype)) { e.count = 1 + random_below(40); }
  void *in = row_elements(dtype, element_count(e), is_sum_like(op));
  double correction = (double)random_below(3);
  result r = new_result(compute_of(dtype), e.outer * e.inner);
  r.is_of_library = op == ck_logsumexp && dtype == ck_float64;
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    if (!ck_reduce(op, dtype, e.outer, e.count, e.inner, in, correction, r.out)) { fail("memory", w.path, 0, 1); }
    keep_or_compare(&r, &w, "a reduction");
  }
  char what[80];
  snprintf(what, sizeof what, "reduction %d of dtype %d, %ld x %ld x %ld", op, dtype, (long)e.outer, (long)e.count,
           (long)e.inner);
  for (int64_t line = 0; line < e.outer * e.inner; line++) {
    answer a = is_whole_total ? (answer){whole_total(op == ck_prod, dtype, in, e, line), 0}
                              : answer_of(op, dtype, in, e, line, correction);
    expect_near(&r, line, a.expected, a.slack, what);
  }
  free(in), free_result(&r);
}

static bool comes_before(number x, number y, bool least) { return isnan(x) ? !isnan(y) : least ? x < y : x > y; }

static void check_places(void) {
  int32_t dtype = (int32_t)random_below(ck_bool + 1);
  bool least = random_below(2);
  extents e = random_extents();
  void *in = row_elements(dtype, element_count(e), random_below(2));
  result r = new_result(ck_int64, e.outer * e.inner);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    if (!ck_arg_extreme(dtype, least, e.outer, e.count, e.inner, in, r.out)) { fail("memory", w.path, 0, 1); }
    keep_or_compare(&r, &w, "the place of an extreme");
  }
  for (int64_t line = 0; line < e.outer * e.inner; line++) {
    int64_t best = 0;
    for (int64_t i = 1; i < e.count; i++) {
      number x = exactly(dtype, in, place_in(e, line, i)), y = exactly(dtype, in, place_in(e, line, best));
      if (comes_before(x, y, least)) { best = i; }
    }
    expect_near(&r, line, best, 0, "the place of an extreme");
  }
  free(in), free_result(&r);
}

// Some elements are -infinity, as in a mask.
static void mask_some(int32_t dtype, void *data, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    if (random_below(3) == 0) { put(dtype, data, i, -INFINITY); }
  }
}

// Errors of e^x grow with x, which is a rounded difference; a lane of the sum takes up to 32 of 2048 terms.
static void expect_softmax(const result *r, const void *in, extents e, int64_t line, bool logarithm) {
  number greatest = totals_of(r->dtype, in, e, line).greatest, rounding = rounding_of(compute_of(r->dtype));
  number logarithm_of_sum = logsumexp_of(r->dtype, in, e, line, greatest);
  number kept = rounding + (r->dtype == ck_float64 ? (number)e.count * 0x1p-53L : 0);
  for (int64_t i = 0; i < e.count; i++) {
    number x = exactly(r->dtype, in, place_in(e, line, i)), expected = x - logarithm_of_sum;
    number distance = fabsl(x - greatest), slack = 2 * rounding * (distance + fabsl(expected)) + 16 * kept;
    if (!logarithm) { expected = expl(expected), slack = expected * (16 * kept + 2 * rounding * distance) + 0x1p-146L; }
    if (isinf(x)) { slack = 0; }
    expect_near(r, place_in(e, line, i), expected, slack, logarithm ? "log_softmax" : "softmax");
  }
}

// Columns have the bits of rows.
static void expect_rows(const result *r, const void *in, extents e, bool logarithm) {
  int64_t size = size_of(r->dtype);
  void *row = elements(r->dtype, e.count), *out = elements(r->dtype, e.count), *column = elements(r->dtype, e.count);
  for (int64_t line = 0; line < e.outer * e.inner; line++) {
    for (int64_t i = 0; i < e.count; i++) {
      memcpy((char *)row + i * size, (const char *)in + place_in(e, line, i) * size, (size_t)size);
      memcpy((char *)column + i * size, (const char *)r->first + place_in(e, line, i) * size, (size_t)size);
    }
    ck_softmax(r->dtype, logarithm, 1, e.count, 1, row, out);
    if (!same_elements(r->dtype, out, column, e.count)) { fail("softmax of columns", "any", (double)line, 0); }
  }
  free(row), free(out), free(column);
}

// Results of 12 MB and more are written past the caches, the ends of odd rows one by one.
static int64_t row_length(bool is_large) { return edge_size(6000) | is_large; }

static int64_t row_count(int64_t count, bool is_large) {
  return is_large ? 3200000 / count + 1 : 1 + random_below(6000 / count + 1);
}

static void check_softmax(bool is_large) {
  int32_t dtype = is_large ? ck_float32 : random_float();
  bool logarithm = random_below(2);
  extents e = random_extents();
  if (is_large) { e = (extents){row_count(e.count | 1, true), e.count | 1, 1}; }
  void *in = row_elements(dtype, element_count(e), true);
  if (dtype != ck_float8_e4m3fn && random_below(4) == 0) { mask_some(dtype, in, element_count(e)); }
  result r = new_result(dtype, element_count(e));
  r.is_of_library = dtype == ck_float64;
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    if (!ck_softmax(dtype, logarithm, e.outer, e.count, e.inner, in, r.out)) { fail("memory", w.path, 0, 1); }
    keep_or_compare(&r, &w, "softmax");
  }
  for (int64_t line = 0; line < e.outer * e.inner; line += is_large ? 97 : 1) {
    expect_softmax(&r, in, e, line, logarithm);
  }
  if (e.inner > 1) { expect_rows(&r, in, e, logarithm); }
  free(in), free_result(&r);
}

typedef struct {
  int64_t count;
  const void *weight, *bias;
  bool is_rms;
} norm;

static number factor(int32_t compute, const void *values, int64_t i, number otherwise) {
  return values ? exactly(compute, values, i) : otherwise;
}

static void expect_norm(const result *r, const void *in, int64_t row, norm n) {
  extents e = {1, n.count, 1};
  int32_t compute = compute_of(r->dtype);
  const char *data = (const char *)in + row * n.count * size_of(r->dtype);
  totals t = totals_of(r->dtype, data, e, 0);
  number mean = n.is_rms ? 0 : t.sum / n.count, variance = variance_of(r->dtype, data, e, 0, mean, 0) + 1e-5L;
  number scale = 1 / sqrtl(variance), rounding = rounding_of(compute) + n.count * 0x1p-53L;
  // An error of the mean is an error of the variance too, the more so the less the values differ.
  number share = 4 * rounding * t.squares / n.count / variance;
  for (int64_t i = 0; i < n.count; i++) {
    number x = exactly(r->dtype, data, i), weight = factor(compute, n.weight, i, 1);
    number bias = factor(compute, n.bias, i, 0), expected = (x - mean) * scale * weight + bias;
    number shift = 8 * rounding * (fabsl(x) + (n.is_rms ? 0 : t.largest)) + share * fabsl(x - mean);
    number slack = shift * scale * fabsl(weight) + 2 * rounding * fabsl(bias) + 0x1p-149L;
    expect_near(r, row * n.count + i, expected, slack, n.is_rms ? "root mean square norm" : "layer norm");
  }
}

static void check_norm(bool is_large) {
  int32_t dtype = is_large ? ck_float32 : random_float();
  norm n = {.count = row_length(is_large), .is_rms = random_below(2)};
  int64_t rows = row_count(n.count, is_large);
  void *in = row_elements(dtype, rows * n.count, true);
  void *weight = random_below(2) ? random_elements(compute_of(dtype), n.count) : NULL;
  void *bias = random_below(2) && !n.is_rms ? random_elements(compute_of(dtype), n.count) : NULL;
  n.weight = weight, n.bias = bias;
  result r = new_result(dtype, rows * n.count);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    bool done = ck_layer_norm(dtype, rows, n.count, in, weight, bias, 1e-5, n.is_rms, r.out);
    if (!done) { fail("memory", w.path, 0, 1); }
    keep_or_compare(&r, &w, "layer norm");
  }
  for (int64_t row = 0; row < rows; row += is_large ? 97 : 1) { expect_norm(&r, in, row, n); }
  free(in), free(weight), free(bias), free_result(&r);
}

static void expect_running(const result *r, bool is_product, const void *in, int64_t row, int64_t count) {
  double wide = is_product;
  float narrow = is_product;
  uint64_t whole = is_product;
  for (int64_t i = row * count; i < (row + 1) * count; i++) {
    number x = exactly(r->dtype, in, i);
    wide = is_product ? wide * (double)x : wide + (double)x;
    narrow = is_product ? narrow * (float)x : narrow + (float)x;
    if (r->dtype == ck_int64) { whole = is_product ? whole * (uint64_t)(int64_t)x : whole + (uint64_t)(int64_t)x; }
    number expected = r->dtype == ck_float64 ? (number)wide : r->dtype == ck_float32 ? (number)narrow : (int64_t)whole;
    expect_near(r, i, expected, 0, is_product ? "running product" : "running sum");
  }
}

static const int32_t computes[] = {ck_float32, ck_float64, ck_int64};

static void check_running(void) {
  int32_t dtype = computes[random_below(3)];
  bool is_product = random_below(2);
  int64_t count = edge_size(3000), rows = random_below(4);
  void *in = row_elements(dtype, rows * count, random_below(2));
  result r = new_result(dtype, rows * count);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_cumulative(dtype, is_product, rows, count, in, r.out);
    keep_or_compare(&r, &w, "running totals");
  }
  for (int64_t row = 0; row < rows; row++) { expect_running(&r, is_product, in, row, count); }
  free(in), free_result(&r);
}

// Whether element `a` stands before `b` in the sorted row: by value, NaN being the greatest, then by place.
static bool is_sorted_before(int32_t dtype, bool descending, const void *in, int64_t a, int64_t b) {
  number x = exactly(dtype, in, a), y = exactly(dtype, in, b);
  bool greater = comes_before(x, y, false), less = comes_before(y, x, false);
  return greater || less ? (descending ? greater : less) : a < b;
}

// The sorted places begin with just these: each before the next, and the last one before all that are left out.
static void expect_sorted(const result *r, int32_t dtype, bool descending, const void *in, int64_t row, int64_t count,
                          int64_t wanted) {
  const int64_t *places = (const int64_t *)r->first + row * wanted, start = row * count;
  char *seen = calloc((size_t)count + 1, 1);
  for (int64_t i = 0; i < wanted; i++) {
    int64_t place = places[i];
    bool is_place = place >= 0 && place < count && !seen[place];
    if (!is_place) { fail("a place in a row", "any", (double)place, (double)count); }
    seen[place] = 1;
    bool in_order = i == 0 || is_sorted_before(dtype, descending, in, start + places[i - 1], start + place);
    if (!in_order) { fail("the order of places", "any", (double)places[i - 1], (double)place); }
  }
  for (int64_t i = 0; i < count && wanted > 0; i++) {
    int64_t last = places[wanted - 1];
    bool is_later = seen[i] || is_sorted_before(dtype, descending, in, start + last, start + i);
    if (!is_later) { fail("the last of the first places", "any", (double)last, (double)i); }
  }
  free(seen);
}

static void check_sorting(void) {
  int32_t dtype = computes[random_below(3)];
  bool descending = random_below(2), all = random_below(2);
  // Seldom more than is sorted in one part.
  int64_t count = edge_size(random_below(20) == 0 ? 200000 : 9000), rows = random_below(4);
  int64_t wanted = all ? count : random_below(least_of(count, 70) + 1);
  void *in = row_elements(dtype, rows * count, random_below(2));
  result r = new_result(ck_int64, rows * wanted);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    if (!ck_argtop(dtype, descending, rows, count, wanted, in, r.out)) { fail("memory", w.path, 0, 1); }
    keep_or_compare(&r, &w, "sorted places");
  }
  for (int64_t row = 0; row < rows; row++) { expect_sorted(&r, dtype, descending, in, row, count, wanted); }
  free(in), free_result(&r);
}

static void check(int64_t number_of_check) {
  check_reduction(), check_places();
  check_softmax(false), check_norm(false);
  if (number_of_check % 2 == 0) { check_running(), check_sorting(); }
}

int main(int argc, char **argv) {
  check_softmax(true), check_norm(true);
  int64_t count = repeat(argc, argv, 100, check);
  printf("%ld of each kind of row agree (%016llx)\n", (long)count, (unsigned long long)digest);
}
