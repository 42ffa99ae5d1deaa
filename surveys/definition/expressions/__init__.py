"""The language of display rules: a text is parsed into a JSON tree, checked once, evaluated often.

Grammar, weakest first: `or`, `and`, `not`, comparisons (`=`, `!=`, `<`, `<=`, `>`, `>=`, `in`,
`not in`), `+ -`, `* /`, unary `-`; operands are numbers, texts in quotes, `true`, `false`,
lists in parentheses after `in`, and the functions `answer(ITEM)`, `answered(ITEM)`,
`count_na(SCALE)`, `count_answered(SCALE)`.

Whatever rests on an answer that is not there is unknown (None), by Kleene's three-valued logic.
A page is left out only where its rule is *false*, and an answer is obligatory only where the rule
is *true*: an unknown rule neither takes a question away from a person nor holds the person up.
"""

from surveys.definition.expressions.checker import check_expression
from surveys.definition.expressions.evaluation import evaluate
from surveys.definition.expressions.parser import ExpressionError, parse
from surveys.definition.expressions.tree import Tree, references, to_text

__all__ = ["ExpressionError", "Tree", "check_expression", "evaluate", "parse", "references", "to_text"]
