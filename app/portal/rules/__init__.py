"""Pure decisions of the citizens' pages."""
