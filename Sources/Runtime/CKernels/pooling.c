// Pooling: windows that move over images and give their greatest value, or their mean.
#include "convert.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t greatest(int64_t a, int64_t b) { return a > b ? a : b; }

void ck_max_pool(int64_t planes, int64_t height, int64_t width, ck_window w, const double *in, double *out) {
  for (int64_t p = 0; p < planes; p++, in += height * width) {
    for (int64_t i = 0; i < w.out[0] * w.out[1]; i++) {
      int64_t top = i / w.out[1] * w.stride[0] - w.padding[0], left = i % w.out[1] * w.stride[1] - w.padding[1];
      double best = -INFINITY;
      for (int64_t k = 0; k < w.kernel[0] * w.kernel[1]; k++) {
        int64_t y = top + k / w.kernel[1] * w.dilation[0], x = left + k % w.kernel[1] * w.dilation[1];
        if (y < 0 || y >= height || x < 0 || x >= width) { continue; }
        double value = in[y * width + x];
        if (value > best || isnan(value)) { best = value; }
      }
      *out++ = best;
    }
  }
}

void ck_average_pool(int64_t planes, int64_t height, int64_t width, ck_window w, bool count_padding, const double *in,
                     double *out) {
  for (int64_t p = 0; p < planes; p++, in += height * width) {
    for (int64_t i = 0; i < w.out[0] * w.out[1]; i++) {
      int64_t top = i / w.out[1] * w.stride[0] - w.padding[0], left = i % w.out[1] * w.stride[1] - w.padding[1];
      int64_t bottom = least(top + w.kernel[0], height + w.padding[0]);
      int64_t right = least(left + w.kernel[1], width + w.padding[1]), area = (bottom - top) * (right - left);
      top = greatest(top, 0), left = greatest(left, 0), bottom = least(bottom, height), right = least(right, width);
      if (!count_padding) { area = (bottom - top) * (right - left); }
      double total = 0;
      for (int64_t y = top; y < bottom; y++) {
        for (int64_t x = left; x < right; x++) { total += in[y * width + x]; }
      }
      *out++ = total / (double)area;
    }
  }
}

void ck_adaptive_average_pool(int64_t planes, int64_t height, int64_t width, int64_t out_height, int64_t out_width,
                              const double *in, double *out) {
  for (int64_t p = 0; p < planes; p++, in += height * width) {
    for (int64_t i = 0; i < out_height * out_width; i++) {
      int64_t oy = i / out_width, ox = i % out_width;
      int64_t top = oy * height / out_height, bottom = ((oy + 1) * height + out_height - 1) / out_height;
      int64_t left = ox * width / out_width, right = ((ox + 1) * width + out_width - 1) / out_width;
      double total = 0;
      for (int64_t y = top; y < bottom; y++) {
        for (int64_t x = left; x < right; x++) { total += in[y * width + x]; }
      }
      *out++ = total / (double)((bottom - top) * (right - left));
    }
  }
}
