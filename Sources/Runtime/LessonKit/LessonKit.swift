// What `import LessonKit` brings: tensors, neural networks, and the vocabulary of lessons.

@_exported import NeuralNets
@_exported import Tensors
