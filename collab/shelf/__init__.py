"""Files of a workspace: folders, and files with their versions."""
