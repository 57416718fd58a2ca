// Functions that see what a module computes, as it computes it.

import Tensors

/// A function that is called with a module, its input and its output.
struct ForwardHook {
  let handle: HookHandle
  let call: (Module, Tensor, Tensor) throws -> Void
}

/// Stands for a registered hook, so that it can be removed.
public final class HookHandle {
  private weak var module: Module?

  init(module: Module) {
    self.module = module
  }

  /// Takes the hook away; a second call does nothing.
  public func remove() {
    module?.forwardHooks.removeAll { $0.handle === self }
  }
}

extension Module {
  /// Calls `hook` after each run of this module with the module, its input and its output.
  ///
  /// For example, the size of what leaves each layer:
  ///
  ///     for (name, layer) in model.namedModules {
  ///       layer.onForward { _, _, output in print(name, output.shape) }
  ///     }
  ///
  /// A hook stays until its handle's ``HookHandle/remove()``; a copy of the module has the same hooks.
  @discardableResult
  public final func onForward(_ hook: @escaping (_ module: Module, _ input: Tensor, _ output: Tensor) throws -> Void)
    -> HookHandle
  {
    let handle = HookHandle(module: self)
    forwardHooks.append(ForwardHook(handle: handle, call: hook))
    return handle
  }

  /// Calls the hooks and hands the output on.
  ///
  /// A module that is called with more than one tensor calls this at the end of its own `callAsFunction`, so that
  /// hooks see it too.
  @discardableResult
  public final func runHooks(input: Tensor, output: Tensor) throws -> Tensor {
    for hook in forwardHooks { try hook.call(self, input, output) }
    return output
  }

  /// What each layer without children gives for an input, in the order in which they ran.
  ///
  /// For example:
  ///
  ///     for (name, output) in try model.activations(of: x) { print(name, output.dtype, output.shape) }
  ///
  /// - Throws: What the model throws; the hooks used here are removed all the same.
  public final func activations(of input: Tensor) throws -> [(name: String, output: Tensor)] {
    var activations: [(name: String, output: Tensor)] = []
    let handles = namedModules.filter { $0.module.children.isEmpty }.map { name, module in
      module.onForward { _, _, output in activations.append((name, output)) }
    }
    defer { handles.forEach { $0.remove() } }
    _ = try self(input)
    return activations
  }
}
