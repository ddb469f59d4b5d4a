"""What is fast, against what: ``python -m benchmarks`` prints one table and writes it as JSON."""
