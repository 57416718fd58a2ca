// The stylesheet of displayed values: the classes that begin with `lk-`.

enum DisplayStyles {
  static let css = ""
}
