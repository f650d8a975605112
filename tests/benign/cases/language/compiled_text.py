"""Text that is compiled, executed, parsed and printed again."""

import ast
import symtable


def guest(box):
    tree = ast.parse("def double(x):\n    return 2 * x")
    names = {}
    exec(compile(tree, "<made>", "exec"), names)
    table = symtable.symtable("x = 1", "<made>", "exec")
    return names["double"](4), ast.unparse(tree), eval("[i for i in range(3)]"), table.get_type()
