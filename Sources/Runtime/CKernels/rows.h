// What the kernels along rows share: how many rows a thread takes at a time, and its scratch memory.
#pragma once

#include "paths.h"

#include <stdlib.h>

// How many rows of `count` elements one thread takes at a time.
static inline int64_t ck_row_grain(int64_t count) {
  enum { piece = 1 << 15 };
  return count > 0 && count < piece ? piece / count : 1;
}

// Room for some values: on the stack while they are few.
typedef struct {
  double few[2048];
  void *values, *block;
} ck_scratch;

static inline bool ck_get_scratch(ck_scratch *room, int64_t bytes) {
  room->block = bytes > (int64_t)sizeof room->few ? malloc((size_t)bytes) : NULL;
  room->values = room->block ? room->block : room->few;
  return room->block || bytes <= (int64_t)sizeof room->few;
}
