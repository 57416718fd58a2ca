// Where the runtime meets the process that runs a lesson.

/// Hands a bundle to the page; outside a lesson it prints the plain text.
func emit(_ bundle: MIMEBundle) {
  print(bundle["text/plain"] ?? "")
}
