"""What whoever holds the whole database may read from how rows are stored, and how far it leads back to an order.

On SQLite the storage gives a row number away, on PostgreSQL the transaction (xmin) and the place in the file (ctid), on
both the keys.
"""

from django.db import connection


def traces_of(model, key, condition="TRUE"):
    """Read the rows of a table with all that the storage says about them: by key, the place last."""
    columns = "rowid" if connection.vendor == "sqlite" else "xmin::text::bigint, ctid::text"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {columns} FROM {table} WHERE {condition}")  # noqa: S608
        return {key: rest for key, *rest in cursor.fetchall()}


def ranks_of(found):
    """Rank rows by each trace: their place, their key, and the transaction where there is one."""
    ordered = sorted(found, key=lambda key: place_of(found[key][-1]))
    ranks = {"place": {key: rank for rank, key in enumerate(ordered)}}
    ranks["key"] = {key: rank for rank, key in enumerate(sorted(found))}
    if connection.vendor == "postgresql":
        ranks["transaction"] = {key: rest[0] for key, rest in found.items()}
    return ranks


def place_of(trace):
    """Read a ctid as page and line."""
    return tuple(map(int, trace.strip("()").split(","))) if isinstance(trace, str) else trace


def led_back(order, found):
    """Give the best correlation of any trace with an order known by key, and the best share of rows it places."""
    correlations, hits = [], []
    for trace in ranks_of(found).values():
        correlations.append(abs(spearman([(order[key], rank) for key, rank in trace.items()])))
        guessed = sorted(trace, key=lambda key: trace[key])
        distinct = len(set(trace.values())) > 1
        places = {number: place for place, number in enumerate(sorted(order[key] for key in found))}
        hits.append(sum(places[order[key]] == place for place, key in enumerate(guessed)) if distinct else 1)
    return max(correlations), max(hits) / len(found)


def joined_by_transaction(found, others):
    """Count the other rows that share their transaction with one of the rows only; SQLite keeps no transaction."""
    if connection.vendor == "sqlite":
        return 0
    rows = {}
    for key, (transaction, _file) in found.items():
        rows.setdefault(transaction, []).append(key)
    return sum(len(rows.get(transaction, [])) == 1 for transaction, _file in others.values())


def three_sigma_above_chance(count):
    """Give the share of so many rows that chance does not place: 1/N and three standard deviations."""
    return 1 / count + 3 * (1 / count * (1 - 1 / count) / count) ** 0.5


def spearman(pairs):
    """Give the rank correlation of pairs; ties get their mean rank, and nothing is correlated with a constant."""
    firsts, seconds = (_ranked([pair[side] for pair in pairs]) for side in (0, 1))
    mean = (len(pairs) - 1) / 2
    spread = [sum((one - mean) ** 2 for one in side) for side in (firsts, seconds)]
    if not all(spread):
        return 0.0
    both = sum((one - mean) * (other - mean) for one, other in zip(firsts, seconds, strict=True))
    return both / (spread[0] * spread[1]) ** 0.5


def _ranked(values):
    places = {}
    for rank, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(rank)
    return [sum(places[value]) / len(places[value]) for value in values]
