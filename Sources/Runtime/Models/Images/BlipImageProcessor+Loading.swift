// The image processor's settings from `preprocessor_config.json`.

extension BlipImageProcessor {
  /// The processor that a model's folder describes in its `preprocessor_config.json`.
  ///
  /// - Throws: ``ImageError/unreadable(picture:reason:)`` and ``ImageError/invalidConfiguration(file:reason:)``.
  public static func fromPretrained(_ folder: String) throws(ImageError) -> BlipImageProcessor {
    let path = folder + "/preprocessor_config.json"
    let text: [UInt8]
    do { text = try bytes(ofFile: path) } catch { throw .unreadable(picture: path, reason: error.reason) }
    do { return try BlipImageProcessor(JSONValue(parsing: text), path) } catch let problem as JSONProblem {
      throw .invalidConfiguration(file: path, reason: problem.description)
    } catch let error as ImageError {
      throw error
    } catch {
      throw .invalidConfiguration(file: path, reason: "\(error)")
    }
  }

  /// Settings that the file leaves out are BLIP's own, as in transformers.
  private init(_ json: JSONValue, _ path: String) throws(ImageError) {
    guard json.members != nil else { throw .invalidConfiguration(file: path, reason: "it is not an object") }
    self.init()
    size = json["do_resize"]?.bool == false ? nil : try Self.size(json["size"], path)
    if let filter = json["resample"] {
      guard let known = filter.int.flatMap(Resampling.init) else {
        throw .invalidConfiguration(file: path, reason: "resample is not one of Pillow's filters, 0 to 5")
      }
      resampling = known
    }
    rescaleFactor = json["do_rescale"]?.bool == false ? nil : json["rescale_factor"]?.number ?? 1 / 255
    normalization = json["do_normalize"]?.bool == false ? nil : try Self.normalization(json, path)
  }

  /// A number, or an object with height and width.
  private static func size(_ json: JSONValue?, _ path: String) throws(ImageError) -> Size {
    guard let json else { return Size(width: 384, height: 384) }
    guard let width = json.int ?? json["width"]?.int, let height = json.int ?? json["height"]?.int else {
      throw .invalidConfiguration(file: path, reason: "size is neither a number nor a height and a width")
    }
    try checkSize(width, height, of: "The size in \(path)")
    return Size(width: width, height: height)
  }

  private static func normalization(_ json: JSONValue, _ path: String) throws(ImageError) -> Normalization {
    let usual = Normalization()
    let mean = json["image_mean"]?.array.map { $0.compactMap(\.number) } ?? usual.mean
    let std = json["image_std"]?.array.map { $0.compactMap(\.number) } ?? usual.std
    guard let found = Normalization(mean: mean, std: std) else {
      throw .invalidConfiguration(file: path, reason: "image_mean and image_std are not three numbers each")
    }
    return found
  }
}
