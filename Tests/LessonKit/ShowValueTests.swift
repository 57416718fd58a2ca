// The value of a step's last line: what is shown, and that every kind of value compiles.

import Testing

@testable import LessonKit

private struct Token: ~Copyable {
  let number = 1
}

@Suite struct ShowValueTests {
  private func shown<Value>(_ value: Value) -> String? { trailingBundle(of: value)?["text/plain"] }

  @Test func nothingForVoid() {
    #expect(shown(()) == nil)
    #expect(shown(Void?.some(())) == nil)
    #expect(shown(Void?.none) == nil)
    #expect(shown(Void??.none) == nil)
  }

  @Test func textInQuotes() {
    #expect(shown("a\n\"b\"") == #""a\n\"b\"""#)
    #expect(shown(Optional("x")) == #""x""#)
    #expect(shown(Substring("x")) == #""x""#)
    #expect(shown(Character("x")) == #""x""#)
  }

  @Test func otherValuesByTheirDisplay() throws {
    #expect(shown(3) == "3" && shown(Int?.none) == "nil" && shown(Int??.some(.some(4))) == "4")
    #expect(trailingBundle(of: try Tensor([1.0]))?["text/html"] != nil)
  }

  @Test func everyKindOfValueCompiles() {
    _showValue(())
    _showValue(Token())
    _showValue([1].span)
    _showValue(print)
    _showValue(Int.self)
  }
}
