"""From quantities to metrics: what each number measures, whose it is, when it holds, how it changed."""
