from procrastinate.contrib.django import app

from notices import actions


@app.task(name="notices.announce")
def announce():
    """Deferred by each move; a job that finds nothing left has nothing to do."""
    while actions.announce():
        pass


@app.task(name="notices.tell")
def tell(act, households, by, at, url, team=()):
    """Deferred by proposals.moves.tell for an act that moves nobody."""
    actions.tell(act, households=households, by=by, at=at, url=url, team=team)


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.sweep", queueing_lock="notices.sweep")
def sweep(timestamp: int):
    """What a lost job left unannounced is announced late, but announced."""
    while actions.announce():
        pass
