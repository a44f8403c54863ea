"""The terms of the field. A typing mistake is never forgiven from one of them into another.

Only terms of four letters or more: shorter words are forgiven nothing anyway.
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
"""The glossary, in British spelling; `dlquiz.quiz.text.same_word` knows the American one."""
