"""What ``forgegen.strategies`` is made of: pools of odd values, and Hypothesis strategies that put them together."""
