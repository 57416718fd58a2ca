// PyTorch's random streams on the CPU: a Mersenne Twister, and its ways to uniform and normal values.
#include "convert.h"

// Matsumoto and Nishimura's MT19937, http://www.math.sci.hiroshima-u.ac.jp/m-mat/MT/emt.html.
void ck_generator_seed(ck_generator *generator, uint64_t seed) {
  generator->seed = seed;
  generator->has_normal = false;
  generator->normal = 0;
  generator->index = 624;
  generator->words[0] = (uint32_t)seed;
  for (uint32_t i = 1; i < 624; i++) {
    uint32_t last = generator->words[i - 1];
    generator->words[i] = 1812433253u * (last ^ (last >> 30)) + i;
  }
}

static void regenerate(ck_generator *generator) {
  uint32_t *w = generator->words;
  for (int i = 0; i < 624; i++) {
    uint32_t y = (w[i] & 0x80000000u) | (w[(i + 1) % 624] & 0x7fffffffu);
    w[i] = w[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
  }
  generator->index = 0;
}

uint32_t ck_random32(ck_generator *generator) {
  if (generator->index >= 624) { regenerate(generator); }
  uint32_t y = generator->words[generator->index++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

uint64_t ck_random64(ck_generator *generator) {
  uint64_t high = ck_random32(generator);
  return (high << 32) | ck_random32(generator);
}

double ck_uniform53(ck_generator *generator) { return (double)(ck_random64(generator) & ((1ull << 53) - 1)) * 0x1p-53; }
float ck_uniform24(ck_generator *generator) { return (float)(ck_random32(generator) & ((1u << 24) - 1)) * 0x1p-24f; }

// The Box-Muller transform on doubles; the second value of a pair is kept for the next call.
double ck_standard_normal(ck_generator *generator) {
  if (generator->has_normal) {
    generator->has_normal = false;
    return generator->normal;
  }
  double u1 = ck_uniform53(generator), u2 = ck_uniform53(generator);
  double radius = sqrt(-2 * log1p(-u2)), angle = 2 * M_PI * u1;
  generator->normal = radius * sin(angle);
  generator->has_normal = true;
  return radius * cos(angle);
}

static float rounded(int32_t dtype, float value) {
  return dtype == ck_bfloat16 ? ck_float_from_bfloat16(ck_bfloat16_from_float(value))
                              : ck_float_from_float16(ck_float16_from_float(value));
}

// As many bits as the type's significand has.
static float small_uniform(ck_generator *generator, int32_t dtype) {
  uint32_t bits = dtype == ck_bfloat16 ? 256 : 2048;
  return (float)(ck_random32(generator) & (bits - 1)) / (float)bits;
}

static void put(int32_t dtype, void *out, int64_t i, float value) {
  ((uint16_t *)out)[i] = dtype == ck_bfloat16 ? ck_bfloat16_from_float(value) : ck_float16_from_float(value);
}

void ck_uniform(ck_generator *generator, int32_t dtype, double from, double to, int64_t count, void *out) {
  if (dtype == ck_float64) {
    for (int64_t i = 0; i < count; i++) { ((double *)out)[i] = fma(ck_uniform53(generator), to - from, from); }
  } else if (dtype == ck_float32) {
    float a = (float)from, b = (float)to;
    for (int64_t i = 0; i < count; i++) { ((float *)out)[i] = fmaf(ck_uniform24(generator), b - a, a); }
  } else {
    float a = rounded(dtype, (float)from), range = rounded(dtype, rounded(dtype, (float)to) - a);
    for (int64_t i = 0; i < count; i++) { put(dtype, out, i, small_uniform(generator, dtype) * range + a); }
  }
}

// Sine and cosine after the Cephes library (Moshier), single precision, with fused multiply-adds.
static void cephes_sincos(float x, float *sine, float *cosine) {
  int32_t octant = ((int32_t)(x * 1.27323954473516f) + 1) & ~1;
  float k = (float)octant;
  x = fmaf(k, -0.78515625f, x);
  x = fmaf(k, -2.4187564849853515625e-4f, x);
  x = fmaf(k, -3.77489497744594108e-8f, x);
  float z = x * x;
  float c = fmaf(2.443315711809948e-5f, z, -1.388731625493765e-3f);
  c = fmaf(c, z, 4.166664568298827e-2f);
  c = c * z;
  c = fmaf(c, z, -(z * 0.5f));
  c = c + 1;
  float s = fmaf(-1.9515295891e-4f, z, 8.3321608736e-3f);
  s = fmaf(s, z, -1.6666654611e-1f);
  s = s * z;
  s = fmaf(s, x, x);
  bool swapped = octant & 2;
  float first = swapped ? c : s, second = swapped ? s : c;
  *sine = octant & 4 ? -first : first;
  *cosine = (octant - 2) & 4 ? second : -second;
}

static float cephes_log(float x) {
  static const float coefficients[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                                       -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                                       2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  int exponent;
  x = frexpf(x, &exponent);
  if (x < 0.707106781186547524f) {
    exponent -= 1;
    x = x + x - 1;
  } else {
    x = x - 1;
  }
  float e = (float)exponent, z = x * x, y = coefficients[0];
  for (int i = 1; i < 9; i++) { y = fmaf(y, x, coefficients[i]); }
  y = y * x;
  y = fmaf(y, z, e * -2.12194440e-4f);
  y = fmaf(-z, 0.5f, y);
  x = x + y;
  return fmaf(e, 0.693359375f, x);
}

// Eight pairs: values j and j + 8 of the block are a pair of uniforms and become a pair of normals.
static void normal_block_float(float *x, float mean, float std) {
  for (int j = 0; j < 8; j++) {
    float radius = sqrtf(-2 * cephes_log(1 - x[j])), sine, cosine;
    cephes_sincos((float)(2 * M_PI) * x[j + 8], &sine, &cosine);
    x[j] = fmaf(radius * cosine, std, mean);
    x[j + 8] = fmaf(radius * sine, std, mean);
  }
}

static void normal_block_double(double *x, double mean, double std) {
  for (int j = 0; j < 8; j++) {
    double radius = sqrt(-2 * log(1 - x[j])), angle = 2 * M_PI * x[j + 8];
    x[j] = radius * cos(angle) * std + mean;
    x[j + 8] = radius * sin(angle) * std + mean;
  }
}

// The small types round after every step, as PyTorch 2.1.1 does.
static void normal_block_small(int32_t dtype, uint16_t *block, float mean, float std) {
  float x[16];
  ck_load_float(dtype, block, 1, 16, x);
  mean = rounded(dtype, mean), std = rounded(dtype, std);
#define STEP(EXPRESSION) rounded(dtype, (float)(EXPRESSION))
  for (int j = 0; j < 8; j++) {
    float logarithm = STEP(log((double)STEP(1 - x[j])));
    float radius = STEP(sqrt((double)STEP(-2 * logarithm)));
    float angle = STEP((float)(2 * M_PI * (double)x[j + 8]));
    x[j] = STEP(STEP(STEP(radius * STEP(cos((double)angle))) * std) + mean);
    x[j + 8] = STEP(STEP(STEP(radius * STEP(sin((double)angle))) * std) + mean);
  }
#undef STEP
  ck_store_float(dtype, x, 16, block, 1);
}

static void normal_block(int32_t dtype, void *out, int64_t at, double mean, double std) {
  switch (dtype) {
  case ck_float64: normal_block_double((double *)out + at, mean, std); break;
  case ck_float32: normal_block_float((float *)out + at, (float)mean, (float)std); break;
  default: normal_block_small(dtype, (uint16_t *)out + at, (float)mean, (float)std); break;
  }
}

void ck_normal(ck_generator *generator, int32_t dtype, double mean, double std, bool blocks, int64_t count, void *out) {
  if (!blocks) {
    for (int64_t i = 0; i < count; i++) {
      double value = ck_standard_normal(generator) * std + mean;
      ck_store_double(dtype, &value, 1, (char *)out + i * ck_size(dtype), 1);
    }
    return;
  }
  ck_uniform(generator, dtype, 0, 1, count, out);
  for (int64_t at = 0; at + 16 <= count; at += 16) { normal_block(dtype, out, at, mean, std); }
  if (count % 16 != 0) {
    ck_uniform(generator, dtype, 0, 1, 16, (char *)out + (count - 16) * ck_size(dtype));
    normal_block(dtype, out, count - 16, mean, std);
  }
}

double ck_natural_log(double value) { return log(value); }
