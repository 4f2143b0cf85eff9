"""The classes of a gene (or module) on the trajectory plane: the one list of them.

Imports nothing, so that rules, figures and words can ask here as well as the statistics.
"""

# Each is claimed by a test of its own; this is also the order of the columns of the tables.
CLAIMED = ("reverted", "induced", "partial", "exacerbated", "persistent")
# What is left: something was shown, but no class; and nothing was shown.
UNCLAIMED = ("unresolved", "unchanged")
CLASSES = CLAIMED + UNCLAIMED
# Beside few things, each of which is looked at: of one in thousands nobody asks.
NOTHING_SHOWN = {"unchanged": "nothing shown"}
# In sentences, what a reader compares stands together: wholly and partly reverted.
READ = ("reverted", "partial", "induced", "exacerbated", "persistent")
# Where claims are laid over each other the stronger one comes last.
WEAKER_FIRST = CLASSES[::-1]
# The same wedges where the change is the drug effect: what the drug does beyond control.
BEYOND = {
    "reverted": "reverted beyond control",
    "induced": "induced beyond control",
    "partial": "partly reverted beyond control",
    "exacerbated": "exacerbated beyond control",
    "persistent": "little beyond control",
}
# The same wedges where disease and change are what is beyond the cell content of the samples.
BEYOND_COMPOSITION = {
    name: words.replace("control", "composition") for name, words in BEYOND.items()
}
