"""The words that may stand beside letters and numbers, without accents, in five languages.

`widgets/question/question_notation.js` has the same lists.
"""

# Words that say nothing about which letters are meant, in five languages.
WORDS = set(
    "and then next statement statements line lines letter letters option options answer answers the true "
    "right correct one ones is are only of first second third fourth fifth sixth seventh last finally "
    "start begin end with by followed order step steps my both just all hold holds also plus as well it "
    "they these those think say get choose chose pick picked yes y las los la el tanto como opciones "
    "opcion letra letras respuesta respuestas orden son es verdadera verdaderas si correcta correctas "
    "cierta ciertas solo primero segundo tercero luego despues finalmente ambas ambos as os opcoes opcao "
    "resposta respostas ordem sao estao verdadeira verdadeiras correta corretas certas apenas somente "
    "primeiro segundo terceiro depois logo em seguida por fim und sowohl als auch sind richtig nur zuerst "
    "dann danach zuletzt et puis ensuite enfin sont vraies".split()
)
# Words after which letters are those that are not meant; and those for all the others.
NEGATIVE = (
    r"\b(?:not|no|nothing|none|false|wrong|untrue|incorrect|unused|needless|leave|left|omit|without|falsas?|falsos?|"
    r"incorrectas?|incorretas?|erradas?|nao|nada|sobran|nicht|falsch|fausses)\b"
)
OTHERS = r"\b(?:others?|rest|remaining|else|otras|otros|demas|resto|outras|outros|anderen)\b"
PORTUGUESE = r"\b(?:as|opcoes|resposta|sao|estao|certas|verdadeiras|corretas|apenas|somente|ambas)\b"
SAID_TRUE, SAID_FALSE = (
    "true t yes y right correct verdadera v sim si".split(),
    "false f no n wrong falsa nao".split(),
)
# Words around numbers that do not tell which of them is meant.
BESIDE = set(
    "and und y e et d i the of for is are to from on about approximately approx circa ca roughly answer "
    "answers then luego depois dann with after step they get standard".split()
)
ORDINALS = "first second third fourth fifth".split()
SAME = {  # words for one idea
    "α": "alpha", "β": "beta", "θ": "theta", "ε": "epsilon", "eps": "epsilon",
    "μ": "mean", "mu": "mean", "media": "mean", "σ": "std", "sigma": "std", "deviation": "std", "sd": "std",
    "desviacion": "std", "desviacione": "std", "desvio": "std", "p": "probability", "pr": "probability",
    "prob": "probability", "probabilidad": "probability", "probabilidade": "probability",
    "elbo": "bound", "cota": "bound", "fuera": "outside", "fora": "outside", "dentro": "inside",
}  # fmt: skip
UNIT = (
    r"\s*[(\[]?(?:(?:nat|bit)s?|bpp)\b(?:\s*[(\[]?(?:/|per\b|por\b|an?\b|for one\b)\s*"
    r"(?:image|pixel|img|px|imagen|imagem)\b)?[)\]]?"
)
AT_THE_BEGINNING = "first start begin primero primeiro zuerst".split()
AT_THE_END = "last finally end finalmente fim enfin".split()
