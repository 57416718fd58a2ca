// Taking a module's tensors out, and putting others in.

import Tensors

extension Module {
  /// The tensors of all parameters and persistent buffers by name: a module's own before its children's.
  ///
  /// A parameter that two modules share is there under both names. The tensors are values: changing the module later
  /// does not change them.
  public final func stateDict() -> StateDict {
    var state = StateDict()
    for slot in stateSlots() { state[slot.key] = slot.tensor }
    return state
  }

  /// Replaces the module's tensors by those of a state dict, each converted to the dtype that the module has there.
  ///
  /// - Parameter strict: Whether a missing or an unexpected key is an error. A wrong shape always is.
  /// - Returns: The keys that did not match, empty when `strict`.
  /// - Throws: ``ModuleError/stateMismatch(module:_:)``, and then nothing has been changed. (PyTorch throws as well,
  ///   but has loaded by then what fits.)
  @discardableResult
  public final func load(stateDict state: StateDict, strict: Bool = true) throws -> StateMismatch {
    let slots = stateSlots()
    let mismatch = Self.compare(slots, with: state)
    guard mismatch.shapes.isEmpty, !strict || mismatch.isEmpty else {
      throw ModuleError.stateMismatch(module: typeName, mismatch)
    }
    let replacements = try slots.map { slot in try state[slot.key].map { try $0.to(slot.tensor.dtype) } }
    for (slot, replacement) in zip(slots, replacements) {
      if let replacement { slot.set(replacement) }
    }
    return mismatch
  }

  private static func compare(_ slots: [StateSlot], with state: StateDict) -> StateMismatch {
    var mismatch = StateMismatch()
    for slot in slots {
      guard let tensor = state[slot.key] else {
        mismatch.missing.append(slot.key)
        continue
      }
      if tensor.shape != slot.tensor.shape {
        mismatch.shapes.append(ShapeMismatch(key: slot.key, given: tensor.shape, expected: slot.tensor.shape))
      }
    }
    let expected = Set(slots.map(\.key))
    mismatch.unexpected = state.keys.filter { !expected.contains($0) }
    return mismatch
  }

  private func stateSlots() -> [StateSlot] {
    places().flatMap { place in
      let members = place.module.members()
      return members.parameters.map { name, parameter in
        StateSlot(key: joined(place.name, name), tensor: parameter.tensor) { parameter.tensor = $0 }
      }
        + members.buffers.filter(\.buffer.isPersistent).map { name, buffer in
          StateSlot(key: joined(place.name, name), tensor: buffer.tensor) { buffer.tensor = $0 }
        }
    }
  }
}

/// One entry of a state dict, and where it lives.
private struct StateSlot {
  let key: String
  let tensor: Tensor
  let set: (Tensor) -> Void
}
