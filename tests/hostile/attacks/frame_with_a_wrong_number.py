"""Answer with the number of another question.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(0))
    return x
