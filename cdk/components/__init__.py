"""One construct a capability; each shows its functions, their environment and their grants together."""
