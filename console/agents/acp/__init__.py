"""The driver of agents that speak the Agent Client Protocol: between such a program, its runner and the blackboard."""
