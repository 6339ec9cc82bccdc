"""Checks before the start: a demonstration is never open to others."""

import ipaddress
import sys
from collections.abc import Sequence
from itertools import pairwise

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

BIND_OPTIONS = ("--bind", "-b")


@register(Tags.security)
def check_demo(app_configs: Sequence[AppConfig] | None = None, **_: object) -> list[Error]:  # noqa: ARG001
    """Refuse demonstration mode under a foreign host name or on an address that others can reach."""
    return demo_faults(settings.ALLOWED_HOSTS, sys.argv) if settings.DEMO else []


def refuse_open_demo() -> None:
    """Stop the start when a demonstration would be open; servers that run no checks come past here, too."""
    faults = check_demo()
    if faults:
        raise ImproperlyConfigured(str(faults[0].msg))


def demo_faults(hosts: Sequence[str], arguments: Sequence[str]) -> list[Error]:
    """Name the hosts and bind addresses of a demonstration that are not this machine's own."""
    found = []
    open_hosts = [host for host in hosts if not is_own_host(host)]
    if open_hosts:
        sentence = f"演示模式（DEMO=1）只供本机使用，环境变量 ALLOWED_HOSTS 不能有 {'、'.join(open_hosts)}。"
        found.append(Error(sentence, id="orgs.E001"))
    open_binds = [bind for bind in bound_addresses(arguments) if not is_own_host(bind)]
    if open_binds:
        sentence = f"演示模式（DEMO=1）只能绑定本机地址，不能绑定 {'、'.join(open_binds)}。"
        found.append(Error(sentence, id="orgs.E002"))
    return found


def is_own_host(host: str) -> bool:
    """Tell whether a host name or address is this machine's loopback."""
    name = host.strip("[]").lower()
    if name in {"localhost", ".localhost"} or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def bound_addresses(arguments: Sequence[str]) -> list[str]:
    """Read the addresses that a server was told to listen on: gunicorn's ``--bind``, ``runserver``'s argument."""
    binds: list[str] = []
    if arguments and "gunicorn" in arguments[0]:
        binds += [value for option, value in pairwise(arguments) if option in BIND_OPTIONS]
        binds += [part.partition("=")[2] for part in arguments if part.startswith("--bind=")]
    elif "runserver" in arguments:
        after = arguments[arguments.index("runserver") + 1 :]
        binds += [part for part in after if not part.startswith("-") and not part.isdigit()]
    open_to_network = [bind for bind in binds if not bind.startswith(("unix:", "fd:"))]
    hosts = [bind.rpartition(":")[0] if ":" in bind else bind for bind in open_to_network]
    return [host or "0.0.0.0" for host in hosts]  # noqa: S104 - what an empty address means
