"""What an author writes for each kind of question, one module a kind; ``dlquiz.model.quiz`` lists them."""
