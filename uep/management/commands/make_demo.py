"""Fill an empty database with the demo: generated people, every state of the flow, accounts for each role."""

from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from uep.demo.make import NotEmpty, is_empty, make


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing, quietly, when the database holds data")
        parser.add_argument(
            "--proposals", type=int, default=0, help="how many in all; more than the core is made set-based"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, if_empty, proposals, seed, **options):
        if if_empty and not is_empty():
            return
        start = perf_counter()
        try:
            made = make(proposals=proposals, seed=seed, say=self.stdout.write if options["verbosity"] > 1 else None)
        except NotEmpty as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"  Demo: {made} proposals in {perf_counter() - start:.0f} s.")
