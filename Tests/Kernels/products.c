// Products, attention and long sums of random shapes, around every block's edge, on every path of this machine and with
// one and with all threads, against plain loops in double.
//
//   products [SECONDS]
#include "check.h"

static const int32_t dtypes[] = {ck_float32, ck_bfloat16, ck_float64, ck_int8, ck_int64};

static int32_t result_dtype(int32_t dtype) { return dtype == ck_int8 ? ck_int32 : dtype; }

// Around the sizes of tiles, blocks and paths: 8 and 6 rows, 16, 24 and 48 columns, 512 rows, 512 to 2048 steps.
static int64_t random_size(int64_t most) {
  static const int64_t edges[] = {1, 2, 3, 4, 6, 8, 12, 16, 17, 24, 32, 48, 64, 96, 128, 240, 256, 512, 255, 1024, 2048};
  int64_t size = edges[random_below(sizeof edges / sizeof *edges)] + random_below(3) - 1;
  if (random_below(4) == 0) { size = random_below(100); }
  return size < 1 ? 1 : size > most ? most : size;
}

// A matrix somewhere in memory: row by row, column by column, or with gaps.
static ck_matrix random_matrix(int32_t dtype, int64_t rows, int64_t columns) {
  int64_t gap = 1 + (random_below(4) == 0), transposed = random_below(2);
  ck_matrix matrix = {NULL, transposed ? gap : columns * gap, transposed ? rows * gap : gap};
  int64_t last = (rows - 1) * matrix.row_stride + (columns - 1) * matrix.column_stride;
  matrix.data = random_elements(dtype, last + 1);
  return matrix;
}

static double element(int32_t dtype, ck_matrix matrix, int64_t row, int64_t column) {
  return get(dtype, matrix.data, row * matrix.row_stride + column * matrix.column_stride);
}

typedef struct {
  int32_t dtype;
  int64_t m, n, k;
  ck_matrix a, b;
  void *bias;
  double *expected;
} product_case;

static product_case random_case(int32_t dtype) {
  product_case c = {.dtype = dtype, .m = random_size(600), .n = random_size(600)};
  c.k = random_size(4200);
  while (c.m * c.n * c.k > 3000000) { *(c.k > c.n ? &c.k : c.n > c.m ? &c.n : &c.m) /= 2; }
  c.a = random_matrix(c.dtype, c.m, c.k), c.b = random_matrix(c.dtype, c.k, c.n);
  int32_t bias_dtype = c.dtype == ck_bfloat16 ? ck_float32 : result_dtype(c.dtype);
  c.bias = random_below(2) ? random_elements(bias_dtype, c.n) : NULL;
  c.expected = malloc((size_t)(c.m * c.n) * sizeof(double));
  for (int64_t i = 0; i < c.m; i++) {
    for (int64_t j = 0; j < c.n; j++) {
      double sum = c.bias ? get(bias_dtype, c.bias, j) : 0;
      for (int64_t p = 0; p < c.k; p++) { sum += element(c.dtype, c.a, i, p) * element(c.dtype, c.b, p, j); }
      c.expected[i * c.n + j] = sum;
    }
  }
  return c;
}

static void free_case(product_case *c) {
  free((void *)c->a.data), free((void *)c->b.data), free(c->bias), free(c->expected);
}

static void compare(const product_case *c, const char *path, const void *out) {
  // k roundings of sums of up to sqrt(k), and the last one.
  double sums = rounding_of(c->dtype == ck_bfloat16 ? ck_float32 : c->dtype) * (double)c->k * 2;
  for (int64_t i = 0; i < c->m * c->n; i++) {
    double found = get(result_dtype(c->dtype), out, i), tolerance = sums + rounding_of(c->dtype) * fabs(c->expected[i]);
    if (!(fabs(found - c->expected[i]) <= tolerance)) {
      fprintf(stderr, "dtype %d, %ld x %ld x %ld, strides %ld %ld and %ld %ld, element %ld\n", c->dtype, (long)c->m,
              (long)c->k, (long)c->n, (long)c->a.row_stride, (long)c->a.column_stride, (long)c->b.row_stride,
              (long)c->b.column_stride, (long)i);
      fail("product", path, found, c->expected[i]);
    }
  }
}

// All paths and all counts of threads give the same bits, as all values are normal numbers.
static void check_product(void) {
  product_case c = random_case(dtypes[random_below(5)]);
  size_t bytes = (size_t)(c.m * c.n * size_of(result_dtype(c.dtype)));
  void *out = malloc(bytes), *first = malloc(bytes);
  for (way w = {0}; next_way(&w);) {
    if (!ck_matmul(c.dtype, c.m, c.n, c.k, c.a, c.b, c.bias, NULL, out)) { fail("memory", w.path, 0, 1); }
    compare(&c, w.path, out);
    if (is_first(&w)) { memcpy(first, out, bytes), add_to_digest(result_dtype(c.dtype), out, c.m * c.n); }
    if (memcmp(first, out, bytes) != 0) { fail("the same bits", w.path, ck_thread_count(), 1); }
  }
  free(out), free(first);
  free_case(&c);
}

