// Tables of functions of bfloat16: there are but 65,536 numbers, and finding a result takes less time than computing
// almost any function does. A table is made of what the path computes, so results are the same.
#include "paths.h"

#include "functions.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { all_numbers = 1 << 16, parameter_count = 2 };

typedef struct {
  double parameters[parameter_count];
  uint16_t results[all_numbers];
} ck_table;

// One for each operation, with the parameters that it had when it was first worth it.
static _Atomic(ck_table *) tables[ck_logical_not + 1];

static bool is_worth_it(ck_unary_op op) {
#define IS_QUICK(OP, EXPRESSION) case OP: return false;
  switch (op) {
    QUICK_OPERATIONS(IS_QUICK)
  case ck_gelu: return !ck_path_in_use()->has_quick_gelu;
  // For integers.
  case ck_bitwise_not: return false;
  default: return true;
  }
#undef IS_QUICK
}

static ck_table *new_table(ck_unary_op op, const double *parameters) {
  ck_table *table = malloc(sizeof *table);
  uint16_t *numbers = malloc(sizeof table->results);
  if (table && numbers) {
    for (int64_t i = 0; i < all_numbers; i++) { numbers[i] = (uint16_t)i; }
    memcpy(table->parameters, parameters, sizeof table->parameters);
    ck_path_in_use()->unary_bfloat16(op, parameters, all_numbers, numbers, table->results);
  } else {
    free(table);
    table = NULL;
  }
  free(numbers);
  return table;
}

const uint16_t *ck_bfloat16_table(ck_unary_op op, const double *parameters, int64_t count) {
  static const double zeros[parameter_count];
  if (!is_worth_it(op)) { return NULL; }
  if (!parameters) { parameters = zeros; }
  ck_table *table = atomic_load_explicit(&tables[op], memory_order_acquire), *none = NULL;
  if (!table && count >= all_numbers) {
    table = new_table(op, parameters);
    // Another thread may have been faster.
    if (table && !atomic_compare_exchange_strong(&tables[op], &none, table)) {
      free(table);
      table = none;
    }
  }
  return table && memcmp(table->parameters, parameters, sizeof table->parameters) == 0 ? table->results : NULL;
}
