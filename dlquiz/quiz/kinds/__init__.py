"""What can be done with each kind of question, one module a kind; ``registry`` lists them."""
