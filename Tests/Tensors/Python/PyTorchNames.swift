// PyTorch names and what they are called here: the table of Documentation/Runtime.md, kept complete by a test.

import Foundation
import Tensors
import Testing

enum PyTorchNames {
  /// Operators and properties, which the reference files' table of functions does not hold.
  static let operators: [(torch: String, here: String)] = [
    ("x + y, x - y, x * y, x / y, x % y, -x", "x + y, x - y, x * y, x / y, x % y, -x"),
    ("x // y", "x.floorDivide(y)"),
    ("x ** y", "x.pow(y)"),
    ("x @ y", "x.matmul(y)"),
    ("x == y, x != y, x < y, x <= y, x > y, x >= y", "x .== y, x .!= y, x .< y, x .<= y, x .> y, x .>= y"),
    ("x & y, x | y, x ^ y, ~x, x << n, x >> n", "x & y, x | y, x ^ y, ~x, x << n, x >> n"),
    ("x.shape, x.dtype, x.stride(), x.numel()", "x.shape, x.dtype, x.strides, x.count"),
    ("x.is_contiguous(), x.contiguous(), x.clone()", "x.isContiguous, x.contiguous(), x.clone()"),
    ("x.tolist()", "[Float](x)"),
    ("torch.finfo(dtype), torch.iinfo(dtype)", "dtype.info"),
    ("torch.set_printoptions(precision=2)", "printOptions.precision = 2"),
    ("torch.autocast(...)", "withAutocast { }"),
    ("torch.get_default_dtype()", "defaultDType"),
    ("torch.promote_types(a, b)", "a.promoted(with: b)"),
    ("torch.get_rng_state()", "Generator.default.state"),
    (
      "torch.zeros_like(x), torch.ones_like(x), torch.empty_like(x)", "Tensor.zerosLike(x), .onesLike(x), .emptyLike(x)"
    ),
    (
      "torch.full_like(x, v), torch.rand_like(x), torch.randn_like(x)",
      "Tensor.fullLike(x, v), .randLike(x), .randnLike(x)"
    ),
    ("torch.manual_seed(s), torch.set_num_threads(n)", "manualSeed(s) or withSeed(s) { }, withThreads(n) { }"),
    ("torch.nn", "modules of the same names: see the table in LessonKit.md"),
  ]

