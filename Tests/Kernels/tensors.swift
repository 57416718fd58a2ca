// The tests of tensors as a program of their own, so that the compiler alone can build them with sanitizers.

import Testing

@main enum Program {
  static func main() async { await Testing.__swiftPMEntryPoint() as Never }
}
