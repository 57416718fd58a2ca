// Tables of functions of bfloat16: there are but 65,536 numbers, and finding a result takes about half a nanosecond, less
// than computing almost any function does. A table is made of what the path computes, so results are the same.
#include "paths.h"

#include "functions.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { all_numbers = 1 << 16 };

static _Atomic(uint16_t *) tables[ck_logical_not + 1];

static bool is_worth_it(ck_unary_op op) {
#define IS_QUICK(OP, EXPRESSION) case OP: return false;
  switch (op) {
    QUICK_OPERATIONS(IS_QUICK)
  case ck_gelu: return !ck_path_in_use()->has_quick_gelu;
  // Integers' own, and those with parameters.
  case ck_bitwise_not: case ck_softplus: case ck_elu: return false;
  default: return true;
  }
#undef IS_QUICK
}

static uint16_t *new_table(ck_unary_op op) {
  uint16_t *table = malloc(2 * all_numbers * sizeof *table), *numbers = table + all_numbers;
  if (!table) { return NULL; }
  for (int64_t i = 0; i < all_numbers; i++) { numbers[i] = (uint16_t)i; }
  ck_path_in_use()->unary_bfloat16(op, NULL, all_numbers, numbers, table);
  uint16_t *shrunk = realloc(table, all_numbers * sizeof *table);
  return shrunk ? shrunk : table;
}

const uint16_t *ck_bfloat16_table(ck_unary_op op, int64_t count) {
  if (!is_worth_it(op)) { return NULL; }
  uint16_t *table = atomic_load_explicit(&tables[op], memory_order_acquire), *none = NULL;
  if (table || count < all_numbers) { return table; }
  table = new_table(op);
  // Another thread may have been faster.
  if (table && !atomic_compare_exchange_strong(&tables[op], &none, table)) {
    free(table);
    table = none;
  }
  return table;
}
