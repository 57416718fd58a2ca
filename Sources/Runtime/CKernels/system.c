// Numbers as text, memory, and facts about the machine.
#include "CKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int32_t ck_format(double value, char format, int32_t precision, char *buffer, int64_t size) {
  size_t room = size > 0 ? (size_t)size : 0;
  switch (format) {
  case 'e': return snprintf(buffer, room, "%.*e", precision, value);
  case 'g': return snprintf(buffer, room, "%.*g", precision, value);
  default: return snprintf(buffer, room, "%.*f", precision, value);
  }
}

uint64_t ck_physical_memory(void) {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

void *ck_allocate(int64_t bytes) {
  void *block = NULL;
  return posix_memalign(&block, 64, (size_t)bytes) == 0 ? block : NULL;
}

void ck_free(void *block) { free(block); }
