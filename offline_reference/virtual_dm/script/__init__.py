"""DM-script: text -> tokens -> tree -> effects on a workspace."""