// A product with an activation has the bits of one after the other.
static void check_activation(void) {
  static const ck_unary_op activations[] = {ck_gelu, ck_relu, ck_tanh};
  ck_unary_op op = activations[random_below(3)];
  product_case c = random_case(dtypes[random_below(3)]);
  int64_t count = c.m * c.n, one = 1;
  size_t bytes = (size_t)(count * size_of(c.dtype));
  void *product = malloc(bytes), *expected = malloc(bytes), *found = malloc(bytes);
  for (way w = {0}; next_way(&w);) {
    ck_matmul(c.dtype, c.m, c.n, c.k, c.a, c.b, c.bias, NULL, product);
    ck_unary(op, NULL, c.dtype == ck_float64 ? ck_float64 : ck_float32, 1, &count,
             (ck_source){product, &one, c.dtype}, expected, c.dtype);
    ck_matmul(c.dtype, c.m, c.n, c.k, c.a, c.b, c.bias, &op, found);
    if (memcmp(expected, found, bytes) != 0) { fail("a product's activation", w.path, op, c.dtype); }
  }
  free(product), free(expected), free(found);
  free_case(&c);
}

// Matrices of a batch like this one, which begin anywhere among `count` times its elements.
static ck_matrix random_batch(int32_t dtype, ck_matrix like, int64_t rows, int64_t columns, int64_t count,
                              int64_t *starts) {
  int64_t length = (rows - 1) * like.row_stride + (columns - 1) * like.column_stride + 1;
  for (int64_t i = 0; i < count; i++) { starts[i] = random_below((count - 1) * length + 1); }
  return (ck_matrix){random_elements(dtype, count * length), like.row_stride, like.column_stride};
}

static ck_matrix matrix_at(int32_t dtype, ck_matrix batch, int64_t start) {
  return (ck_matrix){(const char *)batch.data + start * size_of(dtype), batch.row_stride, batch.column_stride};
}

// A batch has the bits of its products one by one.
static void check_batch(void) {
  product_case c = random_case(dtypes[random_below(5)]);
  int64_t count = 1 + random_below(4), a_starts[4], b_starts[4];
  ck_matrix a = random_batch(c.dtype, c.a, c.m, c.k, count, a_starts);
  ck_matrix b = random_batch(c.dtype, c.b, c.k, c.n, count, b_starts);
  size_t bytes = (size_t)(c.m * c.n * size_of(result_dtype(c.dtype)));
  char *out = malloc(bytes * (size_t)count), *one = malloc(bytes);
  for (way w = {0}; next_way(&w);) {
    bool done = ck_matmul_batch(c.dtype, count, a_starts, b_starts, c.m, c.n, c.k, a, b, out);
    if (!done) { fail("memory", w.path, 0, 1); }
    for (int64_t i = 0; i < count; i++) {
      ck_matmul(c.dtype, c.m, c.n, c.k, matrix_at(c.dtype, a, a_starts[i]), matrix_at(c.dtype, b, b_starts[i]), NULL,
                NULL, one);
      bool same = memcmp(one, out + (size_t)i * bytes, bytes) == 0;
      if (!same) { fail("a product of a batch", w.path, (double)i, c.dtype); }
    }
  }
  free((void *)a.data), free((void *)b.data), free(out), free(one);
  free_case(&c);
}

typedef struct {
  ck_attention in;
  int64_t starts[10];
} attention_case;

static attention_case random_attention(void) {
  int32_t dtype = dtypes[random_below(2)];
  ck_attention in = {.dtype = dtype, .count = 2, .queries = random_size(80), .keys = random_size(2100)};
  in.features = 1 + random_below(70), in.value_features = 1 + random_below(70);
  in.is_causal = random_below(2), in.scale = 1 / sqrtf((float)in.features);
  in.q = (ck_matrix){random_elements(dtype, 2 * in.queries * in.features), in.features, 1};
  in.k = (ck_matrix){random_elements(dtype, 2 * in.keys * in.features), in.features, 1};
  in.v = (ck_matrix){random_elements(dtype, 2 * in.keys * in.value_features), in.value_features, 1};
  // Both heads have one mask.
  if (!in.is_causal && random_below(2)) {
    in.mask = random_elements(ck_float32, in.queries * in.keys), in.mask_step = in.keys;
  }
  in.out_step = in.value_features, in.out = malloc((size_t)(2 * in.queries * in.value_features * size_of(dtype)));
  return (attention_case){
    in, {0, in.queries * in.features, 0, in.keys * in.features, 0, in.keys * in.value_features, 0, 0,
         0, in.queries * in.value_features}};
}

