"""Does a job of an account, a step at a time: bulk predictions and exports."""
