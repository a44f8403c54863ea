"""A quiz to begin with: one question of each kind, with comments."""

import re
from pathlib import Path

from dlquiz.errors import UsageError, cannot_write

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")

_TEMPLATE = """\
# yaml-language-server: $schema=dlquiz.schema.json
# An editor with a YAML language server completes and checks this file, once the schema lies beside it:
#   dlquiz quiz schema -o dlquiz.schema.json
format_version: 1
title: "@TITLE@"
lang: en
summary: One or two sentences on what this quiz is about.
# draw: 8            # so many questions in one sitting; without it, all
questions:
  # Every question has: kind, id, stem, explain, source. An id stays for ever: what learners did hangs on it.
  # Quote a text that holds ': ' or ' #', or begins with {, [, *, & or !.

  - kind: choice # one right option; the options are shuffled
    id: @P@-choice
    tags: [epoch]
    stem: After training, you want to know how often every example was shown to the network. Where do you look?
    right: At the number of epochs
    wrong: # two or three; each says why it is wrong, for the learner who chose it
      At the number of layers: This is the depth of the network. It stays the same however long you train.
      At the learning rate: This is the size of each step, not how many there were.
    hints:
      - Which of the three grows when you train for longer?
    explain: In one epoch every example is used once, so their number says how often each was shown.
    source: Google, Machine Learning Glossary, entry "epoch"

  - kind: multi # several right options; partial: net, each or all
    id: @P@-multi
    tags: [hyperparameter]
    stem: Which of these do you choose before the training begins?
    right:
      The batch size: You write it into the program.
      The learning rate: You write it into the program, or a schedule for it.
    wrong:
      The weights: They begin at random numbers, and the training changes them.
      The gradients: They are computed anew in every step.
    explain: What is chosen before the training is a hyperparameter; what the training finds is a parameter.
    source: Google, Machine Learning Glossary, entry "hyperparameter"

  - kind: truefalse
    id: @P@-truefalse
    tags: [test-set]
    stem: The test set is used once, after all choices are made.
    answer: true
    explain: A test set that helped with a choice is a second validation set, and its score is too good.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 5.3

  - kind: numeric
    id: @P@-numeric
    tags: [parameter]
    stem: A dense layer has 20 inputs and 10 outputs. How many numbers does it learn, biases included?
    answer: 210
    tolerance: 0 # or 0.01, 5%, or [3.1, 3.2]; unit: MiB if one is asked for
    near: # wrong numbers that you foresee
      200: You left out the 10 biases, one for each output.
    explain: 20 times 10 weights and 10 biases are 210 numbers.
    source: TensorFlow API documentation, tf.keras.layers.Dense

  - kind: numeric
    id: @P@-params
    tags: [epoch, batch-size]
    params: {n: [1000, 50000], b: [32, 128]} # every combination is a question of its own
    stem: "{{n:,}} images are shown in batches of {{b}}. After how many batches was each of them shown once?"
    answer: ceil(n / b)
    near:
      floor(n / b): The images that are left over make one more batch, a smaller one.
    explain: "{{n}} / {{b}} is {{n / b:.2f}}, and a part of a batch is a batch too."
    source: Google, Machine Learning Glossary, entry "epoch"

  - kind: short # a typed word
    id: @P@-short
    tags: [overfitting]
    stem: A network does very well on the training set and badly on new data. What is this called?
    accept: [overfitting, "/over.?fit(ted)?/"] # texts, or /patterns/
    typos: 1 # so many slips are forgiven in a long word
    reject: # wrong words that you foresee
      underfitting: Then it would do badly on the training set too.
    explain: The network has learnt details of the training set that do not hold elsewhere.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 5.2

  - kind: cloze # blanks in a text
    id: @P@-cloze
    tags: [loss-function, optimiser]
    stem: How wrong the output is, is measured by the [[loss|loss function|cost function]]; the weights are changed by
      the [[optimiser|optimizer]].
    explain: The loss is one number. Its gradient tells the optimiser into which direction to change each weight.
    source: TensorFlow guide, "Training and evaluation with the built-in methods"

  - kind: match
    id: @P@-match
    tags: [activation-function]
    stem: Which description belongs to which activation function?
    pairs:
      ReLU: negative numbers become 0
      sigmoid: every number becomes one between 0 and 1
      softmax: several numbers become shares that sum to 1
    extra:
      the sign of every number is turned round: No activation function does this; it would be undone by the weights.
    explain: ReLU is common in hidden layers, sigmoid and softmax in the last one.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.3

  - kind: order
    id: @P@-order
    tags: [training-set, test-set]
    stem: What happens first, and what last?
    items: [the data are split, the model is trained, the best epoch is chosen, the test accuracy is reported]
    why:
      the test accuracy is reported: The test set waits until nothing is left to choose.
    explain: Splitting comes first, so that nothing of the test set reaches the training.
    source: scikit-learn user guide, "Common pitfalls and recommended practices"

  - kind: categorise
    id: @P@-categorise
    tags: [supervised-learning, unsupervised-learning]
    stem: Does this need labels?
    groups:
      needs labels: [telling cats from dogs, predicting the price of a house]
      needs none: [finding groups of similar customers, compressing images]
    explain: Supervised learning is told the right answers; unsupervised learning looks for structure by itself.
    source: Google, Machine Learning Glossary, entries "supervised machine learning" and "unsupervised machine learning"

  - kind: output # what does this print? dlquiz quiz check runs it
    id: @P@-output
    tags: [shape]
    stem: Twenty-eight by twenty-eight pixels are laid out in one row for each of five images.
    code: |
      import numpy as np

      images = np.zeros((5, 28, 28))
      print(images.reshape(5, -1).shape)
    answer: (5, 784)
    reject:
      (5, 28, 28): This is the shape before the call of reshape.
    explain: The -1 stands for whatever is left, here 28 times 28.
    source: NumPy documentation, numpy.reshape
"""


def template(quiz_id: str) -> str:
    """Return a quiz file with one question of each kind; its questions' ids begin with initials of the quiz's id."""
    parts = [part for part in re.split(r"[-_]", quiz_id) if part]
    prefix = "".join(part[0] for part in parts) if len(parts) > 1 else quiz_id[:2]
    title = quiz_id.replace("-", " ").replace("_", " ").capitalize()
    return _TEMPLATE.replace("@TITLE@", title).replace("@P@", prefix)


def write_quiz(folder: Path, quiz_id: str, taken: frozenset[str] = frozenset()) -> Path:
    """Write ``<folder>/<quiz_id>.yaml`` and return it; a file that is there is left alone.

    Raises
    ------
    UsageError
        The id cannot be one, is the name of a command (``taken``), or the file exists or cannot be written.
    """
    if not _ID.fullmatch(quiz_id):
        better = re.sub(r"[^a-z0-9_-]+", "-", quiz_id.lower().removesuffix(".yaml")).strip("-_")[:40]
        meant = f"dlquiz dev new quiz {better}" if _ID.fullmatch(better) else ""
        message = f"'{quiz_id}' cannot be an id: lower-case letters, digits, - and _, a letter first, at most 40."
        raise UsageError(message, next_step=meant)
    if quiz_id in taken:
        raise UsageError(f"'dlquiz quiz {quiz_id}' is a command, so a quiz cannot be called so.")
    path = folder / f"{quiz_id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(quiz_id))
    except FileExistsError:
        raise UsageError(f"{path} is there already.", next_step="Choose another id.") from None
    except OSError as error:
        raise cannot_write(path, error) from error
    return path
