"""``manage.py account``: the first accounts of an installation, and help for whoever is locked out."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation, User
from orgs.roles import ROLE_BY_CODE, ROLE_CHOICES
from orgs.services import (
    assign_role,
    create_account,
    found_organisation,
    issue_first_password,
    remove_second_factor,
)


class Command(BaseCommand):
    """Make an account with a role, or give one a new first password; the password is printed once."""

    help = "建立账号并授予角色；或为已有账号发放新的初始密码、解除两步验证。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("username", help="账号")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--role", choices=[code for code, _ in ROLE_CHOICES], help="角色")
        parser.add_argument("--org", default="", help="团组织的机构代码或全称；空库时用这个全称建立区级团组织")
        parser.add_argument("--new-password", action="store_true", help="为已有账号发放新的初始密码")
        parser.add_argument("--remove-second-factor", action="store_true", help="解除已有账号的两步验证")

    def handle(self, *_args: object, **options: Any) -> None:
        """Do what was asked, all of it or nothing."""
        try:
            with transaction.atomic():
                self.act(options, timezone.now())
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from error

    def act(self, options: dict[str, Any], at: datetime) -> None:
        """Choose between making and helping."""
        if options["remove_second_factor"]:
            remove_second_factor(user=self.find_user(options["username"]), by=None, at=at)
            self.stdout.write("两步验证已解除。")
        if options["new_password"]:
            user = self.find_user(options["username"])
            self.show_password(user, issue_first_password(user=user, by=None, at=at))
        if not options["remove_second_factor"] and not options["new_password"]:
            self.create(options, at)

    def create(self, options: dict[str, Any], at: datetime) -> None:
        """Make the account with its role."""
        if not (options["name"] and options["role"] and options["org"]):
            raise CommandError("建立账号须同时给出 --name、--role 和 --org。")
        organisation = self.find_organisation(options["org"], at)
        user, password = create_account(username=options["username"], full_name=options["name"], by=None, at=at)
        on = timezone.localdate(at)
        assign_role(user=user, organisation=organisation, role=options["role"], on=on, by=None, at=at)
        self.stdout.write(f"已建立账号 {user.username}：{organisation.name}，{ROLE_BY_CODE[options['role']].title}。")
        self.show_password(user, password)

    def find_user(self, username: str) -> User:
        """Find an account by its name."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有账号 {username}。")
        return user

    def find_organisation(self, code_or_name: str, at: datetime) -> Organisation:
        """Find a unit by code or whole name; in an empty installation, found the district."""
        if not Organisation.objects.exists():
            district = Organisation(
                name=code_or_name, kind=OrganisationKind.LEADING_BODY, level=Level.DISTRICT, founded_on=None
            )
            return found_organisation(organisation=district, on=timezone.localdate(at), by=None, at=at)
        found = Organisation.objects.active().filter(code=code_or_name) or Organisation.objects.active().filter(
            name=code_or_name
        )
        if len(found) != 1:
            raise CommandError(f"机构代码或全称为“{code_or_name}”的团组织有 {len(found)} 个，应恰好有一个。")
        return found[0]

    def show_password(self, user: User, password: str) -> None:
        """Print the first password, the one time that it is known."""
        self.stdout.write(f"初始密码：{password}")
        until = timezone.localtime(user.password_expires_at)
        self.stdout.write(f"只显示这一次，{until:%Y-%m-%d %H:%M} 前登录一次有效，登录后须改密码。")
