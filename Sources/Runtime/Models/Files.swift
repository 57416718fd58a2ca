// Small questions to the file system, and near names.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether there is a folder of that name (or a link to one).
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is anything of that name.
func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The name that takes the fewest changes of letters (Levenshtein), if these are at most a quarter of it.
func nearest(to name: String, among names: [String]) -> String? {
  let wanted = Array(name.utf8)
  let close = names.filter { abs($0.utf8.count - wanted.count) <= wanted.count / 4 }
  let distances = close.prefix(2000).map { (name: $0, distance: distance(wanted, Array($0.utf8))) }
  guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, wanted.count / 4) ? best.name : nil
}

private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let changed = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
