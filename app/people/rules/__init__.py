"""Pure rules about people: documents, names, ages, phones."""
