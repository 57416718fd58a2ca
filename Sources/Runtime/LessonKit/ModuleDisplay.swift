// A module as a tree that can be folded, with what each part weighs.

import NeuralNets

extension Module: Displayable {
  /// PyTorch's text, and a foldable tree with the parameters' shapes, dtypes, counts and bytes.
  public var mimeBundle: MIMEBundle {
    MIMEBundle(plain: description, html: element("div", class: "lk-module", tree(name: "", isOpen: true)))
  }

  /// This module with its parts; an ancestor of itself, which would never end, stands without them.
  private func tree(name: String, isOpen: Bool, path: Set<ObjectIdentifier> = []) -> String {
    let isRepeated = path.contains(ObjectIdentifier(self))
    let parts = isRepeated ? "" : ownTensors + childTrees(path: path.union([ObjectIdentifier(self)]))
    let head = heading(name: name)
    if parts.isEmpty { return element("div", class: "lk-module-leaf", head) }
    return element("details", attributes: isOpen ? "open=\"\"" : "", element("summary", head) + element("ul", parts))
  }

  private func heading(name: String) -> String {
    let label = name.isEmpty ? "" : element("span", class: "lk-module-name", escaped(name)) + " "
    let settings = element("span", class: "lk-module-details", "(\(escaped(details)))")
    let weight = parameterCount == 0 ? "" : " " + element("span", class: "lk-module-size", escaped(sizeText))
    return label + element("span", class: "lk-module-type", escaped(typeName)) + settings + weight
  }

  private var sizeText: String {
    "\(grouped(parameterCount)) \(parameterCount == 1 ? "parameter" : "parameters"), \(byteText(memoryFootprint))"
  }

  private var ownTensors: String {
    let parameters = ownParameters.map { line($0.name, "\($0.parameter.shape)", "\($0.parameter.dtype)") }
    let buffers = ownBuffers.map { line($0.name, "\($0.buffer.shape)", "\($0.buffer.dtype), buffer") }
    return (parameters + buffers).joined()
  }

  private func line(_ name: String, _ shape: String, _ dtype: String) -> String {
    let name = element("span", class: "lk-module-name", escaped(name))
    return element(
      "li", class: "lk-parameter",
      "\(name) \(element("span", class: "lk-shape", shape)) \(element("span", class: "lk-dtype", dtype))")
  }

  /// Neighbours in a list that print alike are shown once.
  private func childTrees(path: Set<ObjectIdentifier>) -> String {
    runs.map { run in
      let name = run.count == 1 ? run.first : "\(run.first)–\(run.last): \(run.count) ×"
      return element("li", run.module.tree(name: name, isOpen: false, path: path))
    }
    .joined()
  }

  private var runs: [(first: String, last: String, count: Int, module: Module)] {
    var runs: [(first: String, last: String, count: Int, module: Module)] = []
    for (name, module) in namedChildren {
      if self is ModuleList, let last = runs.indices.last, runs[last].module.description == module.description {
        runs[last].last = name
        runs[last].count += 1
      } else {
        runs.append((name, name, 1, module))
      }
    }
    return runs
  }
}

/// Prints the dtype of each parameter, one per line: `linear_1.weight                     → float32`.
///
/// - Parameter maxLines: How many to print at most; a last line counts the others. Nil prints all.
public func printParameterDTypes(_ module: Module, maxLines: Int? = nil) {
  for line in parameterDTypeLines(module, maxLines: maxLines) { print(line) }
}

func parameterDTypeLines(_ module: Module, maxLines: Int?) -> [String] {
  let parameters = module.namedParameters
  let shown = parameters.prefix(max(0, maxLines ?? parameters.count))
  let hidden = parameters.count - shown.count
  let lines = shown.map { name, parameter in "\(name.padded(to: 35)) → \(parameter.dtype)" }
  return lines + (hidden > 0 ? ["... (\(hidden) more parameters not shown)"] : [])
}
