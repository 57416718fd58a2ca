// The generator and its uniform, normal and whole values of every dtype and count, against the definitions in extended
// precision.
//
//   random [SECONDS]
#include "arrays.h"

// The 10,000th number of the seed 5489 is the one that C++ prescribes for std::mt19937 ([rand.predef]).
static void check_twister(void) {
  ck_generator generator;
  ck_generator_seed(&generator, 5489);
  for (int i = 1; i < 10000; i++) { ck_random32(&generator); }
  uint32_t found = ck_random32(&generator);
  if (found != 4123659995u) { fail("the 10,000th number", "any", found, 4123659995.0); }
}

static const int32_t types[] = {ck_float64, ck_float32, ck_float16, ck_bfloat16};

// From 0 up to 1, with as many bits as the dtype's significand has.
static number unit(ck_generator *generator, int32_t dtype) {
  switch (dtype) {
  case ck_float64: return (number)(ck_random64(generator) % (1ull << 53)) / 0x1p53L;
  case ck_float32: return (number)(ck_random32(generator) % (1u << 24)) / 0x1p24L;
  case ck_float16: return (number)(ck_random32(generator) % (1u << 11)) / 0x1p11L;
  default: return (number)(ck_random32(generator) % (1u << 8)) / 0x1p8L;
  }
}

static void check_uniform(const ck_generator *start, int32_t dtype, int64_t count) {
  ck_generator generator = *start, twin = *start;
  number from = stored_as(dtype, (number)(random_below(17) - 8)), to = from + (number)(1 + random_below(8));
  result r = new_result(dtype, count);
  for (way w = {0}; next_way(&w);) {
    generator = *start;
    clear(&r);
    ck_uniform(&generator, dtype, (double)from, (double)to, count, r.out);
    keep_or_compare(&r, &w, "uniform values");
  }
  for (int64_t i = 0; i < count; i++) {
    number expected = from + (to - from) * unit(&twin, dtype);
    // The small floats round the product and the sum.
    expect_near(&r, i, expected, (number)rounding_of(dtype) * 2 * (to - from), "uniform values");
  }
  if (ck_random32(&twin) != ck_random32(&generator)) { fail("the state after uniform values", "any", 0, 1); }
  free_result(&r);
}

// One word up to 2^32 - 1 numbers, two for more; 0 stands for 2^64.
static void check_integers(const ck_generator *start, int64_t count) {
  static const uint64_t edges[] = {0, 1, 2, 3, 100, (1ull << 31) + 1, (1ull << 32) - 1, 1ull << 32, (1ull << 63) + 1};
  uint64_t range = random_below(2) ? edges[random_below(9)] : (uint64_t)random_below(1ll << 40) + 1;
  ck_generator generator = *start, twin = *start;
  int64_t from = random_below(1000) - 500;
  result r = new_result(ck_int64, count);
  for (way w = {0}; next_way(&w);) {
    generator = *start;
    clear(&r);
    ck_integers(&generator, from, range, count, r.out);
    keep_or_compare(&r, &w, "integers");
  }
  for (int64_t i = 0; i < count; i++) {
    uint64_t word = range == 0 || range >> 32 != 0 ? ck_random64(&twin) : ck_random32(&twin);
    int64_t expected = (int64_t)((uint64_t)from + (range == 0 ? word : word % range));
    if (((int64_t *)r.out)[i] != expected) { fail("integers", "any", (double)((int64_t *)r.out)[i], (double)expected); }
  }
  if (ck_random32(&twin) != ck_random32(&generator)) { fail("the state after integers", "any", 0, 1); }
  free_result(&r);
}

// What a pair of unit values becomes: Box and Muller's transform.
static number normal_of(number radius, number angle, bool is_second) {
  number r = sqrtl(-2 * log1pl(-radius)), a = 2 * acosl(-1) * angle;
  return r * (is_second ? sinl(a) : cosl(a));
}

// Values `j` and `j + 8` of 16 are a pair; the last 16 are drawn anew when the count is no multiple of 16.
static void draw_blocks(ck_generator *generator, int32_t dtype, int64_t count, number *out) {
  number *units = malloc(sizeof(number) * (size_t)count);
  for (int64_t i = 0; i < count; i++) { units[i] = unit(generator, dtype); }
  for (int64_t i = 0; i + 16 <= count; i += 16) {
    for (int64_t j = 0; j < 16; j++) { out[i + j] = normal_of(units[i + j % 8], units[i + j % 8 + 8], j >= 8); }
  }
  if (count % 16 != 0) {
    for (int64_t i = 0; i < 16; i++) { units[i] = unit(generator, dtype); }
    for (int64_t j = 0; j < 16; j++) { out[count - 16 + j] = normal_of(units[j % 8], units[j % 8 + 8], j >= 8); }
  }
  free(units);
}

// Angle first, then radius.
static void draw_pairs(ck_generator *generator, int64_t count, number *out) {
  for (int64_t i = 0; i < count; i += 2) {
    number angle = unit(generator, ck_float64), radius = unit(generator, ck_float64);
    out[i] = normal_of(radius, angle, false);
    if (i + 1 < count) { out[i + 1] = normal_of(radius, angle, true); }
  }
}

// The small floats round after every step, so that a small radius or angle is a few of its roundings away.
static number normal_slack(int32_t dtype, bool blocks) {
  if (!blocks) { return (number)rounding_of(dtype) * 8 + 0x1p-45L; }
  return dtype == ck_float64 ? 0x1p-45L : dtype == ck_float32 ? 0x1p-18L : (number)rounding_of(dtype) * 40;
}

static void check_normal(const ck_generator *start, int32_t dtype, int64_t count) {
  bool blocks = count >= 16 && random_below(2);
  ck_generator generator = *start, twin = *start;
  double mean = (double)(random_below(5) - 2), std = (double)(1 + random_below(2));
  result r = new_result(dtype, count);
  r.is_of_library = dtype == ck_float64;
  for (way w = {0}; next_way(&w);) {
    generator = *start;
    clear(&r);
    ck_normal(&generator, dtype, mean, std, blocks, count, r.out);
    keep_or_compare(&r, &w, "normal values");
  }
  number *expected = malloc(sizeof(number) * (size_t)(count + 1));
  blocks ? draw_blocks(&twin, dtype, count, expected) : draw_pairs(&twin, count, expected);
  for (int64_t i = 0; i < count; i++) {
    number value = expected[i] * (number)std + (number)mean, slack = normal_slack(dtype, blocks) * (1 + fabsl(value));
    expect_near(&r, i, value, slack, blocks ? "normal values in blocks" : "normal values");
  }
  if (generator.index != twin.index) { fail("the state after normal values", "any", generator.index, twin.index); }
  free(expected), free_result(&r);
}

static void check(int64_t number_of_check) {
  int32_t dtype = types[random_below(4)];
  int64_t count = random_below(2) ? random_below(70) : edge_size(3000);
  ck_generator start;
  ck_generator_seed(&start, (uint64_t)number_of_check);
  for (int64_t i = random_below(700); i > 0; i--) { ck_random32(&start); }
  check_uniform(&start, dtype, count);
  check_normal(&start, dtype, count);
  check_integers(&start, count);
}

int main(int argc, char **argv) {
  check_twister();
  int64_t count = repeat(argc, argv, 50, check);
  printf("%ld streams of random values agree (%016llx)\n", (long)count, (unsigned long long)digest);
}