  static let functions: [String: String] = [
    "Generator": "Generator(seed:)",
    "LongTensor": "Tensor([1, 2])",
    "Tensor": "Tensor([1.0, 2.0])",
    "abs": "x.abs()",
    "adaptive_avg_pool2d": "adaptiveAveragePool2d(x, ...)",
    "add": "x.add()",
    "add_": "x += y",
    "addmm": "x.addmm()",
    "all": "x.all()",
    "allclose": "x.allClose()",
    "amax": "x.amax()",
    "amin": "x.amin()",
    "any": "x.any()",
    "arange": "Tensor.arange(start, end, step:)",
    "argmax": "x.argMax()",
    "argmin": "x.argMin()",
    "argsort": "x.sorted().indices",
    "asin": "x.asin()",
    "atan": "x.atan()",
    "avg_pool2d": "averagePool2d(x, ...)",
    "baddbmm": "x.bmm(y) + z",
    "batch_norm": "batchNorm(x, ...)",
    "bernoulli": "x.bernoulli()",
    "bernoulli_": "x.bernoulli()",
    "bfloat16": "x.bfloat16()",
    "binary_cross_entropy_with_logits": "binaryCrossEntropyWithLogits(x, ...)",
    "bincount": "x.binCount()",
    "bmm": "x.bmm()",
    "bool": "x.bool()",
    "broadcast_shapes": "x.expand(shape)",
    "cat": "Tensor.cat()",
    "ceil": "x.ceil()",
    "chunk": "x.chunk()",
    "clamp": "x.clamp()",
    "conv1d": "conv1d(x, ...)",
    "conv2d": "conv2d(x, ...)",
    "copy_": "x.copy()",
    "cos": "x.cos()",
    "cosh": "x.cosh()",
    "cosine_similarity": "cosineSimilarity(x, ...)",
    "cross_entropy": "crossEntropy(x, ...)",
    "cumprod": "x.cumulativeProduct()",
    "cumsum": "x.cumulativeSum()",
    "dequantize": "q.dequantized()",
    "diag": "x.diag()",
    "div": "x.truncDivide(y), x.floorDivide(y)",
    "dot": "x.dot()",
    "double": "x.double()",
    "dropout": "x.dropout()",
    "einsum": "Tensor.einsum()",
    "elu": "x.elu()",
    "embedding": "embedding(x, ...)",
    "empty": "Tensor.empty()",
    "equal": "x.equal()",
    "erf": "x.erf()",
    "exp": "x.exp()",
    "exp2": "x.exp2()",
    "expand": "x.expand()",
    "expm1": "x.expm1()",
    "exponential_": "x.exponential()",
    "eye": "Tensor.eye()",
    "fake_quantize_per_channel_affine": "x.fakeQuantized()",
    "fake_quantize_per_tensor_affine": "x.fakeQuantized()",
    "flatten": "x.flatten()",
    "flip": "x.flip()",
    "float": "x.float()",
    "floor": "x.floor()",
    "fmod": "x.fmod()",
    "frac": "x.frac()",
    "full": "Tensor.full(shape, value)",
    "gather": "x.gather()",
    "gelu": "x.gelu()",
    "group_norm": "groupNorm(x, ...)",
    "half": "x.half()",
    "hardsigmoid": "x.hardsigmoid()",
    "hardswish": "x.hardswish()",
    "index_select": "x.indexSelect()",
    "int": "x.int()",
    "int_repr": "q.values",
    "interpolate": "interpolate(x, ...)",
    "isclose": "x.isClose()",
    "isfinite": "x.isFinite()",
    "isinf": "x.isInfinite()",
    "isnan": "x.isNaN()",
    "item": "x.item()",
    "kl_div": "klDivergence(x, ...)",
    "l1_loss": "l1Loss(x, ...)",
    "layer_norm": "layerNorm(x, ...)",
    "leaky_relu": "x.leakyReLU()",
    "lerp": "x.lerp()",
    "linalg.norm": "x.norm()",
    "linear": "linear(x, ...)",
    "linspace": "Tensor.linspace()",
    "log": "x.log()",
    "log10": "x.log10()",
    "log1p": "x.log1p()",
    "log2": "x.log2()",
    "log_softmax": "x.logSoftmax()",
    "logical_and": "x.logicalAnd()",
    "logical_not": "x.logicalNot()",
    "logical_or": "x.logicalOr()",
    "logical_xor": "x.logicalXor()",
    "logsigmoid": "x.logSigmoid()",
    "logsumexp": "x.logSumExp()",
    "long": "x.long()",
    "manual_seed": "manualSeed(seed)",
    "masked_fill": "x.maskedFill()",
    "masked_select": "x.maskedSelect()",
    "matmul": "x.matmul()",
    "max": "x.max()",
    "max_pool2d": "maxPool2d(x, ...)",
    "maximum": "x.maximum()",
    "mean": "x.mean()",
    "median": "x.median()",
    "min": "x.min()",
    "minimum": "x.minimum()",
    "mish": "x.mish()",
    "mm": "x.mm()",
    "movedim": "x.movedim()",
    "mse_loss": "mseLoss(x, ...)",
    "mul_": "x *= y",
    "multinomial": "x.multinomial()",
    "mv": "x.mv()",
    "narrow": "x.narrow()",
    "nll_loss": "nllLoss(x, ...)",
    "nonzero": "x.nonzero()",
    "norm": "x.norm()",
    "normal": "Tensor.normal(mean, std)",
    "normal_": "x.normal()",
    "normalize": "x.normalized()",
    "one_hot": "x.oneHot()",
    "ones": "Tensor.ones()",
    "outer": "x.outer()",
    "pad": "x.pad()",
    "permute": "x.permute()",
    "prod": "x.prod()",
    "quantize_per_channel": "QuantizedTensor(x, scales:)",
    "quantize_per_tensor": "QuantizedTensor(x, scale:)",
    "rand": "Tensor.rand()",
    "rand_like": "Tensor.rand(like:)",
    "randint": "Tensor.randint()",
    "randint_like": "Tensor.randint(like:)",
    "randn": "Tensor.randn()",
    "randn_like": "Tensor.randn(like:)",
    "random_": "x.random()",
    "randperm": "Tensor.randperm()",
    "reciprocal": "x.reciprocal()",
    "relu": "x.relu()",
    "relu6": "x.relu6()",
    "repeat": "x.repeat()",
    "repeat_interleave": "x.repeatInterleave()",
    "reshape": "x.reshape()",
    "rms_norm": "rmsNorm(x, ...)",
    "roll": "x.roll()",
    "round": "x.round()",
    "rsqrt": "x.rsqrt()",
    "scaled_dot_product_attention": "scaledDotProductAttention(x, ...)",
    "scatter": "x.scatter()",
    "scatter_add": "x.scatterAdd()",
    "select": "x.select()",
    "set_default_dtype": "setDefaultDType(dtype)",
    "sigmoid": "x.sigmoid()",
    "sign": "x.sign()",
    "silu": "x.silu()",
    "sin": "x.sin()",
    "sinh": "x.sinh()",
    "size": "x.size()",
    "smooth_l1_loss": "smoothL1Loss(x, ...)",
    "softmax": "x.softmax()",
    "softplus": "x.softplus()",
    "sort": "x.sorted()",
    "split": "x.split()",
    "sqrt": "x.sqrt()",
    "square": "x.square()",
    "squeeze": "x.squeeze()",
    "stack": "Tensor.stack()",
    "std": "x.std()",
    "sum": "x.sum()",
    "t": "x.t()",
    "tan": "x.tan()",
    "tanh": "x.tanh()",
    "tensor": "Tensor([[1, 2], [3, 4]])",
    "tile": "x.tile()",
    "to": "x.to()",
    "topk": "x.topK()",
    "trace": "x.trace()",
    "transpose": "x.transpose()",
    "tril": "x.tril()",
    "triu": "x.triu()",
    "trunc": "x.trunc()",
    "unbind": "x.unbind()",
    "unflatten": "x.unflatten()",
    "uniform_": "x.uniform()",
    "unique": "x.unique()",
    "unsqueeze": "x.unsqueeze()",
    "var": "x.variance()",
    "view": "x.view(shape), x.bits(as: dtype)",
    "where": "Tensor.where()",
    "zeros": "Tensor.zeros()",
  ]

