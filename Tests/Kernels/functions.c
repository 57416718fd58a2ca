// Every operation on one operand of bfloat16, for all 65,536 numbers: the same bits on every path of this machine,
// whether results are computed or looked up.
#include "check.h"

#include <string.h>

enum { all_numbers = 1 << 16, half = all_numbers / 2 };

static const double parameters[] = {0.5, 20};

static void apply(ck_unary_op op, int64_t count, const uint16_t *in, uint16_t *out) {
  const int64_t one = 1;
  ck_unary(op, parameters, ck_float32, 1, &count, (ck_source){in, &one, ck_bfloat16}, out, ck_bfloat16);
}

static void compare(ck_unary_op op, const char *path, const uint16_t *expected, const uint16_t *found) {
  for (int i = 0; i < all_numbers; i++) {
    if (expected[i] != found[i]) {
      fprintf(stderr, "operation %d of bfloat16 0x%04x\n", op, i);
      fail("the same bits", path, found[i], expected[i]);
    }
  }
}

// Fewer numbers than a table has are computed, if no table is there yet; so many are looked up.
static void check(ck_unary_op op, const uint16_t *numbers) {
  static uint16_t expected[all_numbers], found[all_numbers];
  const char *path;
  for (int i = 0; (path = ck_path_name(i)) != NULL; i++) {
    uint16_t *out = i == 0 ? expected : found;
    ck_use_path(path);
    apply(op, half, numbers, out);
    apply(op, half, numbers + half, out + half);
    compare(op, path, expected, out);
  }
  for (int i = 0; (path = ck_path_name(i)) != NULL; i++) {
    ck_use_path(path);
    apply(op, all_numbers, numbers, found);
    compare(op, path, expected, found);
  }
}

int main(void) {
  static uint16_t numbers[all_numbers];
  for (int i = 0; i < all_numbers; i++) { numbers[i] = (uint16_t)i; }
  for (int op = 0; op <= ck_logical_not; op++) { check((ck_unary_op)op, numbers); }
  printf("%d operations of all bfloat16 numbers are the same on every path.\n", ck_logical_not + 1);
}
