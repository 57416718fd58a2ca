// Displays as LessonKit writes them.

enum SampleDisplays {
  static let bits = """
    <table class="lk-bits"><caption>The bits of 0.1</caption><thead><tr><th scope="col">dtype</th><th scope="col">\
    <span class="lk-sign">sign</span> <span class="lk-exponent">exponent</span> <span class="lk-mantissa">mantissa</span>\
    </th><th scope="col">value</th><th scope="col">reads as</th><th scope="col">rounded</th></tr></thead><tbody>\
    <tr><th scope="row">float32</th><td class="lk-bits-fields"><span class="lk-sign" title="sign">0</span>\
    <span class="lk-exponent" title="exponent">01111011</span><span class="lk-mantissa" title="mantissa">1001100\
    <span class="lk-dropped" title="not kept by the next format">1100110011001101</span></span></td>\
    <td class="lk-number">0.1</td><td>+1.6 × 2<sup>-4</sup></td><td>exact</td></tr>\
    <tr><th scope="row">bfloat16</th><td class="lk-bits-fields"><span class="lk-sign" title="sign">0</span>\
    <span class="lk-exponent" title="exponent">01111011</span><span class="lk-mantissa" title="mantissa">1001101</span></td>\
    <td class="lk-number">0.10009765625</td><td>+1.6015625 × 2<sup>-4</sup></td><td>up by 9.77e-05</td></tr></tbody></table>
    """

  static let tensor: String = {
    let rows = [[0.336, 0.129, 0.234, 0.23], [-1.123, -0.186, 2.208, -0.638], [0.462, 0.267, 0.535, 0.809]]
    let body = rows.map { row in
      "<tr>"
        + row.map { value in
          let level = Int((abs(value) / 2.208 * 8).rounded())
          return "<td class=\"lk-heat-\(level)\(value < 0 ? " lk-negative" : "")\">\(value)</td>"
        }.joined() + "<td class=\"lk-gap\">…</td></tr>"
    }.joined()
    return """
      <div class="lk-tensor"><div class="lk-tensor-line">shape [3, 9] · float32 · 108 bytes</div>\
      <table class="lk-matrix"><tbody>\(body)</tbody></table></div>
      """
  }()

  static let module = """
    <div class="lk-module"><details open><summary><span class="lk-module-type">DummyModel</span>\
    <span class="lk-module-details">()</span> <span class="lk-module-size">88 parameters, 352 bytes</span></summary><ul>\
    <li><details open><summary><span class="lk-module-name">token_embedding</span> <span class="lk-module-type">Embedding</span>\
    <span class="lk-module-details">(3, 2)</span> <span class="lk-module-size">6 parameters, 24 bytes</span></summary><ul>\
    <li class="lk-parameter"><span class="lk-module-name">weight</span> <span class="lk-shape">[3, 2]</span> \
    <span class="lk-dtype">float32</span></li></ul></details></li>\
    <li><div class="lk-module-leaf"><span class="lk-module-name">act</span> <span class="lk-module-type">ReLU</span>\
    <span class="lk-module-details">()</span></div></li></ul></details></div>
    """

  static let error = """
    <div class="lk-error"><span class="lk-error-type">TensorError</span><span class="lk-error-message">\
    shapes [2, 3] and [4] cannot be broadcast</span></div>
    """
}
