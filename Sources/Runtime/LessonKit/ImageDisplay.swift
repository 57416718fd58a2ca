// How a picture looks on the page.

import Models

extension Image: Displayable {
  /// The picture as PNG, its alternative text as the plain form.
  public var mimeBundle: MIMEBundle {
    var bundle = MIMEBundle(plain: alt ?? description)
    bundle.data["image/png"] = try? pngData()
    return bundle
  }
}
