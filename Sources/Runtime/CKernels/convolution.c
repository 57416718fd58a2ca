// Convolutions: products of the kernels with images that have been unfolded, and sums over planes where each channel has
// kernels of its own.
#include "paths.h"

#include <stdatomic.h>

typedef struct {
  const ck_convolution *in;
  const ck_path *path;
  // Channels of a group, and what their windows look at: numbers in a window, and windows in an image.
  int64_t depth, heads, reach, places;
  int64_t size;
  // The image and group at work, and the matrix that they become.
  const char *image;
  char *unfolded;
  // Sums of bfloat16, which are rounded when the bias is on them, and which of the channels they are.
  float *wide;
  int64_t first;
  char *own;
  int64_t own_bytes;
} ck_convolution_call;

static int64_t plane(const ck_convolution *in) { return in->height * in->width; }
static bool is_wide(const ck_convolution *in) { return in->dtype == ck_bfloat16; }
static int64_t sum_size(const ck_convolution *in) { return in->dtype == ck_float64 ? 8 : 4; }

int64_t ck_seen(const ck_convolution *in, int64_t kx, int64_t *first) {
  const ck_window *w = &in->window;
  int64_t shift = w->padding[1] - kx * w->dilation[1], step = w->stride[1], last = in->width - 1 + shift;
  *first = shift > 0 ? (shift + step - 1) / step : 0;
  int64_t end = last < 0 ? 0 : last / step + 1;
  end = end > w->out[1] ? w->out[1] : end;
  *first = *first > end ? end : *first;
  return end;
}

static void spread(int64_t size, int64_t count, int64_t step, const char *from, char *to) {
#define SPREAD(T) for (int64_t i = 0; i < count; i++) { ((T *)(void *)to)[i] = ((const T *)(const void *)from)[i * step]; }
  if (step == 1) {
    memcpy(to, from, (size_t)(count * size));
  } else if (size == 8) {
    SPREAD(uint64_t)
  } else if (size == 4) {
    SPREAD(uint32_t)
  } else {
    SPREAD(uint16_t)
  }
#undef SPREAD
}

// One line of the windows' positions for all columns of the kernel, zeros where they see no pixel.
static void unfold_line(const ck_convolution_call *call, int64_t row, int64_t oy) {
  const ck_convolution *in = call->in;
  const ck_window *w = &in->window;
  int64_t channel = row / w->kernel[0], ky = row % w->kernel[0], size = call->size;
  int64_t y = oy * w->stride[0] - w->padding[0] + ky * w->dilation[0];
  const char *line = call->image + (channel * plane(in) + y * in->width) * size;
  for (int64_t kx = 0; kx < w->kernel[1]; kx++) {
    char *to = call->unfolded + ((row * w->kernel[1] + kx) * call->places + oy * w->out[1]) * size;
    int64_t first, end = ck_seen(in, kx, &first);
    if (y < 0 || y >= in->height) { first = end = 0; }
    int64_t x = first * w->stride[1] - w->padding[1] + kx * w->dilation[1];
    memset(to, 0, (size_t)(first * size));
    if (end > first) { spread(size, end - first, w->stride[1], line + x * size, to + first * size); }
    memset(to + end * size, 0, (size_t)((w->out[1] - end) * size));
  }
}

// Rows of kernels, each for one channel, from `from` up to `to`. A line of the image stays in the nearest cache meanwhile.
static void unfold_rows(void *context, int32_t worker, int64_t from, int64_t to) {
  const ck_convolution_call *call = context;
  (void)worker;
  for (int64_t row = from; row < to; row++) {
    for (int64_t oy = 0; oy < call->in->window.out[0]; oy++) { unfold_line(call, row, oy); }
  }
}

// Adds the bias to the sums of some channels, and rounds those of bfloat16.
static void finish_channels(void *context, int32_t worker, int64_t from, int64_t to) {
  const ck_convolution_call *call = context;
  const ck_convolution *in = call->in;
  int64_t places = call->places;
  (void)worker;
  for (int64_t i = from; i < to; i++) {
    int64_t at = (call->first + i) * places, channel = (call->first + i) % in->out_channels;
    void *sums = call->wide ? (void *)(call->wide + i * places) : (char *)in->out + at * sum_size(in);
    if (in->bias && in->dtype == ck_float64) {
      double bias = ((const double *)in->bias)[channel];
      for (int64_t p = 0; p < places; p++) { ((double *)sums)[p] += bias; }
    } else if (in->bias) {
      float bias = ((const float *)in->bias)[channel];
      for (int64_t p = 0; p < places; p++) { ((float *)sums)[p] += bias; }
    }
    if (call->wide) { ck_store_float(ck_bfloat16, sums, places, (uint16_t *)in->out + at, 1); }
  }
}

// Whether an image, read as a matrix, is what unfolding would make of it.
static bool is_unfolded(const ck_convolution *in) {
  const ck_window *w = &in->window;
  return w->kernel[0] * w->kernel[1] * w->stride[0] * w->stride[1] == 1 && w->padding[0] + w->padding[1] == 0;
}

