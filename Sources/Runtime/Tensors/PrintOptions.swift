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

  /// PyTorch's profile `default`.
  public static let standard = PrintOptions()
  /// PyTorch's profile `short`: 2 digits, 2 edge items.
  public static let short = PrintOptions(precision: 2, edgeItems: 2)
  /// PyTorch's profile `full`: nothing is left out.
  public static let full = PrintOptions(threshold: .max)

  /// Options by name; those left out are the defaults.
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
