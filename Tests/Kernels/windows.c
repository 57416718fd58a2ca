// Windows that move over images: convolutions on every path of this machine and with one and with all threads, and pooling,
// against plain loops.
//
//   windows [SECONDS]
#include "arrays.h"

typedef struct {
  int64_t planes, height, width;
  ck_window window;
} picture;

// The padding is less than the kernel reaches over, so that every window sees a pixel, as the callers see to.
static void random_window(ck_window *w, int d, int64_t size, bool dilates) {
  do {
    w->kernel[d] = 1 + random_below(4), w->stride[d] = 1 + random_below(3);
    w->dilation[d] = dilates ? 1 + random_below(3) : 1, w->padding[d] = random_below(w->kernel[d] / 2 + 1);
    w->out[d] = size + 2 * w->padding[d] - w->dilation[d] * (w->kernel[d] - 1) - 1;
  } while (w->out[d] < 0);
  w->out[d] = w->out[d] / w->stride[d] + 1;
}

static picture random_picture(bool dilates) {
  picture p = {.planes = random_below(4), .height = 1 + random_below(20), .width = 1 + random_below(40)};
  random_window(&p.window, 0, p.height, dilates), random_window(&p.window, 1, p.width, dilates);
  return p;
}

// The pixel that a window at (oy, ox) has at (ky, kx) of its kernel, or -1 in the padding.
static int64_t pixel(const picture *p, int64_t plane, int64_t oy, int64_t ox, int64_t ky, int64_t kx) {
  const ck_window *w = &p->window;
  int64_t y = oy * w->stride[0] + ky * w->dilation[0] - w->padding[0];
  int64_t x = ox * w->stride[1] + kx * w->dilation[1] - w->padding[1];
  return y < 0 || y >= p->height || x < 0 || x >= p->width ? -1 : (plane * p->height + y) * p->width + x;
}

typedef struct {
  ck_convolution in;
  picture image;
} convolution_case;

// Groups of one channel, of some, and of all; kernels of one pixel, and images that need no unfolding, among them.
static convolution_case random_convolution(void) {
  static const int32_t dtypes[] = {ck_float32, ck_bfloat16, ck_float64};
  picture p = random_picture(true);
  ck_convolution c = {.dtype = dtypes[random_below(3)], .images = random_below(3), .groups = 1 + random_below(4)};
  int64_t depth = random_below(3) ? 1 + random_below(40) : 1;
  c.channels = c.groups * depth, c.out_channels = c.groups * (1 + random_below(random_below(2) ? 3 : 20));
  c.height = p.height, c.width = p.width, c.window = p.window;
  int64_t reach = depth * p.window.kernel[0] * p.window.kernel[1];
  c.x = random_elements(c.dtype, c.images * c.channels * c.height * c.width);
  c.weight = random_elements(c.dtype, c.out_channels * reach);
  c.bias = random_below(2) ? random_elements(c.dtype == ck_float64 ? ck_float64 : ck_float32, c.out_channels) : NULL;
  return (convolution_case){c, p};
}

// One number of the result: an image, an output channel, and where the window stands.
static number convolved(const convolution_case *c, int64_t image, int64_t channel, int64_t oy, int64_t ox) {
  const ck_convolution *in = &c->in;
  int64_t depth = in->channels / in->groups, group = channel / (in->out_channels / in->groups);
  int64_t rows = in->window.kernel[0], columns = in->window.kernel[1];
  number sum = in->bias ? exactly(in->dtype == ck_float64 ? ck_float64 : ck_float32, in->bias, channel) : 0;
  for (int64_t k = 0; k < depth * rows * columns; k++) {
    int64_t plane = image * in->channels + group * depth + k / rows / columns;
    int64_t at = pixel(&c->image, plane, oy, ox, k / columns % rows, k % columns);
    if (at < 0) { continue; }
    sum += exactly(in->dtype, in->x, at) * exactly(in->dtype, in->weight, channel * depth * rows * columns + k);
  }
  return sum;
}

