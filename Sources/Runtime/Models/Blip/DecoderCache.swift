// What the text decoder remembers from token to token, so that each is computed once.

import Tensors

/// The keys and values of the tokens so far and of the pictures, for each layer.
///
/// There may be more texts (rows) than pictures: those of one picture follow one another, as in beam search.
struct DecoderCache {
  /// `[texts or pictures, heads, tokens or patches, head size]` each.
  struct KeysAndValues {
    var keys: Tensor
    var values: Tensor
  }

  struct Layer {
    var text: KeysAndValues?
    var picture: KeysAndValues?
  }

  /// The image encoder's last hidden state, `[pictures, patches + 1, size]`.
  let pictures: Tensor
  var layers: [Layer]
  /// The tokens of each text that have been through the decoder.
  private(set) var length = 0
  /// False for tokens that are padding, which nothing looks at, `[texts, length]` (bool); nil while there are none.
  private(set) var attentionMask: Tensor?

  init(pictures: Tensor, layerCount: Int) {
    self.pictures = pictures
    layers = [Layer](repeating: Layer(), count: layerCount)
  }

  /// Makes room for `count` more tokens of each of `texts` texts.
  mutating func extend(by count: Int, texts: Int, attentionMask mask: Tensor?) throws {
    if mask != nil || attentionMask != nil {
      let former = try attentionMask ?? Tensor.ones([texts, length], dtype: .bool)
      let added = try mask?.to(.bool) ?? Tensor.ones([texts, count], dtype: .bool)
      attentionMask = try Tensor.cat([former, added], dim: 1)
    }
    length += count
  }

  /// Keeps the texts at these places, in this order; pictures stay as they are.
  mutating func select(_ texts: [Int]) throws {
    let places = try Tensor(texts)
    func selected(_ tensor: Tensor) throws -> Tensor {
      let rows = try embedding(places, tensor.reshape([tensor.size(0), -1]))
      return try rows.reshape([texts.count] + tensor.shape.dropFirst())
    }
    for index in layers.indices {
      guard let text = layers[index].text else { continue }
      layers[index].text = KeysAndValues(keys: try selected(text.keys), values: try selected(text.values))
    }
    attentionMask = try attentionMask.map(selected)
  }
}
