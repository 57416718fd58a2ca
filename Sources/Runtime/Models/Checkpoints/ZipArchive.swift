enum ZipArchive { static func isOne(_ b: UnsafeRawBufferPointer) -> Bool { b.starts(with: [0x50, 0x4B]) } }
extension TensorFile {
  init(pickled mapping: MappedFile) throws(CheckpointError) { throw .unsupported(file: mapping.path, found: "pickles") }
}
