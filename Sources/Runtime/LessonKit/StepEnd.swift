// The last line of a step in a lesson that awaits at its top level.

/// Set once, by the host, before the first step; nil outside a lesson.
nonisolated(unsafe) private var reportStepEnd: (@convention(c) () -> Void)?

/// Takes the function that is called when a step has ended; the host calls it once, before the first step.
@_cdecl("lessonkit_attach_step_end")
public func attachStepEnd(_ report: @escaping @convention(c) () -> Void) {
  reportStepEnd = report
}

/// Called by the step's first line, in a `defer`: the compiler ends such a step with `exit(0)`, which the host cannot
/// otherwise tell from the author's own.
public func _stepEnds() {
  reportStepEnd?()
}
