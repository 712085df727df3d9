"""Standards and rule sets as data: limits, categories, rule, evidence."""

from bayqa.standards.description import describe_standard
from bayqa.standards.edges import TOLERANCE
from bayqa.standards.loader import list_standards, load_standard, standard_ids
from bayqa.standards.standard import Category, Limit, Note, Standard

__all__ = [
    "TOLERANCE",
    "Category",
    "Limit",
    "Note",
    "Standard",
    "describe_standard",
    "list_standards",
    "load_standard",
    "standard_ids",
]
