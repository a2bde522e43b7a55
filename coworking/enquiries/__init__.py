"""Messages that people send through an operator's contact page, and their answers' state."""
