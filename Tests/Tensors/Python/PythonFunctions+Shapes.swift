// PyTorch's functions that change shapes or pick elements, by name.

import Tensors

extension PythonFunctions {
  static let shapes: [String: Function] = [
    "reshape": tensor { a in try a.tensor(0).reshape(a.ints(1, "shape")) },
    "view": tensor { a in
      if case .dtype(let dtype)? = a.value(1, "dtype") { return try a.tensor(0).bits(as: dtype) }
      return try a.tensor(0).view(a.ints(1, "shape"))
    },
    "transpose": tensor { a in try a.tensor(0).transpose(a.int(1, "dim0"), a.int(2, "dim1")) },
    "t": tensor { a in try a.tensor(0).t() },
    "permute": tensor { a in try a.tensor(0).permute(a.ints(1, "dims")) },
    "movedim": tensor { a in try a.tensor(0).movedim(a.int(1, "source"), a.int(2, "destination")) },
    "expand": tensor { a in try a.tensor(0).expand(a.ints(1, "size")) },
    "squeeze": tensor { a in
      guard let dim = try a.optionalInt(1, "dim") else { return try a.tensor(0).squeeze() }
      return try a.tensor(0).squeeze(dim)
    },
    "unsqueeze": tensor { a in try a.tensor(0).unsqueeze(a.int(1, "dim")) },
    "flatten": tensor { a in try a.tensor(0).flatten(a.int(1, "start_dim", 0), a.int(2, "end_dim", -1)) },
    "unflatten": tensor { a in try a.tensor(0).unflatten(a.int(1, "dim"), a.ints(2, "sizes")) },
    "repeat": tensor { a in try a.tensor(0).repeat(a.ints(1, "repeats")) },
    "repeat_interleave": tensor { a in
      try a.tensor(0).repeatInterleave(a.int(1, "repeats"), dim: a.optionalInt(2, "dim"))
    },
    "tile": tensor { a in try a.tensor(0).tile(a.ints(1, "dims")) },
    "flip": tensor { a in try a.tensor(0).flip(a.ints(1, "dims")) },
    "roll": tensor { a in try a.tensor(0).roll(a.int(1, "shifts"), a.int(2, "dims")) },
    "narrow": tensor { a in try a.tensor(0).narrow(a.int(1, "dim"), a.int(2, "start"), a.int(3, "length")) },
    "select": tensor { a in try a.tensor(0).select(a.int(1, "dim"), a.int(2, "index")) },
    "tril": tensor { a in try a.tensor(0).tril(a.int(1, "diagonal", 0)) },
    "triu": tensor { a in try a.tensor(0).triu(a.int(1, "diagonal", 0)) },
    "diag": tensor { a in try a.tensor(0).diag() },
    "size": { a in .int(try a.tensor(0).size(a.int(1, "dim"))) },
    "broadcast_shapes": { a in
      let shapes = try (0..<a.positional.count).map { try a.ints($0, "shape") }
      guard shapes.count == 2 else { throw NotOffered(name: "broadcast_shapes of others than two") }
      _ = try Tensor.zeros(shapes[0]) + Tensor.zeros(shapes[1])
      return .none
    },
    "cat": tensor { a in try .cat(a.tensors(0, "tensors"), dim: a.int(1, "dim", 0)) },
    "stack": tensor { a in try .stack(a.tensors(0, "tensors"), dim: a.int(1, "dim", 0)) },
    "chunk": { a in PythonValue(try a.tensor(0).chunk(a.int(1, "chunks"), dim: a.int(2, "dim", 0))) },
    "split": { a in
      if case .list? = a.value(1, "split_size") {
        return PythonValue(try a.tensor(0).split(a.ints(1, "split_size"), dim: a.int(2, "dim", 0)))
      }
      return PythonValue(try a.tensor(0).split(a.int(1, "split_size"), dim: a.int(2, "dim", 0)))
    },
    "unbind": { a in PythonValue(try a.tensor(0).unbind(a.int(1, "dim", 0))) },
    "pad": tensor { a in try a.tensor(0).pad(a.ints(1, "pad"), value: a.double(99, "value", 0)) },
  ]

