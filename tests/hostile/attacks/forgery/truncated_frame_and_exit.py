"""Send half an answer and end the process.

item: truncated frame
cause: crashed
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(number())[:-5])
    os._exit(0)
