// What is measured: shapes of real models, and plain loops over memory.

/// A row of the table.
struct KernelRow {
  /// What a row's share of the machine's peak is taken of.
  enum Work {
    /// Products and sums.
    case flops(Double, dtype: String)
    /// Bytes that must be read and written at least.
    case bytes(Double)
    /// Overhead: there is no peak.
    case calls
  }

  /// For the reader.
  let title: String
  /// For the two sides.
  let words: String
  let work: Work

  static let all = products + convolutions + attentions + rows + functions + casts + loops + small

  private static let dtypes = ["float32", "bfloat16"]

  private static let products = dtypes.flatMap { dtype in
    [
      linear("linear of the marks", 577, 768, 3072, dtype),
      linear("ViT-B/16 qkv", 577, 768, 2304, dtype), linear("ViT-B/16 projection", 577, 768, 768, dtype),
      linear("ViT-B/16 MLP, second", 577, 3072, 768, dtype),
      linear("ViT-B/16 at 224 pixels, MLP", 197, 768, 3072, dtype),
      linear("BERT decoder, 20 tokens", 20, 768, 768, dtype),
      linear("BERT decoder, 20 tokens, MLP", 20, 768, 3072, dtype),
      linear("BERT decoder, 1 token", 1, 768, 768, dtype), linear("BERT decoder, 1 token, MLP", 1, 768, 3072, dtype),
      linear("BERT decoder, 4 tokens, MLP", 4, 768, 3072, dtype),
      linear("BERT decoder, vocabulary", 1, 768, 30524, dtype),
    ]
  }

  /// One row is a matter of memory, many are a matter of arithmetic.
  private static func linear(_ title: String, _ m: Int, _ k: Int, _ n: Int, _ dtype: String) -> KernelRow {
    let itemSize = dtype == "float32" ? 4 : 2
    let work = m > 16 ? Work.flops(2 * Double(m * k * n), dtype: dtype) : .bytes(Double((m + n) * k * itemSize))
    return KernelRow(
      title: "\(title), \(m) x \(k) x \(n), \(dtype)", words: "linear \(dtype) \(m) \(k) \(n)", work: work)
  }

  /// Images, channels, height and width; out channels, kernel, stride, padding and groups.
  private static let convolutions = dtypes.flatMap { dtype in
    [
      convolution("patches", [1, 3, 384, 384], [768, 16, 16, 0, 1], dtype),
      convolution("3 x 3", [4, 64, 56, 56], [64, 3, 1, 1, 1], dtype),
      convolution("3 x 3 of each channel", [4, 64, 56, 56], [64, 3, 1, 1, 64], dtype),
    ]
  }

  private static func convolution(_ title: String, _ image: [Int], _ kernel: [Int], _ dtype: String) -> KernelRow {
    let side = (image[2] + 2 * kernel[3] - kernel[1]) / kernel[2] + 1
    let depth = image[1] / kernel[4]
    let products = image[0] * kernel[0] * side * side * depth * kernel[1] * kernel[1]
    let words = (image + kernel).map(String.init).joined(separator: " ")
    return KernelRow(
      title: "convolution, \(title), \(dtype)", words: "convolution \(dtype) \(words)",
      work: .flops(2 * Double(products), dtype: dtype))
  }

  private static let attentions = dtypes.flatMap { dtype in
    [(577, 577), (1, 577), (20, 20)].map { queries, keys in
      KernelRow(
        title: "attention, 12 x \(queries) x \(keys) x 64, \(dtype)",
        words: "attention \(dtype) 12 \(queries) \(keys) 64",
        work: .flops(4 * 12 * 64 * Double(queries * keys), dtype: dtype))
    }
  }

  private static let rows = dtypes.flatMap { dtype in
    [
      passing("softmax", [12, 577, 577], dtype), passing("softmax of columns", [12, 577, 577], dtype),
      passing("layernorm", [577, 768], dtype), passing("gelu", [577, 3072], dtype),
    ]
  }

  private static let functions = dtypes.flatMap { dtype in
    ["exp", "tanh", "sin", "log1p", "softplus"].map { passing($0, [577, 3072], dtype) }
  }

  private static let casts = [
    KernelRow(title: "cast of 16 M, float32 to bfloat16", words: "narrow float32 16777216", work: .bytes(6 * 0x1p24)),
    KernelRow(title: "cast of 16 M, bfloat16 to float32", words: "widen bfloat16 16777216", work: .bytes(6 * 0x1p24)),
  ]

  private static let loops = dtypes.flatMap { dtype in
    [
      passing("add", [1_048_576], dtype, operands: 3), passing("chain", [1_048_576], dtype, operands: 8),
      passing("sum", [1_048_576], dtype, operands: 1),
      passing("add of a row", [577, 768], dtype), passing("cat of 4", [577, 768], dtype, operands: 8),
      // The places are int64.
      passing("gather", [577, 768], dtype, operands: dtype == "float32" ? 4 : 6),
    ]
  }

  /// An operation that reads and writes `operands` times as much as one tensor.
  private static func passing(_ name: String, _ shape: [Int], _ dtype: String, operands: Int = 2) -> KernelRow {
    let bytes = shape.reduce(dtype == "float32" ? 4 : 2, *) * operands
    let sizes = shape.map(String.init)
    return KernelRow(
      title: "\(name), \(sizes.joined(separator: " x ")), \(dtype)",
      words: "\(name.replacing(" ", with: "-")) \(dtype) \(sizes.joined(separator: " "))", work: .bytes(Double(bytes)))
  }

  private static let small = [
    KernelRow(title: "add of 4 numbers", words: "add float32 4", work: .calls),
    KernelRow(title: "linear of 2 x 2", words: "linear float32 1 2 2", work: .calls),
    KernelRow(title: "1 M normal numbers", words: "normal float32 1048576", work: .calls),
  ]
}
