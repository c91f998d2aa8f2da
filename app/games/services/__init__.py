"""Every write of the games: one public function, one act."""
