"""The terms of the field, and the other words for them that authors use as tags.

A typing mistake is never forgiven from one term into another. Only terms of four letters or more: shorter words are
forgiven nothing anyway.
"""

TERMS: tuple[str, ...] = tuple(
    term.strip()
    for term in """
    accuracy, action, activation, activation function, agent, artificial intelligence, artificial neuron, attention,
    autoencoder, automatic differentiation, average pooling, backpropagation, bag of words, baseline,
    batch normalisation, batch size, bias, broadcasting, capacity, causal mask, chain rule, channel, class imbalance,
    classification, clustering, computational graph, confusion matrix, convergence, convolution, cost, cross-entropy,
    cross-validation, data augmentation, data leakage, decoder, deep learning, dense layer, depth, derivative,
    diffusion model, discount factor, discriminator, distribution shift, dropout, early stopping, embedding, encoder,
    ensemble, environment, episode, epoch, evaluation mode, example, experience, exploding gradient, exploitation,
    exploration, face detection, face recognition, feature, feature map, filter, fine-tuning, flatten, forward pass,
    backward pass, fully connected layer, generalisation, generator, gradient, gradient accumulation, gradient check,
    gradient descent, hidden layer, hyperparameter, image classification, inductive bias, inference, initialisation,
    input layer, instance, iteration, kernel, label, language model, layer normalisation, learning curve,
    learning rate, likelihood, local minimum, logit, logistic regression, linear regression, loss function,
    machine learning, Markov decision process, max pooling, mean squared error, metric, mini-batch, minimax, model,
    momentum, Monte Carlo tree search, multi-layer perceptron, neuron, normalisation, numerical stability,
    object detection, one-hot vector, optimiser, output layer, overfitting, underfitting, padding, parameter,
    partial derivative, performance measure, perplexity, pixel, policy, pooling, pre-activation, precision, recall,
    prediction, probability, Q-learning, random seed, receptive field, recurrent network, regression, regularisation,
    reinforcement learning, representation learning, reward, return, saddle point, sample, scaling, segmentation,
    self-play, self-supervised learning, semi-supervised learning, shape, shuffling, sigmoid, skip connection, softmax,
    speech recognition, standardisation, state, step, stochastic gradient descent, stride, style transfer,
    supervised learning, unsupervised learning, target, task, tensor, test set, token, training mode, training set,
    transfer learning, transformer, translation equivariance, translation invariance, universal approximation,
    validation set, value, vanishing gradient, variance, vocabulary, weight, weight decay, weight sharing, width
    """.replace("\n", " ").split(",")
)
"""The glossary, in British spelling; `dlquiz.quiz.folding.same_word` knows the American one."""

_ALIASES = {
    "accuracy": "accuracy-score",
    "activation": "activation-value",
    "activation-function": "nonlinearity",
    "alexnet": "alexnet-imagenet",
    "alphazero": "alphago-zero, alphago-alphago-zero-alphazero",
    "artificial-intelligence": "ai",
    "backpropagation": "backprop, backward-pass",
    "batch-normalisation": "batch-norm, batchnorm",
    "bias": "bias-parameter",
    "bias-variance": "bias-variance-trade-off",
    "class-imbalance": "imbalance",
    "convolution": "cnn, convolution-layer, convolutional-layer, convolutional-neural-network, convnet",
    "cost": "cost-function, cost-objective",
    "data-leakage": "leakage, data-leak",
    "deep-learning": "dl",
    "dense-layer": "dense-fully-connected-layer, dense-linear, fully-connected-layer, linear-layer",
    "depth": "depth-width",
    "example": "example-sample-instance, data-point",
    "experience": "experience-e",
    "exploding-gradient": "exploding-gradients",
    "f1-score": "f1",
    "face-detection": "face-detection-recognition",
    "gan": "gan-diffusion-model, generative-adversarial-network",
    "generative-model": "generative-models",
    "gpu": "gpu-tpu, graphics-processor, graphics-processing-unit",
    "gradient": "derivative-gradient",
    "gradient-descent": "steepest-descent",
    "grey-image": "grayscale-image, greyscale-image, gray-image",
    "iteration": "iterations-per-epoch",
    "label": "label-target, ground-truth",
    "learning-rate": "step-size, lr",
    "local-minimum": "local-minimum-saddle-point, local-minima",
    "loss": "loss-function",
    "machine-learning": "ml",
    "markov-decision-process": "mdp",
    "mean-squared-error": "mse",
    "minibatch": "mini-batches",
    "multi-layer-perceptron": "mlp",
    "neuron": "artificial-neuron",
    "nlp": "natural-language-processing",
    "normalisation": "normalisation-scaling, scaling",
    "one-hot": "one-hot-vector, one-hot-encoding",
    "performance": "performance-measure-p, performance-measure",
    "recall": "sensitivity",
    "recurrent-network": "rnn, recurrent-neural-network",
    "regularisation": "regulariser",
    "reward": "reward-return",
    "rgb-image": "colour-image",
    "segmentation": "semantic-segmentation",
    "self-play": "selfplay",
    "standardisation": "z-score",
    "state": "state-action",
    "stochastic-gradient-descent": "sgd, minibatch-gradient-descent",
    "supervised-learning": "supervised",
    "task": "task-t",
    "tensorflow": "tensorflow-keras",
    "test-set": "test-data",
    "training-set": "training-data",
    "transfer-learning": "transfer-learning-fine-tuning, fine-tuning",
    "translation-equivariance": "equivariance",
    "unsupervised-learning": "unsupervised",
    "validation-set": "validation-data, development-set",
    "vanishing-gradient": "vanishing-exploding-gradient, vanishing-gradients",
    "weight-decay": "weight-decay-l2, l2-penalty, l2-regularisation",
}

ALIASES: dict[str, str] = {alias: tag for tag, others in _ALIASES.items() for alias in others.split(", ")}
"""Other words for a tag: questions about one term share one tag, or every statistic by tag is split."""


def tag_of(name: str) -> str:
    """Return the tag under which a tag is counted: itself, or the term that it is another word for."""
    return ALIASES.get(name, name)