  static var table: String {
    let rows = operators.map { ($0.torch, $0.here) } + functions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let lines = rows.map { "| `\($0.replacing("|", with: "\\|"))` | `\($1.replacing("|", with: "\\|"))` |" }
    return (["| PyTorch | Here |", "|---|---|"] + lines).joined(separator: "\n")
  }
}

extension RuntimeTests {
  @Suite struct Names {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    private static let heading = "## From PyTorch's names\n\n"

    /// `make names` writes the table anew.
    @Test func theGuideHasTheTable() throws {
      let page = Self.folder.appendingPathComponent("Documentation/Runtime.md")
      let text = try String(contentsOf: page, encoding: .utf8)
      let start = try #require(text.range(of: Self.heading)).upperBound
      let end = text.range(of: "\n\n## ", range: start..<text.endIndex)?.lowerBound ?? text.endIndex
      if ProcessInfo.processInfo.environment["LESSON_RECORD"] == "1" {
        try text.replacingCharacters(in: start..<end, with: PyTorchNames.table).write(
          to: page, atomically: true, encoding: .utf8)
        return
      }
      #expect(text[start..<end] == PyTorchNames.table)
    }

    @Test func everyFunctionOfTheReferenceFilesIsInTheTable() {
      let functions = Set(PythonFunctions.table.keys.filter { !$0.hasPrefix("builtin.") })
      #expect(functions.symmetricDifference(PyTorchNames.functions.keys) == [])
    }

    /// Each name is declared as public in the sources.
    @Test func everyNameExists() throws {
      let sources = Self.folder.appendingPathComponent("Sources/Runtime/Tensors")
      let text = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
      for (torch, here) in PyTorchNames.functions {
        let word = here.prefix { $0 != "(" && $0 != " " }.split(separator: ".").last.map(String.init) ?? ""
        let plain = word.replacing("`", with: "")
        guard plain != "x", plain != "q", plain.first?.isLowercase == true else { continue }
        let declared = ["func \(plain)(", "func \(plain)<", "func `\(plain)`(", "let \(plain):", "case \(plain)"]
        #expect(declared.contains { text.contains($0) }, "\(torch) is \(here), which is not declared")
      }
    }
  }
}
