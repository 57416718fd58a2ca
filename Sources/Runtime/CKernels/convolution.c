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
  // Each worker's own plane with its padding, how many numbers that is, and for bfloat16 a kernel and sums.
  int64_t padded;
  char *own;
  int64_t own_bytes;
} ck_convolution_call;

static int64_t plane(const ck_convolution *in) { return in->height * in->width; }
static bool is_wide(const ck_convolution *in) { return in->dtype == ck_bfloat16; }
static int64_t sum_size(const ck_convolution *in) { return in->dtype == ck_float64 ? 8 : 4; }

// The positions from which a window's column kx sees a pixel: from *first up to the result.
static int64_t seen(const ck_convolution *in, int64_t kx, int64_t *first) {
  const ck_window *w = &in->window;
  int64_t shift = w->padding[1] - kx * w->dilation[1], step = w->stride[1], last = in->width - 1 + shift;
  *first = shift > 0 ? (shift + step - 1) / step : 0;
  int64_t end = last < 0 ? 0 : last / step + 1;
  end = end > w->out[1] ? w->out[1] : end;
  *first = *first > end ? end : *first;
  return end;
}

static void spread(int64_t size, int64_t count, int64_t step, const char *from, char *to) {
#define SPREAD(T)                                                                                                     \
  for (int64_t i = 0; i < count; i++) { ((T *)(void *)to)[i] = ((const T *)(const void *)from)[i * step]; }
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

// What one number of the kernel, (ky, kx) of a channel, sees in all windows; zeros where that is no pixel.
static void unfold_row(const ck_convolution_call *call, int64_t channel, int64_t ky, int64_t kx, char *to) {
  const ck_convolution *in = call->in;
  const ck_window *w = &in->window;
  int64_t size = call->size, width = w->out[1], first, end = seen(in, kx, &first);
  int64_t y = ky * w->dilation[0] - w->padding[0], x = first * w->stride[1] - w->padding[1] + kx * w->dilation[1];
  const char *pixels = call->image + (channel * plane(in) + x) * size;
  for (int64_t oy = 0; oy < w->out[0]; oy++, y += w->stride[0], to += width * size) {
    if (y < 0 || y >= in->height || first == end) {
      memset(to, 0, (size_t)(width * size));
      continue;
    }
    if (first > 0) { memset(to, 0, (size_t)(first * size)); }
    spread(size, end - first, w->stride[1], pixels + y * in->width * size, to + first * size);
    if (end < width) { memset(to + end * size, 0, (size_t)((width - end) * size)); }
  }
}

static void unfold_rows(void *context, int32_t worker, int64_t from, int64_t to) {
  const ck_convolution_call *call = context;
  int64_t rows = call->in->window.kernel[0], columns = call->in->window.kernel[1];
  (void)worker;
  for (int64_t row = from; row < to; row++) {
    char *out = call->unfolded + row * call->places * call->size;
    unfold_row(call, row / columns / rows, row / columns % rows, row % columns, out);
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
  call->image = (const char *)in->x + (image * in->channels + group * call->depth) * plane(in) * call->size;
  call->first = image * in->out_channels + group * call->heads;
  if (!is_unfolded(in)) {
    ck_parallel(call->reach, (1 << 16) / (call->places + 1) + 1, unfold_rows, call);
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

static int64_t padded_height(const ck_convolution *in) { return in->height + 2 * in->window.padding[0]; }
static int64_t padded_width(const ck_convolution *in) { return in->width + 2 * in->window.padding[1]; }

// Copies a plane into its place within the padding, as numbers of the sums' type.
static void copy_plane(const ck_convolution *in, const char *x, char *to) {
  int64_t size = ck_size(in->dtype), wide = sum_size(in), line = padded_width(in);
  to += (in->window.padding[0] * line + in->window.padding[1]) * wide;
  for (int64_t y = 0; y < in->height; y++, x += in->width * size, to += line * wide) {
    if (size == wide) {
      memcpy(to, x, (size_t)(in->width * size));
    } else {
      ck_load_float(in->dtype, x, 1, in->width, (float *)(void *)to);
    }
  }
}

// One channel by one kernel of its own: output channels from `from` up to `to`.
static void convolve_planes(void *context, int32_t worker, int64_t from, int64_t to) {
  ck_convolution_call call = *(const ck_convolution_call *)context;
  const ck_convolution *in = call.in;
  char *pixels = call.own + worker * call.own_bytes, *after = pixels + call.padded * sum_size(in);
  float *kernel = (float *)(void *)after;
  memset(pixels, 0, (size_t)(call.padded * sum_size(in)));
  if (is_wide(in)) { call.wide = kernel + call.reach; }
  for (int64_t i = from; i < to; i++) {
    int64_t image = i / in->out_channels, channel = i % in->out_channels, width = padded_width(in);
    const char *weight = (const char *)in->weight + channel * call.reach * call.size;
    char *out = call.wide ? (char *)call.wide : (char *)in->out + i * call.places * call.size;
    copy_plane(in, (const char *)in->x + (image * in->channels + channel / call.heads) * plane(in) * call.size, pixels);
    call.first = i;
    if (in->dtype == ck_float64) {
      call.path->convolve_double(&in->window, (const double *)(void *)pixels, width,
                                 (const double *)(const void *)weight, (double *)(void *)out);
    } else {
      if (is_wide(in)) { ck_load_float(ck_bfloat16, weight, 1, call.reach, kernel); }
      call.path->convolve_float(&in->window, (const float *)(void *)pixels, width,
                                is_wide(in) ? kernel : (const float *)(const void *)weight, (float *)(void *)out);
    }
    if (in->bias || call.wide) { finish_channels(&call, worker, 0, 1); }
  }
}

static bool convolve_channels(ck_convolution_call *call) {
  const ck_convolution *in = call->in;
  call->padded = padded_height(in) * padded_width(in) + ck_windows * in->window.stride[1];
  int64_t numbers = call->padded + (is_wide(in) ? call->reach + call->places : 0);
  call->own_bytes = (numbers * sum_size(in) + 63) / 64 * 64;
  call->own = ck_take_block(ck_core_count() * call->own_bytes);
  if (!call->own) { return false; }
  int64_t grain = (1 << 18) / (call->places * call->reach + 1) + 1;
  ck_parallel(in->images * in->out_channels, grain, convolve_planes, call);
  ck_return_block(call->own, ck_core_count() * call->own_bytes);
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
