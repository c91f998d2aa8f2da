"""Pure decisions of this room: no database, no HTTP."""
