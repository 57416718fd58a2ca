// StepBuilder
