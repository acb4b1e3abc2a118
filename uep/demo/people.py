"""Households of the demo: plausible, well-formed, synthetic. One number gives one person, so any size can be made."""

import random
from datetime import date, timedelta
from typing import NamedTuple

from uep.demo.words import BIRTH_PLACES, LAST, MEN, OCCUPATIONS, STREETS, TRADES, WOMEN

# Primes: counting on in steps of another prime meets every day once before the serial number grows by one.
BIRTHDAYS, CARD_DAYS, STRIDE = 11_987, 5_821, 7_919
CARDS_SINCE = date(2008, 1, 1)
OFFSET = 1_000_003  # NIK and KK of one household are unrelated


class Household(NamedTuple):
    """What a village writes down about one household, in the names of a proposal's fields."""

    name: str
    nik: str
    kk_number: str
    birth_place: str
    birth_date: date
    sex: str
    address: str
    rt: str
    rw: str
    phone: str
    occupation: str
    social_data: str
    desil: int
    business: str
    business_years: int
    monthly_turnover: int
    account_number: str


def youngest_birthday(year: int) -> date:
    """Born from here back over 33 years, everyone is of working age in programmes of this year and the five before."""
    return date(year - 26, 6, 30)


def household(
    number: int, district: str, *, youngest: date, digits: int, seed: int = 1, women_only: bool = False
) -> Household:
    """The `number`-th household of a district ("62.09.03"); with one `youngest` (birthday) no NIK is ever repeated.

    `digits`: how long the bank's account numbers are. The same arguments give the same household.
    """
    chance = random.Random(f"{seed}/{district}/{number}")  # noqa: S311 - people who do not exist
    female = women_only or chance.random() < 0.62
    serial, step = divmod(number, BIRTHDAYS)
    born = youngest - timedelta(days=step * STRIDE % BIRTHDAYS)
    card_serial, card_step = divmod(number + OFFSET, CARD_DAYS)
    issued = CARDS_SINCE + timedelta(days=card_step * STRIDE % CARD_DAYS)
    place = district.replace(".", "")
    return Household(
        name=f"{chance.choice(WOMEN if female else MEN)} {chance.choice(LAST)}",
        nik=f"{place}{born.day + (40 if female else 0):02d}{born:%m%y}{serial + 1:04d}",
        kk_number=f"{place}{issued:%d%m%y}{card_serial + 1:04d}",
        birth_place=chance.choice(BIRTH_PLACES),
        birth_date=born,
        sex="P" if female else "L",
        address=f"{chance.choice(STREETS)} No. {chance.randint(1, 90)}",
        rt=f"{chance.randint(1, 12):03d}",
        rw=f"{chance.randint(1, 4):03d}",
        phone=f"08{chance.choice((12, 13, 21, 22, 52, 53))}{chance.randint(10**6, 10**8 - 1)}",
        occupation=chance.choice(OCCUPATIONS),
        social_data=chance.choices(("DTSEN", "none"), (24, 1))[0],
        desil=chance.choices((1, 2, 3, 4), (5, 4, 2, 1))[0],
        business=chance.choice(TRADES)[0],
        business_years=chance.randint(1, 14),
        monthly_turnover=chance.randint(6, 40) * 100_000,
        account_number=f"{chance.randint(1, 9)}{number % 10**6:06d}{chance.randint(0, 10 ** (digits - 7) - 1):0{digits - 7}d}",
    )


def budget_lines(business: str, amount: int, chance: random.Random) -> list[dict]:
    """An RAB that buys what the trade needs and adds up to `amount` Rupiah exactly."""
    lines, left = [], amount
    for what, unit, price in next(goods for trade, goods in TRADES if trade == business):
        quantity = min(chance.randint(1, max(1, amount // 4 // price)), left // price)
        if quantity:
            lines.append({"description": what, "quantity": quantity, "unit": unit, "unit_price": price})
            left -= quantity * price
    if left:
        lines.append({"description": "Tambahan modal dagang", "quantity": 1, "unit": "paket", "unit_price": left})
    return lines
