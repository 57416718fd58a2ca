// Bits against arithmetic by hand, and distances between tensors.

import Testing

@testable import LessonKit

@Suite struct BitsTests {
  /// 0.1 is 1.6 × 2^-4; bfloat16 keeps 7 bits of .6 = 1001101|00110...: rounded up to 1.6015625.
  @Test func oneTenthInBFloat16() throws {
    let number = try bits(0.1, as: .bfloat16).formats[0]
    #expect(number.bits == "0011110111001101")
    #expect((number.sign, number.exponent, number.mantissa) == ("0", "01111011", "1001101"))
    #expect(number.value == .float(0.10009765625))
    #expect(number.reading == "+1.6015625 × 2^-4")
    #expect(number.rounding == "up by 9.77e-05")
  }

  @Test func chainsRoundFromOneToTheNext() throws {
    let chain = try bits(0.1, as: .float32, .bfloat16, .float16)
    #expect(chain.formats.map(\.dtype) == [.float32, .bfloat16, .float16])
    #expect(chain.formats[0].bits == "00111101110011001100110011001101" && chain.formats[0].droppedBits == 16)
    #expect(chain.formats[1].source == chain.formats[0].value && chain.formats[1].droppedBits == 0)
    #expect(chain.formats[2].roundingError == 0 && chain.formats[2].rounding == "exact")
  }

  @Test func specialValuesAreNamed() throws {
    #expect(try bits(70000.0, as: .float16).formats[0].rounding == "overflow")
    #expect(try bits(70000.0, as: .float16).formats[0].reading.hasPrefix("infinity"))
    #expect(try bits(1e-50, as: .float32).formats[0].rounding == "underflow to zero")
    #expect(try bits(Double.nan, as: .float32).formats[0].reading.hasPrefix("not a number"))
    #expect(try bits(0x1p-149, as: .float32).formats[0].reading == "+\(0x1p-23) × 2^-126, subnormal")
    #expect(try bits(-2.0).formats[0].reading == "-1.0 × 2^1")
    #expect(try bits(Float(1)).formats[0].dtype == .float32)
  }

  @Test func smallFloatsAndIntegers() throws {
    #expect(try bits(448.0, as: .float8E4M3FN).formats[0].bits == "01111110")
    #expect(try bits(1.0, as: .float8E5M2).formats[0].exponent == "01111")
    #expect(try bits(-1, as: .int8).formats[0].bits == "11111111")
    #expect(try bits(3, as: .uint8).formats[0].sign.isEmpty && bits(3, as: .uint8).formats[0].reading == "unsigned")
    #expect(throws: TensorError.valueOutOfRange(300, .int8)) { try bits(300, as: .int8) }
    #expect(throws: TensorError.self) { try bits(Double.nan, as: .int32) }
    #expect(throws: TensorError.self) { try bits(1e300, as: .int64) }
  }

  @Test func tensorsBeginInTheirOwnDType() throws {
    #expect(try bits(Tensor(0.5), as: .bfloat16).formats.map(\.dtype) == [.float32, .bfloat16])
    #expect(throws: TensorError.self) { try bits(Tensor([1.0, 2.0]), as: .bfloat16) }
  }

  @Test func theirFormsAreWhole() throws {
    let bundle = try bits(0.1, as: .float32, .bfloat16).mimeBundle
    let root = try markup(bundle["text/html"])
    #expect(root.all("span").filter { $0.classes == ["lk-dropped"] }.map(\.text) == ["1100110011001101"])
    #expect(root.all("sup").map(\.text) == ["-4", "-4"])
    #expect(bundle["text/plain"]?.contains("0 01111011 1001101") == true)
  }
}

@Suite struct CompareTests {
  @Test func findsTheGreatestDifference() throws {
    let a = try Tensor([[1.0, 2.0], [3.0, 4.0]])
    let b = try Tensor([[1.0, 2.5], [3.0, 3.0]])
    let difference = try compare(a, b)
    #expect(difference.meanDifference == 0.375 && difference.maxDifference == 1)
    #expect(difference.maxIndex == [1, 1] && difference.maxPair == [4.0, 3.0] && difference.differing == 2)
    #expect(try markup(difference.mimeBundle["text/html"]).name == "table")
  }

  /// From 1.0 to the next float32 is one step; from -0.0 to 0.0 none; across zero each side's steps add up.
  @Test func countsStepsOfTheFormat() throws {
    let one = try Tensor([Float(1), -0.0, -Float.leastNonzeroMagnitude])
    let other = try Tensor([Float(1).nextUp, 0.0, Float.leastNonzeroMagnitude])
    #expect(try compare(one, other).maxULPs == 2)
    #expect(try compare(one[0], other[0]).maxULPs == 1)
    #expect(try compare(one[1], other[1]).maxULPs == 0)
  }

  /// 0.6875 and 0.6872: bfloat16 has steps of 2^-8 there, so both round to 0.6875.
  @Test func countsInTheCoarserFormat() throws {
    let difference = try compare(Tensor([0.6872]), Tensor([0.6875]).bfloat16())
    #expect(try compare(Tensor([1]), Tensor([1.0])).ulpDType == .float32)
    #expect(try compare(Tensor([1, 5]), Tensor([1, 2])).maxULPs == 3)
    #expect(difference.ulpDType == .bfloat16 && difference.maxULPs == 0 && difference.differing == 1)
    #expect(try compare(Tensor([0.6872]), Tensor([0.6875]), ulpsOf: .float16).ulpDType == .float16)
  }

  @Test func specialValues() throws {
    let nan = try Tensor([Double.nan, 1])
    #expect(try compare(nan, nan).maxULPs == 0 && compare(nan, nan).maxDifference == 0)
    #expect(try compare(nan, Tensor([0.0, 1])).maxULPs == nil)
    #expect(try compare(nan, Tensor([0.0, 1])).maxIndex == [0])
    let infinity = try Tensor([Double.infinity])
    #expect(try compare(infinity, infinity).maxDifference == 0)
    #expect(try compare(Tensor.zeros([0]), Tensor.zeros([0])).maxIndex == nil)
    #expect(throws: TensorError.self) { try compare(nan, infinity) }
  }
}
