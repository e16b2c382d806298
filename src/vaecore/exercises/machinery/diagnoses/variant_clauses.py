"""Words for what a variant does otherwise: names of functions, clauses for each change of an operator."""

import ast

OF = {
    "exp": "the exponential", "expm1": "exp minus 1", "log": "the logarithm",
    "log2": "the logarithm to base 2", "log10": "the logarithm to base 10",
    "log1p": "log(1 + ...)", "sqrt": "the square root",
    "square": "the square", "abs": "the absolute value", "negative": "the negative", "sum": "the sum",
    "mean": "the mean", "max": "the largest", "min": "the smallest", "prod": "the product",
    "median": "the median", "tanh": "tanh", "arctan": "arctan", "sin": "the sine", "sigmoid": "the sigmoid",
    "relu": "the ReLU", "inv": "the inverse", "transpose": "the transpose", "diag": "the diagonal",
    "sort": "the sorting", "array": "the numbers as they stand", "argmax": "the place of the largest",
    "argmin": "the place of the smallest", "maximum": "the larger one", "minimum": "the smaller one",
    "add": "the sum of both", "norm": "the length", "zeros_like": "zeros", "ones_like": "ones",
    "linspace": "equal steps", "geomspace": "steps that grow", "standard_normal": "normal noise",
    "random": "uniform noise", "standard_exponential": "exponential noise",
    "concatenate": "the halves side by side", "stack": "the rows together",
}  # fmt: skip
SYMBOLS: dict[type, str] = {ast.Gt: "above", ast.Lt: "below", ast.GtE: "at or above", ast.LtE: "at or below"}
OPERATOR_WORDS: dict[tuple[type, type], str] = {
    (ast.Add, ast.Sub): "{R} is subtracted where it should be added",
    (ast.Add, ast.Mult): "{L} and {R} are multiplied where they should be added",
    (ast.Sub, ast.Add): "{R} is added where it should be subtracted",
    (ast.Sub, ast.Mult): "{L} and {R} are multiplied where {R} should be subtracted",
    (ast.Mult, ast.Add): "{L} and {R} are added where they should be multiplied",
    (ast.Mult, ast.Div): "{L} is divided by {R} where the two should be multiplied",
    (ast.Div, ast.Mult): "{L} is multiplied by {R} where it should be divided by it",
    (ast.Div, ast.Sub): "{R} is subtracted from {L} where {L} should be divided by it",
    (ast.Pow, ast.Mult): "{L} is multiplied by {R} where a power belongs",
    (ast.Pow, ast.Add): "{R} is added to {L} where a power belongs",
    (ast.FloorDiv, ast.Mult): "{L} is multiplied by {R} where it should be divided by it",
    (ast.FloorDiv, ast.Div): "{L} is divided by {R} with a rest where whole numbers belong",
}
LEFT_OUT: dict[tuple[type, str], str] = {
    (ast.Add, "right"): "{R} is missing, which should be added",
    (ast.Add, "left"): "{L} is missing, which should be added",
    (ast.Sub, "right"): "{R} is missing, which should be subtracted",
    (ast.Sub, "left"): "{L} is missing, from which {R} should be subtracted",
    (ast.Mult, "right"): "the factor {R} is missing",
    (ast.Mult, "left"): "the factor {L} is missing",
    (ast.MatMult, "right"): "the product with the matrix {R} is missing",
    (ast.Div, "right"): "the division by {R} is missing",
    (ast.Pow, "right"): "{L} is not raised to the power that it should be",
}
