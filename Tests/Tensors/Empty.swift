// Tests of the tensor runtime.
