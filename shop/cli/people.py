"""`flask people`: open an account from the command line (the first manager) and end somebody's sessions."""

import click
from flask.cli import AppGroup

from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.people.accounts import create_user, end_all_sessions
from shop.people.models import StaffRole
from shop.people.queries import find_user_by_email

cli = AppGroup("people", help="Accounts.")


@cli.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in StaffRole]))
@click.password_option(help="Asked for when it is not given.")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Open an account, for staff with one or more --role."""
    try:
        with unit_of_work() as session:
            wanted = [StaffRole(role) for role in roles]
            user_id = create_user(session, email=email, name=name, password=password, roles=wanted, now=clock.now())
    except ShopError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"account {user_id}: {email}")


@cli.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End all sessions of an account."""
    user = find_user_by_email(read_session(), email)
    if user is None:
        raise click.ClickException("there is no such account")
    with unit_of_work() as session:
        end_all_sessions(session, user_id=user.id, now=clock.now())
    click.echo("signed out everywhere")
