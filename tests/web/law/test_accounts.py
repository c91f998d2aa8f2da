"""GB/T 22239-2019 level 2: nobody can sign in to an installation that nobody has set up."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, ApiToken, RoleGrant
from app.core.db import db
from tests.support.pages import PageClient

GUESSES = ("admin", "administrator", "root", "test", "demo", "xiangyue", "security", "audit", "管理员")


def test_a_migrated_database_holds_no_account_no_role_and_no_key(ctx):
    for model in (Account, RoleGrant, ApiToken):
        assert db.session.execute(select(func.count()).select_from(model)).scalar_one() == 0, model


@pytest.mark.parametrize("name", GUESSES)
def test_no_usual_name_opens_the_door(app: Flask, client: PageClient, name: str):
    for password in (name, "admin", "123456", "Admin@123", ""):
        client.get("/office/login")
        page = client.submit({"login_name": name, "password": password}, follow=False)
        assert page.status in {401, 422}, f"{name} {password}"
        assert "_user_id" not in client.session()
