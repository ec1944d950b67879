"""What an agent asks of the blackboard under its claim, one verb a file; each is loaded only where it is asked."""
