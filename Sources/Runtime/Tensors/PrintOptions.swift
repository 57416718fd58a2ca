// How tensors are printed.

/// PyTorch's print options.
public struct PrintOptions: Sendable, Hashable {
  /// Digits behind the point.
  public var precision = 4
  /// The number of elements from which on the middle is left out.
  public var threshold = 1000
  /// How many elements of each dimension stay at either end then.
  public var edgeItems = 3
  /// Characters in a line.
  public var lineWidth = 80
  /// Scientific notation always or never; nil lets the values decide.
  public var scientific: Bool?

  public init() {}

  /// PyTorch's profiles `default`, `short` (2 digits) and `full` (nothing left out).
  public static let standard = PrintOptions()
  public static let short = PrintOptions(precision: 2, edgeItems: 2)
  public static let full = PrintOptions(threshold: .max)

  public init(
    precision: Int = 4, threshold: Int = 1000, edgeItems: Int = 3, lineWidth: Int = 80, scientific: Bool? = nil
  ) {
    self.precision = precision
    self.threshold = threshold
    self.edgeItems = edgeItems
    self.lineWidth = lineWidth
    self.scientific = scientific
  }
}

nonisolated(unsafe) private var current = PrintOptions()

/// The options of every tensor's description; set them anew, or one by one: `printOptions.precision = 2`.
public var printOptions: PrintOptions {
  get { current }
  set { current = newValue }
}