static void check_convolution(void) {
  convolution_case c = random_convolution();
  const ck_window *w = &c.in.window;
  int64_t places = w->out[0] * w->out[1], reach = c.in.channels / c.in.groups * w->kernel[0] * w->kernel[1];
  result r = new_result(c.in.dtype, c.in.images * c.in.out_channels * places);
  for (way way = {0}; next_way(&way);) {
    clear(&r);
    c.in.out = r.out;
    if (!ck_convolve(&c.in)) { fail("memory", "any", 0, 1); }
    keep_or_compare(&r, &way, "a convolution");
  }
  // Roundings of sums, and the last one.
  double sums = rounding_of(c.in.dtype == ck_bfloat16 ? ck_float32 : c.in.dtype) * (double)(reach + 2) * 2;
  for (int64_t i = 0; i < r.count; i++) {
    int64_t plane = i / places, oy = i % places / w->out[1], ox = i % w->out[1];
    number expected = convolved(&c, plane / c.in.out_channels, plane % c.in.out_channels, oy, ox);
    expect_near(&r, i, expected, (number)sums + (number)(rounding_of(c.in.dtype) * 2) * fabsl(expected), "a convolution");
  }
  free((void *)c.in.x), free((void *)c.in.weight), free((void *)c.in.bias), free_result(&r);
}

// What the pools make of one window.
typedef struct {
  double greatest, sum;
  int64_t seen;
} window_values;

static window_values values_at(const picture *p, const double *in, int64_t plane, int64_t oy, int64_t ox) {
  window_values v = {-INFINITY, 0, 0};
  for (int64_t ky = 0; ky < p->window.kernel[0]; ky++) {
    for (int64_t kx = 0; kx < p->window.kernel[1]; kx++) {
      int64_t from = pixel(p, plane, oy, ox, ky, kx);
      if (from < 0) { continue; }
      v.greatest = isnan(in[from]) || in[from] > v.greatest ? in[from] : v.greatest;
      v.sum += in[from], v.seen++;
    }
  }
  return v;
}

static void expect_pool(double found, double expected, const char *what) {
  if (!(found == expected || fabs(found - expected) <= 1e-14)) { fail(what, "any", found, expected); }
}

static int64_t padded(const ck_window *w, int d, int64_t size, int64_t at) {
  return least_of(w->kernel[d], size + 2 * w->padding[d] - at * w->stride[d]);
}

static void check_pools(void) {
  bool is_greatest = random_below(2), counts_padding = random_below(2);
  picture p = random_picture(is_greatest);
  const ck_window *w = &p.window;
  double *in = random_elements(ck_float64, p.planes * p.height * p.width);
  int64_t count = p.planes * w->out[0] * w->out[1];
  double *out = elements(ck_float64, count);
  if (is_greatest) {
    ck_max_pool(p.planes, p.height, p.width, p.window, in, out);
  } else {
    ck_average_pool(p.planes, p.height, p.width, p.window, counts_padding, in, out);
  }
  for (int64_t i = 0; i < count; i++) {
    int64_t oy = i / w->out[1] % w->out[0], ox = i % w->out[1];
    window_values v = values_at(&p, in, i / w->out[1] / w->out[0], oy, ox);
    int64_t area = counts_padding ? padded(w, 0, p.height, oy) * padded(w, 1, p.width, ox) : v.seen;
    expect_pool(out[i], is_greatest ? v.greatest : v.sum / (double)area, is_greatest ? "max_pool" : "average_pool");
  }
  free(in), free(out);
}

// One dimension of an adaptive pool: the pixels from `i * size / count`, rounded down, to `(i + 1) * size / count`,
// rounded up.
static void adaptive_range(int64_t i, int64_t size, int64_t count, int64_t *first, int64_t *last) {
  *first = (int64_t)floorl((number)(i * size) / count), *last = (int64_t)ceill((number)((i + 1) * size) / count);
}

static void check_adaptive_pool(void) {
  int64_t planes = random_below(4), height = 1 + random_below(20), width = 1 + random_below(20);
  int64_t rows = 1 + random_below(9), columns = 1 + random_below(9), top, bottom, left, right;
  double *in = random_elements(ck_float64, planes * height * width);
  double *out = elements(ck_float64, planes * rows * columns);
  ck_adaptive_average_pool(planes, height, width, rows, columns, in, out);
  for (int64_t i = 0; i < planes * rows * columns; i++) {
    adaptive_range(i / columns % rows, height, rows, &top, &bottom);
    adaptive_range(i % columns, width, columns, &left, &right);
    double sum = 0;
    for (int64_t y = top; y < bottom; y++) {
      for (int64_t x = left; x < right; x++) { sum += in[(i / columns / rows * height + y) * width + x]; }
    }
    expect_pool(out[i], sum / (double)((bottom - top) * (right - left)), "adaptive_average_pool");
  }
  free(in), free(out);
}

static void check(int64_t number_of_check) {
  check_convolution();
  if (number_of_check % 4 == 0) { check_pools(), check_adaptive_pool(); }
}

int main(int argc, char **argv) {
  int64_t count = repeat(argc, argv, 200, check);
  printf("%ld convolutions and a quarter as many of each kind of pooling agree\n", (long)count);
}
