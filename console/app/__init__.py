"""The Textual application and its screens. It acts through commands and never touches storage itself."""
