"""Language packs: what belongs to a language and to no tenant. One module a section, one file a language."""
