"""What `moziplus doctor` looks at: one noun a file, each giving lines with a state, what it means and what to do."""
