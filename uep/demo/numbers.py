"""Sealed people by the hundred thousand: made and encrypted on all cores, handed to COPY in order, never all in memory."""

import os
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

from uep.demo.people import household
from uep.registry.fields import seal

PIECE = 2_000  # people at a time
WORTH_A_POOL = 20_000  # below, starting processes takes longer than it saves

# Of the table that COPY fills, in the order of person_row; k is the place of the person among all of them.
COLUMNS = {
    "k": "bigint", "name": "text", "nik": "bytea", "kk_number": "bytea", "birth_place": "text", "birth_date": "date",
    "sex": "text", "address": "text", "whole_address": "text", "rt": "text", "rw": "text", "phone": "text",
    "account_number": "bytea",
}  # fmt: skip


class Order(NamedTuple):
    """One person to make."""

    k: int
    number: int
    district: str
    youngest: date
    digits: int
    women_only: bool
    seed: int


def person_row(order: Order) -> tuple:
    who = household(
        order.number,
        order.district,
        youngest=order.youngest,
        digits=order.digits,
        seed=order.seed,
        women_only=order.women_only,
    )
    return (
        order.k,
        who.name,
        seal("nik", who.nik),
        seal("kk", who.kk_number),
        who.birth_place,
        who.birth_date,
        who.sex,
        who.address,
        f"{who.address}, RT {who.rt}/RW {who.rw}",
        who.rt,
        who.rw,
        who.phone,
        seal("account", who.account_number),
    )


def person_rows(orders: Iterable[Order], count: int) -> Iterator[tuple]:
    """The rows in the order given; with a pool of processes when there are many."""
    if count < WORTH_A_POOL:
        yield from map(person_row, orders)
        return
    # Spawned, not forked: a child must not share this process's connection to the database.
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for rows in pool.imap(_piece, _pieces(iter(orders))):
            yield from rows


def _pieces(orders: Iterator[Order]) -> Iterator[list[Order]]:
    while piece := list(islice(orders, PIECE)):
        yield piece


def _piece(orders: list[Order]) -> list[tuple]:
    return [person_row(order) for order in orders]
