"""The nouns of moziplus as frozen records, one noun a file. Records know nothing of storage, screens or each other's rooms."""
