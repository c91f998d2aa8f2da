"""Every write of this room: places and numbers, stations, seasons, tallies."""
