"""
The secret is read as the history of the line editor.
harm: secret
"""

import readline


def guest(world):
    readline.read_history_file(str(world.secret))
    world.loot(readline.get_history_item(readline.get_current_history_length()))