  static let picking: [String: Function] = [
    "where": tensor { a in
      guard let number = a.value(2, "other")?.scalar else {
        return try .where(a.tensor(0), a.tensor(1, "input"), a.tensor(2, "other"))
      }
      if case .int(let number) = number { return try .where(a.tensor(0), a.tensor(1), number) }
      return try .where(a.tensor(0), a.tensor(1), number.doubleValue)
    },
    "masked_fill": tensor { a in
      switch a.value(2, "value")?.scalar {
      case .int(let number)?: try a.tensor(0).maskedFill(a.tensor(1, "mask"), number)
      case .bool(let flag)?: try a.tensor(0).maskedFill(a.tensor(1, "mask"), flag)
      default: try a.tensor(0).maskedFill(a.tensor(1, "mask"), a.double(2, "value"))
      }
    },
    "masked_select": tensor { a in try a.tensor(0).maskedSelect(a.tensor(1, "mask")) },
    "gather": tensor { a in try a.tensor(0).gather(a.int(1, "dim"), a.tensor(2, "index")) },
    "index_select": tensor { a in try a.tensor(0).indexSelect(a.int(1, "dim"), a.tensor(2, "index")) },
    "scatter": tensor { a in try a.tensor(0).scatter(a.int(1, "dim"), a.tensor(2, "index"), a.tensor(3, "src")) },
    "scatter_add": tensor { a in try a.tensor(0).scatterAdd(a.int(1, "dim"), a.tensor(2, "index"), a.tensor(3, "src"))
    },
    "nonzero": tensor { a in try a.tensor(0).nonzero() },
    "one_hot": tensor { a in try a.tensor(0).oneHot(a.int(1, "num_classes")) },
    "clamp": tensor { a in
      try a.tensor(0).clamp(min: a.value(1, "min")?.scalar, max: a.value(2, "max")?.scalar)
    },
    "maximum": tensor { a in try a.tensor(0).maximum(a.tensor(1, "other")) },
    "minimum": tensor { a in try a.tensor(0).minimum(a.tensor(1, "other")) },
    "fmod": tensor { a in try a.tensor(0).fmod(a.tensor(1, "other")) },
    "logical_and": tensor { a in try a.tensor(0).logicalAnd(a.tensor(1, "other")) },
    "logical_or": tensor { a in try a.tensor(0).logicalOr(a.tensor(1, "other")) },
    "logical_xor": tensor { a in try a.tensor(0).logicalXor(a.tensor(1, "other")) },
    "isclose": tensor { a in
      try a.tensor(0).isClose(a.tensor(1), rtol: a.double(99, "rtol", 1e-5), equalNaN: a.bool(99, "equal_nan"))
    },
    "allclose": { a in .bool(try a.tensor(0).allClose(a.tensor(1), atol: a.double(99, "atol", 1e-8))) },
    "equal": { a in .bool(try a.tensor(0).equal(a.tensor(1))) },
    "add": tensor { a in
      let (x, y) = (try a.tensor(0), try a.tensor(1))
      switch a.named["alpha"]?.scalar {
      case .int(let alpha)?: return try x.add(y, alpha: alpha)
      default: return try x.add(y, alpha: a.double(99, "alpha", 1))
      }
    },
    "div": tensor { a in
      let (x, y) = (try a.tensor(0), try a.tensor(1))
      return try a.string("rounding_mode") == "floor" ? x.floorDivide(y) : x.truncDivide(y)
    },
    "lerp": tensor { a in try a.tensor(0).lerp(a.tensor(1, "end"), a.double(2, "weight")) },
    "copy_": tensor { a in
      var x = try a.tensor(0)
      try x.copy(from: a.tensor(1))
      return x
    },
    "add_": tensor { a in
      var x = try a.tensor(0)
      if case .tensor(let y) = try a.required(1) { try x += y } else { try x += a.double(1, "other") }
      return x
    },
    "mul_": tensor { a in
      var x = try a.tensor(0)
      try x *= a.tensor(1)
      return x
    },
    "item": { a in
      switch try a.tensor(0).item() {
      case .bool(let value): .bool(value)
      case .int(let value): .int(Int(value))
      case .float(let value): .float(value)
      }
    },
  ]
}
