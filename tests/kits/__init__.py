"""Programs written elsewhere that Collab is held against; they lie beside this checkout."""
