"""Send half an answer and end the process.

cause: crashed
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(number())[:-5])
    os._exit(0)