static void compare_row(const ck_attention *in, const char *path, int64_t head, int64_t query) {
  int64_t seen = in->is_causal && query + 1 < in->keys ? query + 1 : in->keys;
  double *weights = malloc((size_t)seen * sizeof(double)), total = 0;
  for (int64_t key = 0; key < seen; key++) {
    double score = 0;
    for (int64_t p = 0; p < in->features; p++) {
      score += get(in->dtype, in->q.data, (head * in->queries + query) * in->features + p) *
               get(in->dtype, in->k.data, (head * in->keys + key) * in->features + p);
    }
    total += weights[key] = exp(score * (double)in->scale + (in->mask ? (double)in->mask[query * in->keys + key] : 0));
  }
  for (int64_t i = 0; i < in->value_features; i++) {
    double expected = 0;
    for (int64_t key = 0; key < seen; key++) {
      expected += weights[key] / total * get(in->dtype, in->v.data, (head * in->keys + key) * in->value_features + i);
    }
    double found = get(in->dtype, in->out, (head * in->queries + query) * in->value_features + i);
    if (!(fabs(found - expected) <= 2e-5 + rounding_of(in->dtype))) { fail("attention", path, found, expected); }
  }
  free(weights);
}

static void check_attention(void) {
  attention_case c = random_attention();
  int64_t step = 1 + random_below(9);
  c.in.starts = c.starts;
  for (way w = {0}; next_way(&w);) {
    if (!ck_attend(&c.in)) { fail("memory", w.path, 0, 1); }
    if (is_first(&w)) { add_to_digest(c.in.dtype, c.in.out, 2 * c.in.queries * c.in.value_features); }
    for (int64_t row = 0; row < 2 * c.in.queries; row += step) {
      compare_row(&c.in, w.path, row / c.in.queries, row % c.in.queries);
    }
  }
  free((void *)c.in.q.data), free((void *)c.in.k.data), free((void *)c.in.v.data), free((void *)c.in.mask);
  free(c.in.out);
}

// The sums of `columns` columns of `rows` elements, which stand one after the other or side by side.
static void check_sum_of(int32_t dtype, int64_t rows, int64_t columns, bool is_turned, const void *in,
                         const double *expected, float *first) {
  float *out = malloc((size_t)columns * sizeof(float));
  for (way w = {0}; next_way(&w);) {
    bool done = is_turned ? ck_reduce(ck_sum, dtype, 1, rows, columns, in, 0, out)
                          : ck_reduce(ck_sum, dtype, columns, rows, 1, in, 0, out);
    if (!done) { fail("memory", w.path, 0, 1); }
    if (is_first(&w) && !is_turned) { memcpy(first, out, (size_t)columns * sizeof(float)); }
    if (memcmp(first, out, (size_t)columns * sizeof(float)) != 0) {
      fail("the same bits", w.path, ck_thread_count(), 1);
    }
    for (int64_t c = 0; c < columns; c++) {
      if (!(fabs((double)out[c] - expected[c]) <= 1e-5 * sqrt((double)rows))) {
        fail("sum", w.path, (double)out[c], expected[c]);
      }
    }
  }
  free(out);
}

// All paths, threads and layouts give the same bits. 4096 and 131072 are where blocks begin.
static void check_sum(void) {
  static const int64_t lengths[] = {4096, 20000, 131072, 150000};
  int32_t dtype = dtypes[random_below(2)];
  int64_t rows = lengths[random_below(4)] + random_below(3), columns = random_below(2) ? 1 : 1 + random_below(20);
  size_t size = (size_t)size_of(dtype);
  char *in = random_elements(dtype, rows * columns), *turned = malloc((size_t)(rows * columns) * size);
  double *expected = calloc((size_t)columns, sizeof(double));
  float *first = malloc((size_t)columns * sizeof(float));
  for (int64_t i = 0; i < rows * columns; i++) {
    expected[i / rows] += get(dtype, in, i);
    memcpy(turned + (size_t)(i % rows * columns + i / rows) * size, in + (size_t)i * size, size);
  }
  check_sum_of(dtype, rows, columns, false, in, expected, first);
  check_sum_of(dtype, rows, columns, true, turned, expected, first);
  free(in), free(turned), free(expected), free(first);
}

int main(int argc, char **argv) {
  time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
  int64_t count = 0;
  for (; time(NULL) < end || count < 20; count++) {
    check_product();
    if (count % 4 == 0) { check_activation(), check_batch(); }
    if (count % 8 == 0) { check_attention(); }
    if (count % 64 == 0) { check_sum(); }
  }
  printf("%ld products, %ld with activations and in batches, %ld attentions and %ld sums agree (%016llx)\n", (long)count,
         (long)(count + 3) / 4, (long)(count + 7) / 8, (long)(count + 63) / 64, (unsigned long long)digest);
}
