// How the parts of a model look on the page: parameters, buffers, state dicts, and arrays of anything that can be
// shown.

import NeuralNets
import Tensors

extension Parameter: Displayable {
  /// PyTorch's text, and the tensor's tables.
  public var mimeBundle: MIMEBundle {
    MIMEBundle(plain: description, html: tensor.mimeBundle["text/html"])
  }
}

extension Buffer: Displayable {
  /// As the tensor's.
  public var mimeBundle: MIMEBundle { tensor.mimeBundle }
}

extension StateDict: Displayable {
  /// A table of names, shapes, dtypes and bytes.
  public var mimeBundle: MIMEBundle {
    table(
      ["key", "shape", "dtype", "bytes"], map { [$0.key, "\($0.tensor.shape)", $0.tensor.dtype, $0.tensor.byteCount] }
    )
    .mimeBundle
  }
}

extension Array: Displayable where Element: Displayable {
  /// The elements' forms one below the other.
  public var mimeBundle: MIMEBundle {
    let bundles = map(\.mimeBundle)
    let items = bundles.map { bundle in
      let plain = element("pre", escaped(bundle["text/plain"] ?? ""))
      return element("div", class: "lk-item", bundle["text/html"] ?? bundle["image/svg+xml"] ?? plain)
    }
    return MIMEBundle(
      plain: bundles.compactMap { $0["text/plain"] }.joined(separator: "\n"),
      html: element("div", class: "lk-items", items.joined()))
  }
}
