"""What stands in attached files, so that it can be searched.

``kinds`` says which files have a text; ``process`` starts a program of its own for each
(``__main__``), which is the only place where they are taken apart; ``services`` keeps what it found.
"""