static bool multiply_group(ck_convolution_call *call, int64_t image, int64_t group) {
  const ck_convolution *in = call->in;
  int64_t numbers = call->places * call->reach;
  call->image = (const char *)in->x + (image * in->channels + group * call->depth) * plane(in) * call->size;
  call->first = image * in->out_channels + group * call->heads;
  if (!is_unfolded(in)) {
    int64_t rows = call->depth * in->window.kernel[0];
    ck_parallel(rows, (1 << 16) * rows / (numbers + 1) + 1, unfold_rows, call);
  }
  ck_product product = {.m = call->heads, .n = call->places, .k = call->reach, .out_step = call->places};
  product.a = (ck_matrix){(const char *)in->weight + group * call->heads * call->reach * call->size, call->reach, 1};
  product.b = (ck_matrix){is_unfolded(in) ? call->image : call->unfolded, call->places, 1};
  product.out = call->wide ? (void *)call->wide : (char *)in->out + call->first * call->places * sum_size(in);
  product.out_dtype = in->dtype == ck_float64 ? ck_float64 : ck_float32;
  if (!ck_multiply(in->dtype, &product)) { return false; }
  if (in->bias || call->wide) {
    ck_parallel(call->heads, (1 << 16) / (call->places + 1) + 1, finish_channels, call);
  }
  return true;
}

static bool multiply_groups(ck_convolution_call *call) {
  const ck_convolution *in = call->in;
  int64_t matrix = is_unfolded(in) ? 0 : (call->reach * call->places * call->size + 63) / 64 * 64;
  int64_t bytes = matrix + (is_wide(in) ? call->heads * call->places * 4 : 0);
  char *memory = bytes > 0 ? ck_take_block(bytes) : NULL;
  if (!memory && bytes > 0) { return false; }
  call->unfolded = memory, call->wide = is_wide(in) ? (float *)(memory + matrix) : NULL;
  bool done = true;
  for (int64_t i = 0; i < in->images * in->groups && done; i++) {
    done = multiply_group(call, i / in->groups, i % in->groups);
  }
  if (memory) { ck_return_block(memory, bytes); }
  return done;
}

// One channel by one kernel of its own: output channels from `from` up to `to`.
static void convolve_planes(void *context, int32_t worker, int64_t from, int64_t to) {
  ck_convolution_call call = *(const ck_convolution_call *)context;
  const ck_convolution *in = call.in;
  float *pixels = NULL, *kernel = NULL;
  if (is_wide(in)) {
    pixels = (float *)(call.own + worker * call.own_bytes), kernel = pixels + plane(in), call.wide = kernel + call.reach;
  }
  for (int64_t i = from; i < to; i++) {
    int64_t image = i / in->out_channels, channel = i % in->out_channels;
    const char *x = (const char *)in->x + (image * in->channels + channel / call.heads) * plane(in) * call.size;
    const char *weight = (const char *)in->weight + channel * call.reach * call.size;
    call.first = i;
    if (is_wide(in)) {
      ck_load_float(ck_bfloat16, x, 1, plane(in), pixels);
      ck_load_float(ck_bfloat16, weight, 1, call.reach, kernel);
      call.path->convolve_float(in, pixels, kernel, call.wide);
    } else if (in->dtype == ck_float32) {
      call.path->convolve_float(in, (const float *)x, (const float *)weight, (float *)in->out + i * call.places);
    } else {
      call.path->convolve_double(in, (const double *)x, (const double *)weight, (double *)in->out + i * call.places);
    }
    if (in->bias || call.wide) { finish_channels(&call, worker, 0, 1); }
  }
}

static bool convolve_channels(ck_convolution_call *call) {
  const ck_convolution *in = call->in;
  int64_t numbers = is_wide(in) ? plane(in) + call->reach + call->places : 0;
  call->own_bytes = (numbers * 4 + 63) / 64 * 64;
  call->own = numbers > 0 ? ck_take_block(ck_core_count() * call->own_bytes) : NULL;
  if (!call->own && numbers > 0) { return false; }
  int64_t grain = (1 << 18) / (call->places * call->reach + 1) + 1;
  ck_parallel(in->images * in->out_channels, grain, convolve_planes, call);
  if (call->own) { ck_return_block(call->own, ck_core_count() * call->own_bytes); }
  return true;
}

bool ck_convolve(const ck_convolution *in) {
  ck_convolution_call call = {.in = in, .path = ck_path_in_use(), .size = ck_size(in->dtype)};
  call.depth = in->channels / in->groups, call.heads = in->out_channels / in->groups;
  call.reach = call.depth * in->window.kernel[0] * in->window.kernel[1];
  call.places = in->window.out[0] * in->window.out[1];
  // A product with so few rows would be mostly unfolding.
  return call.depth == 1 && call.heads <= 4 ? convolve_channels(&call) : multiply_groups(&call);
}
