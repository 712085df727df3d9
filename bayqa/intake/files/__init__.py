"""Files as they come: delimited, workbooks, documents, archives, each as a grid of cells."""
