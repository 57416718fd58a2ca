// Operations on one, two and three operands, of random shapes, layouts and dtypes, on every path of this machine and
// with one and with all threads, against the operation on one number, in C's own types.
//
//   elementwise [SECONDS]
#include "operations.h"

static const int32_t wholes[] = {ck_int64, ck_int32, ck_int16, ck_int8, ck_uint8, ck_bool};
static const int32_t short_floats[] = {ck_float32, ck_float32, ck_bfloat16, ck_bfloat16, ck_float16, ck_float8_e4m3fn,
                                       ck_float8_e5m2};
#define ONE_OF(LIST) LIST[random_below(sizeof LIST / sizeof *LIST)]

// A dtype that an operation computing in `compute` may read, or write.
static int32_t dtype_for(int32_t compute) {
  return compute == ck_int64 ? ONE_OF(wholes) : compute == ck_float64 ? ck_float64 : ONE_OF(short_floats);
}

static int32_t random_compute(void) {
  static const int32_t types[] = {ck_float32, ck_float32, ck_float64, ck_int64};
  return ONE_OF(types);
}

static bool is_whole_unary(ck_unary_op op) {
  return op <= ck_square || op == ck_relu || op == ck_relu6 || op >= ck_bitwise_not;
}

static void check_unary(int64_t number_of_check) {
  (void)number_of_check;
  int32_t compute = random_compute();
  ck_unary_op op = (ck_unary_op)random_below(ck_logical_not + 1);
  if (compute == ck_int64 ? !is_whole_unary(op) : op == ck_bitwise_not) { op = ck_neg; }
  shape s = any_shape();
  int32_t dtype = random_below(6) == 0 && compute == ck_float32 ? ONE_OF(wholes) : dtype_for(compute);
  array a = filled_array(dtype, &s, any_layout);
  result r = new_result(op >= ck_is_nan ? ck_bool : random_below(2) ? compute : dtype_for(compute), s.count);
  r.is_of_library = compute == ck_float64 && accuracy_of(op, compute).units != 0;
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_unary(op, parameters, compute, s.rank, s.sizes, source_of(&a), r.out, r.dtype);
    keep_or_compare(&r, &w, "a unary operation");
  }
  char what[80];
  snprintf(what, sizeof what, "unary operation %d computing in dtype %d, from dtype %d", op, compute, dtype);
  for (int64_t i = 0; i < s.count; i++) {
    number x = element_of(&a, &s, i), expected = unary_of(op, compute, x);
    accuracy of_type = compute == ck_int64 ? (accuracy){0, 0} : accuracy_of(op, compute);
    expect_near(&r, i, expected, slack_of(of_type, compute, expected), what);
  }
  free(a.block), free_result(&r);
}

// Whole numbers are never divided by zero: the callers of the kernels see to that.
static void avoid_zero(array *a) {
  for (int64_t i = 0; i < a->length; i++) {
    if (exactly(a->dtype, a->block, i) == 0) { put(a->dtype, a->block, i, 1); }
  }
}

// One of the dtypes may be another that is widened, or a whole one beside a float.
static int32_t partner_of(int32_t dtype, int32_t compute) {
  if (random_below(3) != 0) { return dtype; }
  return compute == ck_int64 || random_below(3) == 0 ? ONE_OF(wholes) : ONE_OF(short_floats);
}

// As in PyTorch, an exponent of 1/2 or -1/2 that is one number stands for the root, which differs for -0 and -infinity.
static bool may_be_root(number x, number y) { return fabsl(y) == 0.5L && (x == 0 || isinf(x)); }

static void compare_binary(const result *r, ck_binary_op op, int32_t compute, const shape *s, const array *a,
                           const array *b) {
  char what[80];
  snprintf(what, sizeof what, "binary operation %d computing in dtype %d, on dtypes %d and %d", op, compute, a->dtype,
           b->dtype);
  bool is_rounded = compute == ck_int64 || (op != ck_floor_divide && op != ck_pow && op != ck_atan2);
  for (int64_t i = 0; i < s->count; i++) {
    number x = element_of(a, s, i), y = element_of(b, s, i), expected = binary_of(op, compute, x, y);
    if (op == ck_pow && may_be_root(x, y)) { continue; }
    expect_near(r, i, expected, slack_of((accuracy){is_rounded ? 0 : 2, 0}, compute, expected), what);
  }
}

static void check_binary(int64_t number_of_check) {
  (void)number_of_check;
  int32_t compute = random_compute(), first = dtype_for(compute), second = partner_of(first, compute);
  ck_binary_op op = (ck_binary_op)random_below(ck_logical_xor + 1);
  bool is_whole_only = op >= ck_bitwise_and && op <= ck_shift_right;
  if (compute == ck_int64 ? op == ck_atan2 : is_whole_only) { op = ck_add; }
  bool turned = random_below(2);
  shape s = any_shape();
  array a = filled_array(turned ? second : first, &s, any_layout);
  array b = filled_array(turned ? first : second, &s, any_layout);
  if (compute == ck_int64 && op >= ck_div && op <= ck_fmod) { avoid_zero(&b); }
  int32_t dtype = random_below(3) ? first : dtype_for(compute);
  result r = new_result(op >= ck_eq ? ck_bool : dtype, s.count);
  r.is_of_library = compute == ck_float64 && (op == ck_pow || op == ck_atan2);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_binary(op, compute, s.rank, s.sizes, source_of(&a), source_of(&b), r.out, r.dtype);
    keep_or_compare(&r, &w, "a binary operation");
  }
  compare_binary(&r, op, compute, &s, &a, &b);
  free(a.block), free(b.block), free_result(&r);
}

static void check_where(void) {
  static const int32_t types[] = {ck_int64, ck_int32, ck_int16, ck_int8};
  shape s = any_shape();
  int32_t dtype = ONE_OF(types);
  array condition = filled_array(ck_bool, &s, any_layout);
  array a = filled_array(dtype, &s, any_layout), b = filled_array(dtype, &s, any_layout);
  result r = new_result(dtype, s.count);
  for (way w = {0}; next_way(&w);) {
    clear(&r);
    ck_where(size_of(dtype), s.rank, s.sizes, source_of(&condition), source_of(&a), source_of(&b), r.out);
    keep_or_compare(&r, &w, "where");
  }
  for (int64_t i = 0; i < s.count; i++) {
    expect_near(&r, i, element_of(element_of(&condition, &s, i) != 0 ? &a : &b, &s, i), 0, "where");
  }
  free(condition.block), free(a.block), free(b.block), free_result(&r);
}

static void check_any_zero(void) {
  shape s = any_shape();
  array a = random_array(wholes[random_below(5)], &s, any_layout);
  for (int64_t i = 0; i < a.length; i++) {
    put(a.dtype, a.block, i, random_below(2000) == 0 ? 0 : (number)(1 + random_below(99)));
  }
  bool expected = false;
  for (int64_t i = 0; i < s.count; i++) { expected = expected || element_of(&a, &s, i) == 0; }
  for (way w = {0}; next_way(&w);) {
    bool found = ck_any_zero(s.rank, s.sizes, source_of(&a));
    if (found != expected) { fail("a zero among the elements", w.path, found, expected); }
  }
  free(a.block);
}

static void check(int64_t number_of_check) {
  check_unary(number_of_check);
  check_binary(number_of_check);
  if (number_of_check % 8 == 0) { check_where(), check_any_zero(); }
}

int main(int argc, char **argv) {
  int64_t count = repeat(argc, argv, 200, check);
  printf("%ld operations on one and on two operands agree (%016llx)\n", (long)count, (unsigned long long)digest);
}
