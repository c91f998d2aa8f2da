"""Certificates, milestones, prizes and news, as pages read them."""
