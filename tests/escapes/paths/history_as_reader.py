"""
The secret is read as the history of the line editor.
until: 3.13
harm: secret
held: no: readline history and init files (before 3.14)
"""

import readline


def guest(world):
    readline.read_history_file(str(world.secret))
    world.loot(readline.get_history_item(readline.get_current_history_length()))
