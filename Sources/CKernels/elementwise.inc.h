// Norms, activations and the sums behind softmax over a vocabulary.

// A vector of up to 16 floats, the rest `rest`.
INLINE vfloat load_part(const float *p, int64_t count, float rest) {
    if (count >= 16) return load(p);
    vfloat v = fill(rest);
    memcpy(&v, p, (size_t)count * sizeof(float));
    return v;
}

static void rms_norm(const float *x, const float *weight, float epsilon, int64_t count, float *out) {
    vfloat squares = fill(0);
    for (int64_t i = 0; i < count; i += 16) {
        vfloat v = load_part(x + i, count - i, 0);
        squares = fma16(v, v, squares);
    }
    const vfloat factor = fill(1 / sqrtf(sum_lanes(squares) / (float)count + epsilon));
    for (int64_t i = 0; i < count; i += 16)
        store_rows(out + i, load_part(x + i, count - i, 0) * factor * load_part(weight + i, count - i, 0), count - i);
}

static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, int64_t count, float *out) {
    vfloat sum = fill(0);
    for (int64_t i = 0; i < count; i += 16) sum = sum + load_part(x + i, count - i, 0);
    const vfloat mean = fill(sum_lanes(sum) / (float)count);
    vfloat squares = fill(0);
    for (int64_t i = 0; i < count; i += 16) {
        vfloat v = load_part(x + i, count - i, mean[0]) - mean;
        squares = fma16(v, v, squares);
    }
    const vfloat factor = fill(1 / sqrtf(sum_lanes(squares) / (float)count + epsilon));
    for (int64_t i = 0; i < count; i += 16) {
        vfloat v = (load_part(x + i, count - i, 0) - mean) * factor;
        store_rows(out + i, fma16(v, load_part(weight + i, count - i, 0), load_part(bias + i, count - i, 0)), count - i);
    }
}

static void swiglu(const float *gate, const float *up, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i += 16) {
        vfloat g = load_part(gate + i, count - i, 0);
        store_rows(out + i, g * sigmoid16(g) * load_part(up + i, count - i, 0), count - i);
    }
}

// gelu(x) ≈ x/2 · (1 + tanh(u)) = x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³)
INLINE vfloat gelu16(vfloat v) {
    vfloat u = v * fma16(v * v, fill(0.044715f), fill(1)) * fill(0.797884560802865f);
    return v * sigmoid16(u + u);
}

static void gelu(const float *x, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i += 16) store_rows(out + i, gelu16(load_part(x + i, count - i, 0)), count - i);
}

static void geglu(const float *gate, const float *up, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i += 16)
        store_rows(out + i, gelu16(load_part(gate + i, count - i, 0)) * load_part(up + i, count - i, 0), count - i);
}

// tanh x: its series where |x| < 0.3 (the first term left out is below 1e-9 of it), 1 − 2 / (1 + e^2x) beyond.
INLINE vfloat tanh16(vfloat x) {
    const vfloat square = x * x;
    vfloat series = fma16(square, fill(-1382.0f / 155925), fill(62.0f / 2835));
    series = fma16(square, series, fill(-17.0f / 315));
    series = fma16(square, series, fill(2.0f / 15));
    series = fma16(square, series, fill(-1.0f / 3));
    const vfloat small = fma16(x * square, series, x);
    const vfloat large = fill(1) - fill(2) / (fill(1) + exp16(x + x));
    const vint is_small = (vint)(square < fill(0.09f));
    return (vfloat)(((vint)small & is_small) | ((vint)large & ~is_small));
}

static void soft_cap(float *x, float cap, int64_t count) {
    for (int64_t i = 0; i < count; i += 16)
        store_rows(x + i, tanh16(load_part(x + i, count - i, 0) / fill(cap)) * fill(cap), count - i);
}

static void add(float *x, const float *y, int64_t count) {
    for (int64_t i = 0; i < count; i += 16)
        store_rows(x + i, load_part(x + i, count - i, 0) + load_part(y + i, count - i, 0), count - i);
}

// (a, b) → (a cos − b sin, b cos + a sin) for pairs of neighbours, or of those half a vector apart; every operation rounds.
static void rotate(float *x, const float *cosines, const float *sines, int64_t pairs, bool neighbours) {
    int64_t i = 0;
    if (neighbours) {
        for (; i + 16 <= pairs; i += 16) {
            const vfloat low = load(x + 2 * i), high = load(x + 2 * i + 16), c = load(cosines + i), s = load(sines + i);
            const vfloat a = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            const vfloat b = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            const vfloat first = a * c - b * s, second = b * c + a * s;
            store(x + 2 * i, __builtin_shufflevector(
                first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
            store(x + 2 * i + 16, __builtin_shufflevector(
                first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
        }
    } else {
        for (; i + 16 <= pairs; i += 16) {
            const vfloat a = load(x + i), b = load(x + pairs + i), c = load(cosines + i), s = load(sines + i);
            store(x + i, a * c - b * s);
            store(x + pairs + i, b * c + a * s);
        }
    }
    const int64_t step = neighbours ? 2 : 1, apart = neighbours ? 1 : pairs;
    for (; i < pairs; i++) {
        const float a = x[step * i], b = x[step * i + apart];
        x[step * i] = a * cosines[i] - b * sines[i];
        x[step * i + apart] = b * cosines[i] + a * sines[i];
    }
}

static float maximum(const float *x, int64_t count) {
    vfloat best = fill(-INFINITY);
    for (int64_t i = 0; i < count; i += 16) best = max16(load_part(x + i, count - i, -INFINITY), best);
    return max_lanes(best);
}

// The exponentials are 32-bit (relative error 1.5e-7, unbiased); the sums are double.
static void exp_sums(const float *x, int64_t count, float top, double *sum, double *weighted) {
    vdouble total = {0}, product = {0};
    for (int64_t i = 0; i < count; i += 16) {
        vfloat below = load_part(x + i, count - i, -INFINITY) - fill(top);
        vdouble e = __builtin_convertvector(exp16(below), vdouble);
        // 0 · −∞ is not a number; what is removed adds nothing.
        vfloat finite = (vfloat)((vint)below & ~(vint)(below == fill(-INFINITY)));
        total += e;
        product += e * __builtin_convertvector(finite, vdouble);
    }
    *sum = sum_double_lanes(total);
    *weighted = sum_double_lanes(product);
}
