// What `import LessonKit` brings: tensors, neural networks, models, and the vocabulary of lessons.

@_exported import Models
@_exported import NeuralNets
@_exported import Tensors
