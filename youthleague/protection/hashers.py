"""How passwords are hashed: Argon2id with the memory that OWASP asks for, so that many can sign in at once."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2Hasher(Argon2PasswordHasher):
    """19 MiB and two passes; Django's 100 MiB would take a small machine down when a township signs in at nine."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
