"""What is kept while a file is read: its cells, the marks of its rows, the findings."""
