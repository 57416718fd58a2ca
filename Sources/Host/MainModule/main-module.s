# The descriptor of a Swift module called `main`, which stands in for that of each step's module (StepBuilder/Compiler.swift),
# so that types print as in a program of one file: `main.Point`.
#
# Layout: docs/ABI/TypeMetadata.rst and TargetModuleContextDescriptor in the Swift sources.

    .section .rodata, "a"
    .p2align 2
.Lname:
    .asciz "main"
    .p2align 2
    .globl lesson_main_module
    .hidden lesson_main_module
lesson_main_module:
    .long 0             # flags: the kind is 0, a module
    .long 0             # no parent
    .long .Lname - .    # the name, relative to this field

    .section .note.GNU-stack, "", %progbits
