// Sharing a kernel's work with other cores.
#pragma once

#include "CKernels.h"

// One part of a job: items `from` up to `to`, done by `worker` (the caller's thread is 0, all are below ck_core_count();
// for scratch memory).
typedef void ck_part(void *context, int32_t worker, int64_t from, int64_t to);

// Runs `part` over 0 ..< count in pieces of at most `grain` items, on several threads when there are several pieces; one
// piece of everything when there is one thread, or the threads have other work. A piece should take 20 microseconds or
// more. Results must not depend on the pieces. May be called from any thread, and from within a part.
void ck_parallel(int64_t count, int64_t grain, ck_part *part, void *context);
